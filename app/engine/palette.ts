/** Every colour of the product, once. Both themes have the same keys. */
export const light = {
  canvas: '#F5F5F2', surface: '#FFFFFF', raised: '#FFFFFF', sunken: '#FAFAF8',
  hover: '#F5F5F2', selected: '#E6F0F2', skeleton: '#ECECE8', track: '#DEDFDB',
  line: '#E5E5E0', lineStrong: '#D0D0C9', control: '#868D94',
  text: '#17202A', text2: '#46505A', text3: '#626C76', disabled: '#A3A9AF',
  ink: '#1B2732', inkHover: '#2C3B49', onInk: '#FFFFFF', inkText2: '#B4BDC6',
  accent: '#0E5F76', accentHover: '#0A4859', accentTint: '#E6F0F2', onAccent: '#FFFFFF',
  danger: '#A1261B', dangerHover: '#862016', onDanger: '#FFFFFF',
  tip: '#1B2732', onTip: '#FFFFFF',
  scrim: 'rgba(23, 32, 42, 0.38)',
  shadow: '0 1px 2px rgba(23,32,42,.06), 0 12px 32px -8px rgba(23,32,42,.22)',
  positive: { text: '#196741', tint: '#E5F3EC', mark: '#1E8A6A' },
  caution: { text: '#764800', tint: '#FBF0DA', mark: '#BF8410' },
  negative: { text: '#A1261B', tint: '#FBEAE7', mark: '#B93526' },
  info: { text: '#0E5F76', tint: '#E6F0F2', mark: '#2A7FB4' },
  neutral: { text: '#46505A', tint: '#EEEFEC', mark: '#868E96' },
  moves: { new: '#133F78', expansion: '#2A7FB4', reactivation: '#66A6CC', contraction: '#CB8620', churn: '#A2361F', fx: '#868E96' },
  series: ['#2A7FB4', '#17365C', '#CB8620', '#93427F', '#868E96'],
}
export type Palette = typeof light

export const dark: Palette = {
  canvas: '#0F1317', surface: '#161B20', raised: '#1D2329', sunken: '#12171B',
  hover: '#1C2228', selected: '#14313A', skeleton: '#232A31', track: '#353E47',
  line: '#272E35', lineStrong: '#39424B', control: '#66717B',
  text: '#E6E9EC', text2: '#AAB3BC', text3: '#8D97A1', disabled: '#5A646E',
  ink: '#E6E9EC', inkHover: '#FFFFFF', onInk: '#12171B', inkText2: '#46505A',
  accent: '#67BDD3', accentHover: '#8ED1E2', accentTint: '#14313A', onAccent: '#0B1F26',
  danger: '#C6402D', dangerHover: '#D4533F', onDanger: '#FFFFFF',
  tip: '#2B333B', onTip: '#E6E9EC',
  scrim: 'rgba(0, 0, 0, 0.56)',
  shadow: '0 0 0 1px #2B333B, 0 16px 40px -8px rgba(0,0,0,.7)',
  positive: { text: '#6FD0A6', tint: '#14302A', mark: '#3FB892' },
  caution: { text: '#EBC06B', tint: '#352A14', mark: '#E8B64E' },
  negative: { text: '#F59A8A', tint: '#3B1F1C', mark: '#E5644F' },
  info: { text: '#7CCBDF', tint: '#14313A', mark: '#6DB3DE' },
  neutral: { text: '#AAB3BC', tint: '#262D34', mark: '#79838C' },
  moves: { new: '#3F7FC9', expansion: '#6DB3DE', reactivation: '#B9DDF2', contraction: '#EDBB66', churn: '#D7654B', fx: '#79838C' },
  series: ['#6DB3DE', '#3F6FB5', '#EDBB66', '#D98CB3', '#79838C'],
}

export const fonts = {
  text: "'IBM Plex Sans Variable', 'IBM Plex Sans', system-ui, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans Arabic', 'Noto Sans Hebrew', sans-serif",
  code: "'IBM Plex Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
}

const variable = (name: string): string => `--qd-${name.replace(/[A-Z]/g, c => `-${c.toLowerCase()}`)}`

const declarations = (p: Palette): string =>
  Object.entries(p).flatMap(([name, value]): string[] =>
    typeof value === 'string' ? [`${variable(name)}:${value}`]
    : Array.isArray(value) ? value.map((v, i) => `${variable(name)}-${i + 1}:${v}`)
    : Object.entries(value).map(([part, v]) => `${variable(name)}-${part}:${v}`)).join(';')

/**
 * The palettes as one static stylesheet: `--qd-canvas`, `--qd-positive-text`, `--qd-moves-new`, `--qd-series-1`. The server writes
 * `data-theme` (light, dark or system) into the html, so the first paint already has its colours and needs no script.
 */
export const paletteStyles = (): string => `
:root{--qd-font:${fonts.text};--qd-code:${fonts.code}}
html{color-scheme:light;${declarations(light)}}
html[data-theme=dark]{color-scheme:dark;${declarations(dark)}}
@media (prefers-color-scheme:dark){html:not([data-theme=light]){color-scheme:dark;${declarations(dark)}}}
`
