import { Sparkles } from 'lucide-react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { useActions } from './action-runner.tsx'

/** Acts on the resource as a whole, in the head of its list: "Generate codes…". */
export const CollectionActions = ({ resource }: { resource: ManifestResource }) => {
  const { start, dialog } = useActions(resource)
  const actions = Object.entries(resource.actions).filter(([, action]) => action.on.includes('collection'))
  return (
    <>
      {actions.map(([name, action]) => (
        <button key={name} type="button" className="ant-btn qd-link-button" data-testid={`action-${name}`} onClick={() => { start(name, 'collection') }}>
          <Sparkles size={16} strokeWidth={1.75} aria-hidden="true" />{action.label}{action.form || action.confirm || action.reason ? '…' : ''}
        </button>
      ))}
      {dialog}
    </>
  )
}
