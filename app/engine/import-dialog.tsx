import { Button, Modal } from 'antd'
import { useRef, useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { newKey, useReport } from './act.ts'
import { AlertBanner } from './alert-banner.tsx'
import { asApiError } from './api-error.ts'
import { count, lower } from './format.ts'
import { apiRoot, http } from './http.ts'
import { fillable, guessMapping, readHeads } from './import-head.ts'
import type { Operation } from './operation.ts'
import { usePreference } from './preferences.ts'

interface Complaint { row: number; field: string | null; message: string }
interface Outlook { new: number; changed: number; same: number; errors: Complaint[]; errorCount: number; total: number; encoding: string }

// a cell that begins like a formula is kept text in a spreadsheet
const cell = (value: string): string => `"${(/^[=+\-@\t\r]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`

const saveErrors = (errors: readonly Complaint[]): void => {
  const url = URL.createObjectURL(new Blob([['line,field,message', ...errors.map(e => [String(e.row), e.field ?? '', e.message].map(cell).join(','))].join('\r\n')], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = 'import-errors.csv'
  link.click()
  URL.revokeObjectURL(url)
}

/** A file becomes rows: choose, map, look at what it would do, import. What came of it is told as of any act, with its undo. */
export const ImportDialog = ({ resource, onClose }: { resource: ManifestResource; onClose: () => void }) => {
  const kept = usePreference<Record<string, string>>(`mapping.${resource.name}`)
  const report = useReport(resource)
  const [file, setFile] = useState<File | null>(null)
  const [mapping, setMapping] = useState<Record<string, string>>({})
  const [outlook, setOutlook] = useState<Outlook | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const key = useRef(newKey())

  const changed = (): void => { setOutlook(null); setProblem(null); key.current = newKey() }
  const choose = async (next: File | undefined): Promise<void> => {
    changed()
    setFile(next ?? null)
    if (!next) return
    try { setMapping(guessMapping(resource, await readHeads(next), kept.value ?? {})) } catch { setFile(null); setProblem('The file cannot be read. Choose it again.') }
  }
  const send = async (dryRun: boolean): Promise<void> => {
    if (!file) return
    setBusy(true)
    setProblem(null)
    const form = new FormData()
    form.append('mapping', JSON.stringify(Object.fromEntries(Object.entries(mapping).filter(([, name]) => name !== ''))))
    form.append('dryRun', String(dryRun))
    form.append('file', file)
    try {
      const url = `${apiRoot}/${resource.name}/import`
      if (dryRun) { setOutlook((await http.post<Outlook>(url, form, { timeout: 300_000 })).data); void kept.keep({ ...kept.value, ...mapping }) } else {
        report({ label: 'Import' }, (await http.post<Operation>(url, form, { timeout: 300_000, headers: { 'Idempotency-Key': key.current } })).data)
        onClose()
      }
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.code !== 'step_up_cancelled') setProblem(error.statusCode === 0 ? `${error.message} If the file was changed after it was chosen, choose it again.` : error.message)
    } finally { setBusy(false) }
  }

  const ready = outlook ? outlook.new + outlook.changed : 0
  return (
    <Modal
      open title={`Import ${lower(resource.label[1])}`} width={640} onCancel={onClose} maskClosable={false}
      footer={[
        <Button key="close" onClick={onClose}>Cancel</Button>,
        outlook
          ? <Button key="do" type="primary" loading={busy} disabled={ready === 0} data-testid="import-commit" onClick={() => void send(false)}>Import {count(ready)}</Button>
          : <Button key="try" type="primary" loading={busy} disabled={!file} data-testid="import-check" onClick={() => void send(true)}>Check the file</Button>,
      ]}
    >
      <div data-testid="import-dialog" style={{ display: 'grid', gap: 16, maxHeight: '60vh', overflow: 'auto' }} tabIndex={0} role="group" aria-label="File and columns">
        <label style={{ display: 'grid', gap: 4 }}>CSV file<input type="file" accept=".csv,.tsv,.txt,text/csv" data-testid="import-file" disabled={busy || kept.value === undefined} onChange={e => void choose(e.target.files?.[0])} /></label>
        {problem && <AlertBanner tone="negative" title="Not imported" testId="import-problem">{problem}</AlertBanner>}
        {file && <table>
          <thead><tr><th scope="col" align="left">Column of the file</th><th scope="col" align="left">Fills</th></tr></thead>
          <tbody>{Object.keys(mapping).map(head => <tr key={head}><td>{head}</td><td>
            <select aria-label={`Field for ${head}`} value={mapping[head]} disabled={busy} onChange={e => { changed(); setMapping({ ...mapping, [head]: e.target.value }) }}>
              <option value="">Not read</option>
              {fillable(resource).map(f => <option key={f.name} value={f.name}>{f.label}</option>)}
            </select></td></tr>)}</tbody>
        </table>}
        {outlook && <div role="status" data-testid="import-outlook">{count(outlook.new)} new, {count(outlook.changed)} changed, {count(outlook.same)} the same, {count(outlook.errorCount)} {outlook.errorCount === 1 ? 'error' : 'errors'}. {outlook.errorCount > 0 && 'Lines with an error are left out.'}</div>}
        {outlook && outlook.errors.length > 0 && <>
          <table data-testid="import-errors">
            <thead><tr><th scope="col" align="left">Line</th><th scope="col" align="left">Field</th><th scope="col" align="left">What is wrong</th></tr></thead>
            <tbody>{outlook.errors.slice(0, 100).map((e, i) => <tr key={i}><td>{e.row}</td><td>{e.field ? resource.fields[e.field]?.label ?? e.field : ''}</td><td>{e.message}</td></tr>)}</tbody>
          </table>
          <Button onClick={() => { saveErrors(outlook.errors) }}>Download the errors</Button>
        </>}
      </div>
    </Modal>
  )
}
