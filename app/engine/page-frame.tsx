import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { banners } from '../pages.ts'
import { Keyboard } from './keyboard/keyboard.tsx'
import { useManifest } from './manifest.tsx'
import { OnceDialog } from './once-dialog.tsx'
import { useWatched } from './running.ts'
import { SideBar } from './side-bar.tsx'
import { StepUpDialog } from './step-up-dialog.tsx'

const shownBanners = banners.map(load => lazy(load))

const CommandPalette = lazy(() => import('./command-palette.tsx').then(m => ({ default: m.CommandPalette })))
const RunningOperations = lazy(() => import('./running-operations.tsx').then(m => ({ default: m.RunningOperations })))

/** Side bar, skip link and main: the frame around every page. Ctrl or Cmd K opens the palette, also out of a field; all other keys are in app/engine/keyboard. */
export const PageFrame = ({ children }: { children: ReactNode }) => {
  const { book } = useManifest()
  const [searching, setSearching] = useState(false)
  const running = useWatched().length > 0
  const { pathname } = useLocation()
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)

  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      setSearching(true)
    }
    addEventListener('keydown', press)
    return () => { removeEventListener('keydown', press) }
  }, [])

  // A new page begins at its top, also for those who listen or use the keyboard.
  useEffect(() => {
    setSearching(false)
    if (first.current) { first.current = false; return }
    main.current?.focus({ preventScroll: true })
    main.current?.scrollTo(0, 0)
  }, [pathname])

  return (
    <div className="frame">
      <a className="skip" href="#main" onClick={event => { event.preventDefault(); main.current?.focus() }}>Skip to the page</a>
      <SideBar onSearch={() => { setSearching(true) }} />
      <main id="main" ref={main} tabIndex={-1}>
        {!book.livemode && !book.demo && <p className="test-mode">Stripe test mode. Nothing here is real money.</p>}
        <Suspense fallback={null}>{shownBanners.map((Banner, i) => <Banner key={i} />)}</Suspense>
        <Suspense fallback={<div aria-busy="true" />}>{children}</Suspense>
      </main>
      {searching && <Suspense fallback={null}><CommandPalette onClose={() => { setSearching(false) }} /></Suspense>}
      {running && <Suspense fallback={null}><RunningOperations /></Suspense>}
      <Keyboard onSearch={() => { setSearching(true) }} />
      <StepUpDialog />
      <OnceDialog />
    </div>
  )
}
