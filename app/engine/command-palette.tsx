import { useQueries } from '@tanstack/react-query'
import { Modal } from 'antd'
import { Search } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useNavigate } from 'react-router'
import { apiRoot, http } from './http.ts'
import { NavIcon } from './icons.tsx'
import { useManifest } from './manifest.tsx'
import { navOf } from './nav.ts'
import { titleOf } from './record.tsx'
import { keyOfResource } from './records.ts'
import type { Row } from './fields/kit.ts'

interface Entry { key: string; group: string; icon: string; words: string; second?: string; path: string }

/** Pages by name, and records of what one may read by the text of their title. Arrows choose, Enter opens, Escape closes. */
export const CommandPalette = ({ onClose }: { onClose: () => void }) => {
  const manifest = useManifest()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  const input = useRef<HTMLInputElement>(null)
  const list = useId()

  useEffect(() => {
    const timer = setTimeout(() => { setAsked(text.trim()) }, 160)
    return () => { clearTimeout(timer) }
  }, [text])

  const searched = useMemo(() => manifest.resources.filter(r => r.nav && r.fields[r.title]?.search), [manifest])
  const answers = useQueries({
    queries: searched.map(resource => ({
      queryKey: keyOfResource(resource.name, 'palette', asked), enabled: asked.length >= 2, staleTime: 10_000, retry: false,
      queryFn: async ({ signal }: { signal: AbortSignal }) => (await http.get<Row[]>(`${apiRoot}/${resource.name}?${new URLSearchParams({ q: asked, _start: '0', _end: '5' }).toString()}`, { signal })).data,
    })),
  })

  const pages: Entry[] = navOf(manifest).flatMap(g => g.entries).filter(e => e.label.toLowerCase().includes(text.trim().toLowerCase())).map(e => ({ key: e.path, group: 'Pages', icon: e.icon, words: e.label, path: e.path }))
  const records: Entry[] = searched.flatMap((resource, i) => (asked.length >= 2 ? answers[i]?.data ?? [] : []).map(row => ({
    key: `${resource.name} ${row.id}`, group: resource.label[1], icon: resource.nav!.icon, words: titleOf(resource, row), second: resource.subtitle ? String(row[resource.subtitle] ?? '') : undefined, path: `/${resource.name}/${row.id}`,
  })))
  const entries = [...records, ...pages]
  const current = Math.min(at, entries.length - 1)
  const go = (entry: Entry | undefined): void => { if (entry) { onClose(); void navigate(entry.path) } }

  useEffect(() => { document.getElementById(`${list}-${current}`)?.scrollIntoView({ block: 'nearest' }) }, [current, list])

  return (
    <Modal open title={<span className="sr">Search</span>} footer={null} closable={false} width={620} onCancel={onClose} className="palette" style={{ top: '12%' }} afterOpenChange={open => { if (open) input.current?.focus() }}>
      <div data-testid="palette">
        <div className="palette-input">
          <Search size={16} aria-hidden="true" />
          <input
            ref={input} autoFocus role="combobox" aria-expanded aria-controls={list} aria-activedescendant={entries[current] ? `${list}-${current}` : undefined} aria-label="Search records and pages" placeholder="Search records and pages"
            value={text} maxLength={200} onChange={event => { setText(event.target.value); setAt(0) }}
            onKeyDown={event => {
              if (event.key === 'ArrowDown') { event.preventDefault(); setAt(Math.min(current + 1, entries.length - 1)) }
              else if (event.key === 'ArrowUp') { event.preventDefault(); setAt(Math.max(current - 1, 0)) }
              else if (event.key === 'Enter') { event.preventDefault(); go(entries[current]) }
            }}
          />
        </div>
        <ul id={list} role="listbox" aria-label="Results" className="palette-list">
          {entries.map((entry, i) => (
            <li key={entry.key} id={`${list}-${i}`} role="option" aria-selected={i === current} className={entry.group !== entries[i - 1]?.group ? 'first-of-group' : ''} data-group={entry.group} onMouseMove={() => { setAt(i) }} onClick={() => { go(entry) }}>
              <NavIcon name={entry.icon} /><span className="name" dir="auto">{entry.words}</span>{entry.second && <span className="muted name">{entry.second}</span>}
            </li>
          ))}
        </ul>
        {entries.length === 0 && <p className="palette-none" role="status">{answers.some(a => a.isFetching) || text.trim() !== asked ? 'Searching' : 'Nothing is called that.'}</p>}
      </div>
    </Modal>
  )
}
