import { Refine, type ResourceProps } from '@refinedev/core'
import { QueryClient } from '@tanstack/react-query'
import { ConfigProvider } from 'antd'
import en from 'antd/locale/en_GB'
import { lazy, Suspense, useCallback, useEffect, useMemo, useState, type ReactNode } from 'react'
import { createBrowserRouter, Outlet, RouterProvider } from 'react-router'
import type { Manifest } from '../resources/engine/manifest.ts'
import { createAccessProvider } from './engine/access-provider.ts'
import { asApiError, type ApiError } from './engine/api-error.ts'
import { createAuthProvider } from './engine/auth-provider.ts'
import { createDataProvider } from './engine/data-provider.ts'
import { apiRoot, http } from './engine/http.ts'
import { Live } from './engine/live/live.tsx'
import { fetchManifest, ManifestProvider, useManifest } from './engine/manifest.tsx'
import { nonce } from './engine/nonce.ts'
import { PageFrame } from './engine/page-frame.tsx'
import { routerProvider } from './engine/router-provider.tsx'
import { routes } from './engine/routes.tsx'
import { LoadError } from './engine/states.tsx'
import { StepUpDialog } from './engine/step-up-dialog.tsx'
import { ThemeModeProvider, useThemeMode } from './engine/theme-mode.tsx'
import { antdTheme } from './engine/theme.ts'
import { TitleProvider } from './engine/titles.tsx'
import { ToastProvider, useToast } from './engine/toasts.tsx'

const EnrolPage = lazy(() => import('./engine/enrol-page.tsx').then(m => ({ default: m.EnrolPage })))
const dataProvider = createDataProvider(apiRoot, http)
const leave = (path: string): void => { location.assign(path) }

/** A failed answer is asked again only where asking again can help, and once. */
const again = (failures: number, error: unknown): boolean => failures < 1 && (asApiError(error).statusCode === 0 || asApiError(error).statusCode === 503)

const makeClient = (): QueryClient => new QueryClient({
  defaultOptions: { queries: { retry: again, retryDelay: 1000, staleTime: 2_000, refetchOnWindowFocus: false }, mutations: { retry: false } },
})

const resourcesOf = (manifest: Manifest): ResourceProps[] => manifest.resources.map(r => ({
  name: r.name, list: `/${r.name}`, show: `/${r.name}/:id`, ...(r.can.create && { create: `/${r.name}/new` }), ...(r.can.update && { edit: `/${r.name}/:id/edit` }), meta: { label: r.label[1] },
}))

/** Refine and the frame; inside the router, whose hooks Refine's adapter uses. */
const Shell = () => {
  const manifest = useManifest()
  const toast = useToast()
  const [client] = useState(makeClient)
  const providers = useMemo(() => ({ auth: createAuthProvider(manifest.me, http, leave), access: createAccessProvider(manifest), resources: resourcesOf(manifest) }), [manifest])
  return (
    <Refine
      dataProvider={dataProvider} authProvider={providers.auth} accessControlProvider={providers.access} routerProvider={routerProvider} resources={providers.resources}
      notificationProvider={{ open: ({ message, type }) => { toast({ text: message, tone: type === 'error' ? 'negative' : 'plain' }) }, close: () => undefined }}
      options={{ disableTelemetry: true, mutationMode: 'pessimistic', syncWithLocation: false, warnWhenUnsavedChanges: false, disableRouteChangeHandler: true, reactQuery: { clientConfig: client } }}
    >
      <TitleProvider><Live /><PageFrame><Outlet /></PageFrame></TitleProvider>
    </Refine>
  )
}

const Loaded = ({ manifest, reload }: { manifest: Manifest; reload: () => Promise<void> }) => {
  const [router] = useState(() => createBrowserRouter(routes(<Shell />)))
  return <ManifestProvider value={useMemo(() => ({ manifest, reload }), [manifest, reload])}><ToastProvider>{manifest.me.mustEnrol ? <Suspense fallback={null}><main id="main"><EnrolPage /></main><StepUpDialog /></Suspense> : <RouterProvider router={router} />}</ToastProvider></ManifestProvider>
}

const Boot = () => {
  const [manifest, setManifest] = useState<Manifest | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const reload = useCallback(async (): Promise<void> => {
    setError(null)
    try { setManifest(await fetchManifest()) } catch (thrown) { setError(asApiError(thrown)) }
  }, [])
  useEffect(() => { void reload() }, [reload])
  if (manifest) return <Loaded manifest={manifest} reload={reload} />
  if (error && error.statusCode !== 401) return <main className="boot"><LoadError what="Quarterdeck" error={error} onRetry={() => void reload()} /></main>
  return null
}

/** Menus and popovers open inside a landmark: the dialog, the side bar or main they belong to. */
const popupHome = (trigger?: HTMLElement): HTMLElement => trigger?.closest<HTMLElement>('.ant-modal-wrap, .side') ?? document.getElementById('main') ?? document.body

const Themed = ({ children }: { children: ReactNode }) => {
  const { palette, isDark } = useThemeMode()
  const theme = useMemo(() => antdTheme(palette, isDark), [palette, isDark])
  return (
    <ConfigProvider theme={theme} locale={en} wave={{ disabled: true }} getPopupContainer={popupHome} {...(nonce && { csp: { nonce } })}>
      {children}
    </ConfigProvider>
  )
}

export const App = () => <ThemeModeProvider><Themed><Boot /></Themed></ThemeModeProvider>
