import { Button, Input, Modal, Segmented, Select } from 'antd'
import { useState } from 'react'
import { asApiError } from './api-error.ts'
import { useManifest, useResource } from './manifest.tsx'
import { as } from './fields/kit.ts'
import type { EnumField } from '../../resources/engine/fields.ts'
import type { SavedView } from './view-state.ts'

export type ViewNaming = Pick<SavedView, 'name' | 'share'> & { defaultFor?: string | null }

interface Props { title: string; confirm: string; initial: ViewNaming; onSave: (naming: ViewNaming) => Promise<void>; onClose: () => void }

const shares = [{ value: 'me', label: 'Only me' }, { value: 'role', label: 'My role' }, { value: 'all', label: 'Everybody' }] as const

/** Name of a view and for whom it is; an administrator also says for which role it opens first. */
export const ViewDialog = ({ title, confirm, initial, onSave, onClose }: Props) => {
  const { me } = useManifest()
  const roleField = useResource('saved-views')?.fields.defaultFor
  const [naming, setNaming] = useState<ViewNaming>(initial)
  const [busy, setBusy] = useState(false)
  const [errors, setErrors] = useState<Record<string, string>>({})
  const first = me.role === 'admin' && roleField?.updatable
  const save = async (): Promise<void> => {
    setBusy(true)
    try { await onSave({ ...naming, name: naming.name.trim() }) } catch (thrown) {
      const error = asApiError(thrown)
      const said = Object.fromEntries(Object.entries(error.errors).map(([field, sentences]) => [field, sentences[0] ?? '']))
      setErrors(Object.keys(said).length > 0 ? said : { name: error.message })
      setBusy(false)
    }
  }
  const other = Object.entries(errors).filter(([field]) => field !== 'name' && field !== 'defaultFor').map(([, sentence]) => sentence)
  return (
    <Modal
      open title={title} width={440} onCancel={onClose} className="view-dialog"
      footer={[<Button key="cancel" onClick={onClose}>Cancel</Button>, <Button key="save" type="primary" loading={busy} disabled={naming.name.trim() === ''} data-testid="save-view-confirm" onClick={() => void save()}>{confirm}</Button>]}
    >
      <form onSubmit={event => { event.preventDefault(); if (naming.name.trim() !== '') void save() }}>
        <label className="view-label" htmlFor="view-name">Name</label>
        <Input id="view-name" data-testid="field-view-name" autoFocus value={naming.name} maxLength={80} aria-invalid={errors.name !== undefined} onChange={event => { setNaming({ ...naming, name: event.target.value }) }} />
        {errors.name && <p className="field-error" role="alert">{errors.name}</p>}
        <p className="view-label" id="view-share">For</p>
        <Segmented block aria-labelledby="view-share" value={naming.share} options={[...shares]} onChange={share => { setNaming({ ...naming, share }) }} />
        {first && (
          <>
            <label className="view-label" htmlFor="view-default">Opens first for</label>
            <Select id="view-default" data-testid="field-view-default" className="wide" allowClear placeholder="Nobody" value={naming.defaultFor ?? undefined} options={as<EnumField>(roleField).options.map(o => ({ value: o.value, label: o.label }))} onChange={defaultFor => { setNaming({ ...naming, defaultFor: defaultFor ?? null }) }} />
            {errors.defaultFor && <p className="field-error" role="alert">{errors.defaultFor}</p>}
          </>
        )}
        {other.map(sentence => <p key={sentence} className="field-error" role="alert">{sentence}</p>)}
      </form>
    </Modal>
  )
}
