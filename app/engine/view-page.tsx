import { Navigate, Link, useParams } from 'react-router'
import { useManifest } from './manifest.tsx'
import { rememberedSize } from './list-state.ts'
import { useRow } from './records.ts'
import { LoadError, NotFound, SkeletonPage, State } from './states.tsx'
import { queryOf, type SavedView } from './view-state.ts'
import { formatListQuery } from './list-query.ts'
import { lower } from './format.ts'

/** A view that cannot be shown to this person as it is: nothing is shown in its place. */
export const ViewRefused = ({ name, what, to }: { name: string; what: string; to?: string }) => (
  <State testId="state-view-refused" title={`${name} cannot be shown to you`} actions={<Link to={to ?? '/'} className="ant-btn qd-link-button">{to ? `All ${lower(what)}` : 'Back'}</Link>}>
    It asks for a field that was removed or that your role may not read. Without it, the list would show more than the view says.
  </State>
)

/** `/v/<id>`: opens the list as the saved view has it. */
export const ViewPage = () => {
  const { id = '' } = useParams()
  const manifest = useManifest()
  const { data, error, pending, retry } = useRow('saved-views', id)
  if (pending) return <div className="page"><SkeletonPage /></div>
  if (error || !data) return <div className="page">{error && error.statusCode !== 404 && error.statusCode !== 403 ? <LoadError what="The view" error={error} onRetry={retry} /> : <NotFound what="This view" />}</div>
  const view = data as unknown as SavedView
  const resource = manifest.resources.find(r => r.name === view.resource)
  const query = resource && queryOf(view, resource, rememberedSize())
  if (!resource || !query) return <div className="page"><ViewRefused name={view.name} what={resource?.label[1] ?? ''} to={resource && `/${resource.name}?_view=all`} /></div>
  return <Navigate to={`/${resource.name}${formatListQuery(query, resource, query.size)}`} replace />
}
