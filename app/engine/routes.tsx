import { lazy, Suspense, useEffect, type ComponentType, type ReactNode } from 'react'
import { useParams, useRouteError, type RouteObject } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { customPages, homePage, recordPages, type RecordPageProps } from '../pages.ts'
import { asApiError } from './api-error.ts'
import { useManifest, useResource } from './manifest.tsx'
import { remember } from './recents.ts'
import { LoadError, NoPermission, NotFound, SkeletonPage } from './states.tsx'

const ListPage = lazy(() => import('./list-page.tsx').then(m => ({ default: m.ListPage })))
const ShowPage = lazy(() => import('./show-page.tsx').then(m => ({ default: m.ShowPage })))
const FormPage = lazy(() => import('./form-page.tsx').then(m => ({ default: m.FormPage })))
const records: Record<string, ComponentType<RecordPageProps>> = Object.fromEntries(Object.entries(recordPages).map(([name, load]) => [name, lazy(load)]))
const Enrol = lazy(() => import('./enrol-page.tsx').then(m => ({ default: m.EnrolPage })))
const Settings = lazy(() => import('./settings-page.tsx').then(m => ({ default: m.SettingsPage })))
const SavedViewPage = lazy(() => import('./view-page.tsx').then(m => ({ default: m.ViewPage })))
const Home = lazy(homePage.load)
const customs = customPages.map(page => ({ ...page, Page: lazy(page.load) }))

const Resource = ({ children }: { children: (resource: ManifestResource, id: string) => ReactNode }) => {
  const { resource: name = '', id = '' } = useParams()
  const resource = useResource(name)
  return resource ? <Suspense fallback={<div className="page"><SkeletonPage /></div>} key={`${name} ${id}`}>{children(resource, id)}</Suspense> : <div className="page"><NotFound /></div>
}

const Record = ({ resource, id }: { resource: ManifestResource; id: string }) => {
  const { me } = useManifest()
  useEffect(() => { remember(me.id, { resource: resource.name, id }) }, [me.id, resource.name, id])
  const Custom = records[resource.name]
  return Custom ? <Custom id={id} /> : <ShowPage resource={resource} id={id} />
}

const Custom = ({ name, label, Page }: { name: string; label: string; Page: ComponentType }) =>
  useManifest().pages.includes(name) ? <Suspense fallback={<div className="page"><SkeletonPage /></div>}><Page /></Suspense> : <div className="page"><NoPermission what={label} /></div>

const Broken = () => <div className="page"><LoadError what="This page" error={asApiError(useRouteError())} onRetry={() => { location.reload() }} /></div>

/** Every address of the panel: custom pages, then the generated list, form and record of any resource. */
export const routes = (shell: ReactNode): RouteObject[] => [{
  path: '/', element: shell,
  children: [{
    errorElement: <Broken />,
    children: [
      { index: true, element: <Suspense fallback={<div className="page"><SkeletonPage /></div>}><Home /></Suspense> },
      ...customs.map(page => ({ path: `${page.name}/*`, element: <Custom {...page} /> })),
      { path: 'settings', element: <Suspense fallback={null}><Settings /></Suspense> },
      { path: 'second-factor', element: <Suspense fallback={null}><Enrol /></Suspense> },
      { path: 'v/:id', element: <Suspense fallback={null}><SavedViewPage /></Suspense> },
      { path: ':resource', element: <Resource>{resource => <ListPage resource={resource} />}</Resource> },
      { path: ':resource/new', element: <Resource>{resource => <FormPage resource={resource} />}</Resource> },
      { path: ':resource/:id', element: <Resource>{(resource, id) => <Record resource={resource} id={id} />}</Resource> },
      { path: ':resource/:id/edit', element: <Resource>{(resource, id) => <FormPage resource={resource} id={id} />}</Resource> },
      { path: '*', element: <div className="page"><NotFound /></div> },
    ],
  }],
}]
