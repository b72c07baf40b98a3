import { theme as antd, type ThemeConfig } from 'antd'
import { fonts, type Palette } from './palette.ts'

type MapToken = ReturnType<typeof antd.defaultAlgorithm>

/** antd recomputes every seed colour, in dark most visibly; this last step puts our exact values back. */
const pin = (p: Palette, isDark: boolean) => (_seed: unknown, map?: MapToken): MapToken => ({
  ...map!,
  colorPrimary: p.accent, colorPrimaryHover: p.accentHover, colorPrimaryActive: p.accentHover,
  colorPrimaryBg: p.accentTint, colorPrimaryBgHover: p.accentTint,
  colorPrimaryBorder: p.accent, colorPrimaryBorderHover: p.accentHover, colorPrimaryText: p.accent,
  colorInfo: p.accent, colorInfoBg: p.info.tint, colorInfoText: p.info.text, colorInfoBorder: p.info.tint,
  colorLink: p.accent, colorLinkHover: p.accentHover, colorLinkActive: p.accentHover,
  colorSuccess: p.positive.mark, colorSuccessBg: p.positive.tint, colorSuccessText: p.positive.text, colorSuccessBorder: p.positive.tint,
  colorWarning: p.caution.mark, colorWarningBg: p.caution.tint, colorWarningText: p.caution.text, colorWarningBorder: p.caution.tint,
  colorError: p.negative.text, colorErrorHover: p.negative.mark, colorErrorActive: p.negative.mark,
  colorErrorBg: p.negative.tint, colorErrorBorder: p.negative.tint,
  colorErrorText: p.negative.text, colorErrorTextHover: p.negative.text, colorErrorTextActive: p.negative.text,
  ...(isDark ? { colorWhite: p.onAccent } : {}),
})

/** The antd theme of one palette: exact colours, our type and measures, focus by outline instead of shadow. */
export function antdTheme(p: Palette, isDark: boolean): ThemeConfig {
  const focus = { activeBorderColor: p.accent, hoverBorderColor: p.text2, activeShadow: 'none' }
  return {
    algorithm: [isDark ? antd.darkAlgorithm : antd.defaultAlgorithm, pin(p, isDark)],
    cssVar: { key: isDark ? 'qd-dark' : 'qd-light' },
    hashed: false,
    token: {
      fontFamily: fonts.text, fontFamilyCode: fonts.code, fontWeightStrong: 600,
      fontSize: 13, fontSizeSM: 12, fontSizeLG: 14, fontSizeXL: 16,
      lineHeight: 20 / 13, lineHeightSM: 16 / 12, lineHeightLG: 20 / 14,
      fontSizeHeading1: 20, fontSizeHeading2: 16, fontSizeHeading3: 14, fontSizeHeading4: 13, fontSizeHeading5: 13,
      controlHeight: 30, controlHeightSM: 26, controlHeightLG: 36,
      borderRadius: 6, borderRadiusXS: 3, borderRadiusSM: 4, borderRadiusLG: 8,
      colorTextBase: p.text, colorText: p.text, colorTextHeading: p.text, colorTextSecondary: p.text2,
      colorTextTertiary: p.text3, colorTextQuaternary: p.text3, colorTextPlaceholder: p.text3,
      colorTextDescription: p.text2, colorTextDisabled: p.disabled, colorTextLightSolid: p.onAccent,
      colorBgBase: p.surface, colorBgLayout: p.canvas, colorBgContainer: p.surface, colorBgElevated: p.raised,
      colorBgMask: p.scrim, colorBgSpotlight: p.tip,
      colorBorder: p.control, colorBorderSecondary: p.line, colorSplit: p.line,
      colorFillAlter: p.sunken, colorFillSecondary: p.skeleton, colorFillTertiary: p.hover, colorFillQuaternary: p.hover,
      colorIcon: p.text3, colorIconHover: p.text,
      controlItemBgHover: p.hover, controlItemBgActive: p.selected, controlItemBgActiveHover: p.selected,
      controlOutline: 'transparent', controlOutlineWidth: 0, lineWidthFocus: 2,
      boxShadow: p.shadow, boxShadowSecondary: p.shadow, boxShadowTertiary: 'none',
      motionDurationFast: '0.08s', motionDurationMid: '0.14s', motionDurationSlow: '0.2s',
    },
    components: {
      Button: {
        colorPrimary: p.ink, colorPrimaryHover: p.inkHover, colorPrimaryActive: p.inkHover, primaryColor: p.onInk, colorTextLightSolid: p.onInk,
        colorError: p.danger, colorErrorHover: p.dangerHover, colorErrorActive: p.dangerHover, dangerColor: p.onDanger,
        primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500,
        defaultBg: p.surface, defaultHoverBg: p.hover, defaultBorderColor: p.lineStrong, defaultHoverBorderColor: p.control,
        defaultHoverColor: p.text, defaultActiveColor: p.text, defaultActiveBorderColor: p.control,
        borderColorDisabled: p.line, textHoverBg: p.hover, paddingInline: 11, paddingInlineSM: 8, onlyIconSize: 16,
      },
      Table: {
        headerBg: p.surface, headerColor: p.text2, headerSplitColor: 'transparent', headerBorderRadius: 0,
        headerSortActiveBg: p.surface, headerSortHoverBg: p.hover, bodySortBg: 'transparent',
        rowHoverBg: p.hover, rowSelectedBg: p.selected, rowSelectedHoverBg: p.selected, borderColor: p.line,
        cellPaddingBlockSM: 7, cellPaddingInlineSM: 10, cellFontSizeSM: 13, selectionColumnWidth: 50, footerBg: p.surface,
      },
      Tabs: {
        itemColor: p.text2, itemSelectedColor: p.text, itemHoverColor: p.text, itemActiveColor: p.text, inkBarColor: p.text,
        titleFontSizeSM: 13, horizontalItemPaddingSM: '9px 0', horizontalItemGutter: 22, horizontalMargin: '0',
      },
      Modal: { titleFontSize: 16, headerBg: p.raised, contentBg: p.raised },
      Drawer: { padding: 20, paddingLG: 20, colorBgElevated: p.raised },
      Input: focus, InputNumber: focus,
      Select: {
        activeBorderColor: p.accent, hoverBorderColor: p.text2, activeOutlineColor: 'transparent',
        optionSelectedBg: p.selected, optionActiveBg: p.hover, optionHeight: 30, optionPadding: '5px 10px',
      },
      DatePicker: { colorTextDisabled: p.text3, cellHoverBg: p.hover },
      Segmented: { trackBg: p.canvas, itemSelectedBg: p.surface, itemColor: p.text2, itemSelectedColor: p.text, trackPadding: 2 },
      Tooltip: { colorBgSpotlight: p.tip, colorTextLightSolid: p.onTip, fontSize: 12 },
      Checkbox: { colorBorder: p.control },
      Pagination: { itemActiveBg: p.surface, itemSize: 28, itemSizeSM: 26 },
      Dropdown: { controlItemBgHover: p.hover, paddingBlock: 5 },
      Skeleton: { gradientFromColor: p.skeleton, gradientToColor: p.hover, borderRadiusSM: 3 },
    },
  }
}
