import { Button, Dropdown } from 'antd'
import { ChevronDown, Download } from 'lucide-react'
import { useState } from 'react'
import { asApiError } from '../engine/api-error.ts'
import { apiRoot, http } from '../engine/http.ts'
import { useToast } from '../engine/toasts.tsx'
import type { RevenueState } from './revenue-state.ts'

const kinds = [['metrics', 'Figures'], ['trends', 'Periods and movements'], ['by-plan', 'Plans'], ['payment-health', 'Payments'], ['movements', 'Every movement']] as const
type Kind = (typeof kinds)[number][0]

const save = (text: string, name: string): void => {
  const address = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => { URL.revokeObjectURL(address) }, 1000)
}

/** What the page shows, as CSV: the same range, the same currency. */
export const ExportMenu = ({ state, payment }: { state: RevenueState; payment: { from: string; to: string } }) => {
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const { range, by, currency } = state
  const fields: Record<Kind, object> = {
    metrics: { at: range.to, ...(currency && { currency }) }, trends: { ...range, by }, 'by-plan': { at: range.to }, 'payment-health': payment, movements: range,
  }
  const fetchIt = async (kind: Kind): Promise<void> => {
    setBusy(true)
    try {
      const { data } = await http.post<string>(`${apiRoot}/revenue/export`, { kind, format: 'csv', ...fields[kind] }, { responseType: 'text', timeout: 120_000 })
      save(data, `revenue-${kind}-${range.from}-${range.to}.csv`)
    } catch (thrown) {
      toast({ text: `Not exported: ${asApiError(thrown).message}`, tone: 'negative', seconds: 12 })
    }
    setBusy(false)
  }
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items: kinds.map(([key, label]) => ({ key, label: <span data-testid={`export-${key}`}>{label}, CSV</span> })), onClick: ({ key }) => void fetchIt(key as Kind) }}>
      <Button data-testid="export" loading={busy} icon={<Download size={16} strokeWidth={1.75} aria-hidden="true" />}>Export<ChevronDown size={14} aria-hidden="true" /></Button>
    </Dropdown>
  )
}
