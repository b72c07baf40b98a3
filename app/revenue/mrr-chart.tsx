import { Base } from '@ant-design/charts'
import { useMemo } from 'react'
import { useThemeMode } from '../engine/theme-mode.tsx'
import type { Part } from './chart-scale.ts'
import { layout } from './chart-layout.ts'

export interface MrrChartProps {
  line: readonly { period: string; closing: number; complete: boolean }[]
  parts: readonly Part[]
  /** Lowest and highest value of each plot's axis. */
  lineDomain: readonly [number, number]
  barDomain: readonly [number, number]
}

const bare = { axis: false, legend: false, tooltip: false, animate: false, padding: 0, margin: 0, inset: 0, interaction: { elementHighlight: false, tooltip: false } } as const

/** The shapes alone, on canvas: words, grid and buttons lie in HTML around them. Both plots have the same slots. */
const MrrChart = ({ line, parts, lineDomain, barDomain }: MrrChartProps) => {
  const { palette, isDark } = useThemeMode()
  const periods = useMemo(() => line.map(d => d.period), [line])

  const upper = useMemo(() => ({
    ...bare, type: 'view', data: [...line], autoFit: true, height: layout.line.height,
    scale: { x: { type: 'point', domain: periods, padding: 0.5 }, y: { domain: [...lineDomain], nice: false } },
    children: [
      { type: 'line', encode: { x: 'period', y: 'closing' }, style: { stroke: palette.text, lineWidth: 2 }, ...bare },
      { type: 'point', encode: { x: 'period', y: 'closing', shape: 'point', size: 3 }, style: { fill: palette.surface, stroke: palette.text, lineWidth: 1.5 }, ...bare },
    ],
  }), [line, periods, lineDomain, palette])

  const lower = useMemo(() => ({
    ...bare, type: 'view', data: [...parts], autoFit: true, height: layout.bars.height,
    scale: {
      x: { type: 'band', domain: periods, paddingInner: 0.46, paddingOuter: 0.23 },
      y: { domain: [...barDomain], nice: false },
      color: { type: 'ordinal', domain: Object.keys(palette.moves), range: Object.values(palette.moves) },
    },
    children: [{
      type: 'interval', encode: { x: 'period', y: ['from', 'to'], color: 'kind' }, ...bare,
      style: { stroke: palette.surface, lineWidth: 1, fillOpacity: (part: Part) => (isDark ? 0.84 : 1) * (part.complete ? 1 : 0.62) },
    }],
  }), [parts, periods, barDomain, palette, isDark])

  const box = (place: { top: number; height: number }) => ({ position: 'absolute' as const, left: layout.left, right: 0, top: place.top, height: place.height })
  return (
    <>
      <div style={box(layout.line)}><Base {...upper} /></div>
      <div style={box(layout.bars)}><Base {...lower} /></div>
    </>
  )
}

export default MrrChart
