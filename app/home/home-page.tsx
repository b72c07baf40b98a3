import { Button } from 'antd'
import { LayoutGrid } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Navigate, useLocation } from 'react-router'
import type { HomeLayout } from '../../resources/engine/preferences.ts'
import { useDisplay, useZone } from '../engine/display.ts'
import { date, dayIn } from '../engine/format.ts'
import { useManifest } from '../engine/manifest.tsx'
import { FigureStrip } from '../engine/metric-card.tsx'
import { useNow } from '../engine/now.tsx'
import { PageHead } from '../engine/page-head.tsx'
import { usePreference } from '../engine/preferences.ts'
import { State } from '../engine/states.tsx'
import { defaultHome } from './default-homes.ts'
import { placed, runs } from './layout.ts'
import { widgets } from './widgets.ts'
import './home.css'

const HomeEditor = lazy(() => import('./home-editor.tsx').then(m => ({ default: m.HomeEditor })))

const greeting = (hour: number): string => (hour < 5 ? 'Good night' : hour < 12 ? 'Good morning' : hour < 18 ? 'Good afternoon' : 'Good evening')

/** The page this person wants to begin with, on the first page of a visit only: Home stays a click away, and a reload stays where it is. */
const useLanding = (): string | null => {
  const { landing } = useDisplay()
  const { key } = useLocation()
  const [entry] = useState(() => performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming | undefined)
  return key === 'default' && landing !== '/' && entry?.type === 'navigate' ? landing : null
}

const HomePage = () => {
  const landing = useLanding()
  return landing === null ? <Home /> : <Navigate to={landing} replace />
}

/** A calm start: what waits for this person, how things stand, what colleagues wrote last. Each arranges their own; only what they may read is there. */
const Home = () => {
  const manifest = useManifest()
  const { me } = manifest
  const now = useNow(), zone = useZone()
  const { value, keep } = usePreference<HomeLayout>('home')
  const [arranging, setArranging] = useState(false)
  const offered = widgets.filter(widget => widget.shown(manifest))
  const layout = value?.widgets ?? defaultHome(me.role)
  // until the person's own home is known, nothing is drawn that would jump away
  const places = value === undefined ? [] : placed(layout, offered)
  const hour = Number(new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(now))
  return (
    <div className="page home">
      <PageHead
        title="Home" heading={<h1 dir="auto">{greeting(hour)}, {me.name.split(' ')[0]}</h1>} beside={<span className="muted home-day">{date(dayIn(now, zone))}</span>}
        tools={<Button data-testid="arrange-home" aria-expanded={arranging} icon={<LayoutGrid size={14} aria-hidden="true" />} onClick={() => { setArranging(true) }}>Arrange</Button>}
      />
      <div className="content">
        {value !== undefined && places.length === 0 && <State title="Your home is empty" actions={<Button onClick={() => { setArranging(true) }}>Add widgets</Button>}>Choose what you want to see when you begin.</State>}
        <div className="home-grid" data-testid="home">
          {runs(places).map(run => run[0]!.widget.kind === 'figure'
            ? <FigureStrip key={run.map(p => p.name).join(' ')} label="How things stand">{run.map(({ name, widget: { View } }) => <View key={name} />)}</FigureStrip>
            : run.map(({ name, wide, widget: { View } }) => <div key={name} className={wide ? 'wide' : undefined} data-widget={name}><View /></div>))}
        </div>
      </div>
      {arranging && <Suspense fallback={null}><HomeEditor layout={layout} offered={offered} isOwn={value !== null} onChange={next => void keep(next ? { widgets: next } : null)} onClose={() => { setArranging(false) }} /></Suspense>}
    </div>
  )
}

export default HomePage
