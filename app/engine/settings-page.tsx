import { Button, Radio, Select } from 'antd'
import { useId, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { densities, type Density, type Display } from '../../resources/engine/preferences.ts'
import { exactTime } from './format.ts'
import { openKeyList } from './keyboard/open-key-list.ts'
import { useManifest, useReloadManifest } from './manifest.tsx'
import { navOf } from './nav.ts'
import { useNow } from './now.tsx'
import { PageHead } from './page-head.tsx'
import { Panel } from './panel.tsx'
import { usePreference } from './preferences.ts'
import { useThemeMode, type ThemeMode } from './theme-mode.tsx'

const themes: readonly [ThemeMode, string][] = [['light', 'Light'], ['dark', 'Dark'], ['system', 'Like the system']]
const densityWords: Record<Density, string> = { compact: 'Compact', default: 'Default', comfortable: 'Comfortable' }

const Setting = ({ label, hint, children }: { label: string; hint?: ReactNode; children: (ids: { labelId: string; hintId: string | undefined }) => ReactNode }) => {
  const labelId = useId(), hintId = useId()
  return (
    <div className="setting">
      <span id={labelId} className="setting-label">{label}</span>
      <div>{children({ labelId, hintId: hint ? hintId : undefined })}{hint && <p className="hint" id={hintId}>{hint}</p>}</div>
    </div>
  )
}

/** How this person likes the panel. Each choice is kept at once, for every browser they use; the theme belongs to this browser. */
export const SettingsPage = () => {
  const manifest = useManifest()
  const { me, book } = manifest
  const reload = useReloadManifest()
  const { keep } = usePreference<Display>('display')
  const { mode, setMode } = useThemeMode()
  const now = useNow()
  const [display, setDisplay] = useState(me.display)
  const change = async (part: Partial<Display>): Promise<void> => {
    const next = { ...display, ...part }
    setDisplay(next)
    await keep(next)
    await reload()
  }
  const zones = [{ value: '', label: `Like the book (${book.timeZone})` }, ...[...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].map(zone => ({ value: zone, label: zone.replaceAll('_', ' ') }))]
  const pages = navOf(manifest).flatMap(group => group.entries).map(entry => ({ value: entry.path, label: entry.label }))
  const landings = pages.some(page => page.value === display.landing) ? pages : [...pages, { value: display.landing, label: display.landing }]
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <div className="page record">
      <PageHead title="Settings" beside={<span className="muted">{me.email}</span>} />
      <div className="content narrow">
        <Panel title="How things look">
          <Setting label="Time zone" hint={<>Now {exactTime(now.toISOString(), display.zone ?? book.timeZone)}. Days of the book and all figures stay in {book.timeZone}.{here !== (display.zone ?? book.timeZone) && <> <button type="button" className="quiet" onClick={() => void change({ zone: here })}>Use this computer’s, {here.replaceAll('_', ' ')}</button></>}</>}>
            {({ labelId, hintId }) => <Select className="wide" showSearch optionFilterProp="label" aria-labelledby={labelId} aria-describedby={hintId} data-testid="setting-zone" value={display.zone ?? ''} options={zones} onChange={zone => void change({ zone: zone || null })} />}
          </Setting>
          <Setting label="Rows of tables" hint="A list that you set otherwise keeps its own.">
            {({ labelId, hintId }) => <Radio.Group aria-labelledby={labelId} aria-describedby={hintId} data-testid="setting-density" value={display.density} options={densities.map(value => ({ value, label: densityWords[value] }))} onChange={event => void change({ density: event.target.value as Density })} />}
          </Setting>
          <Setting label="Theme" hint="Of this browser.">
            {({ labelId, hintId }) => <Radio.Group aria-labelledby={labelId} aria-describedby={hintId} data-testid="setting-theme" value={mode} options={themes.map(([value, label]) => ({ value, label }))} onChange={event => { setMode(event.target.value as ThemeMode) }} />}
          </Setting>
        </Panel>
        <Panel title="How you begin">
          <Setting label="First page" hint={<>Opens after you sign in. What stands on your <Link to="/">home</Link> you arrange there.</>}>
            {({ labelId, hintId }) => <Select className="wide" showSearch optionFilterProp="label" aria-labelledby={labelId} aria-describedby={hintId} data-testid="setting-landing" value={display.landing} options={landings} onChange={landing => void change({ landing })} />}
          </Setting>
        </Panel>
        <Panel title="You">
          <Setting label="Signing in">{() => <Link className="ant-btn qd-link-button" to="/second-factor">Authenticator</Link>}</Setting>
          <Setting label="Keyboard">{() => <Button onClick={openKeyList}>List of keys</Button>}</Setting>
        </Panel>
      </div>
    </div>
  )
}
