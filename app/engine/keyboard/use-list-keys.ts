import { useNavigate } from 'react-router'
import type { ManifestResource } from '../../../resources/engine/manifest.ts'
import { useKeys } from './use-keys.ts'

const rowsOf = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('#main .list .qt tbody tr[data-row]')]
const focused = (): HTMLElement | null => (document.activeElement instanceof HTMLElement ? document.activeElement.closest<HTMLElement>('#main .list .qt tr[data-row]') : null)
let last = ''

/**
 * Moves through the rows of a list by keys. The row that has the focus is the one that is meant; it is real focus, so that readers and the eye follow, and it comes back to
 * where it was after a dialog.
 */
export const useListKeys = (resource: ManifestResource, { openId, onOpen }: { openId: string | null; onOpen?: (id: string | null) => void }): void => {
  const navigate = useNavigate()
  const current = (): HTMLElement | null => focused() ?? rowsOf().find(row => row.dataset.row === (openId ?? last)) ?? null
  const step = (by: number): void => {
    const rows = rowsOf()
    const now = current()
    const next = rows[now ? rows.indexOf(now) + by : by > 0 ? 0 : rows.length - 1]
    if (!next) return
    next.tabIndex = -1
    next.focus({ preventScroll: true })
    next.scrollIntoView({ block: 'nearest' })
    last = next.dataset.row!
    if (openId && onOpen) onOpen(last)
  }
  const withRow = (act: (id: string, row: HTMLElement) => void) => (): void => {
    const row = current()
    if (row) act(row.dataset.row!, row)
  }
  useKeys([
    { keys: 'j', repeats: true, run: () => { step(1) } },
    { keys: 'k', repeats: true, run: () => { step(-1) } },
    { keys: 'x', run: withRow((_, row) => { row.querySelector<HTMLInputElement>('input[type=checkbox]')?.click() }) },
    { keys: 'Enter', run: withRow(id => void navigate(`/${resource.name}/${id}`)) },
    ...(onOpen ? [{ keys: 'Space', run: withRow(id => { onOpen(openId === id ? null : id) }) }, ...(openId ? [{ keys: '[', repeats: true, run: () => { step(-1) } }, { keys: ']', repeats: true, run: () => { step(1) } }] : [])] : []),
    ...(resource.can.update !== false && Object.values(resource.fields).some(f => f.updatable) ? [{ keys: 'e', run: withRow(id => void navigate(`/${resource.name}/${id}/edit`)) }] : []),
    // what is open beside the list closes first, by itself; then the selection goes
    ...(openId ? [] : [{ keys: 'Esc', run: () => { const clear = document.querySelector<HTMLElement>('#main .bulk-close'); if (clear) clear.click(); else focused()?.blur() } }]),
  ])
}
