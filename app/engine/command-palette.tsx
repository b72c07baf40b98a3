import { useLogout } from '@refinedev/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Modal } from 'antd'
import { Search } from 'lucide-react'
import { useEffect, useId, useRef, useState, type ReactNode } from 'react'
import { useNavigate } from 'react-router'
import { optionOf } from './fields/enum.tsx'
import { RelationName } from './fields/relation.tsx'
import { lower } from './format.ts'
import { apiRoot, http } from './http.ts'
import { NavIcon } from './icons.tsx'
import { openKeyList } from './keyboard/open-key-list.ts'
import { useManifest } from './manifest.tsx'
import { navOf } from './nav.ts'
import { paletteActs } from './palette-acts.ts'
import { recentsOf } from './recents.ts'
import { useThemeMode } from './theme-mode.tsx'

interface Found { resource: string; id: string; title: string; subtitle: string | null }
interface Entry { key: string; group: string; icon: string; words: ReactNode; second?: string; go: () => void }

/** Records by what they are called, pages, acts, and what was open last. Arrows choose, Enter opens, Escape closes. */
export const CommandPalette = ({ onClose }: { onClose: () => void }) => {
  const manifest = useManifest()
  const navigate = useNavigate()
  const { isDark, setMode } = useThemeMode()
  const { mutate: signOut } = useLogout()
  const [text, setText] = useState('')
  const [asked, setAsked] = useState('')
  const [at, setAt] = useState(0)
  // what the page offered when the palette opened
  const [acts] = useState(paletteActs)
  const input = useRef<HTMLInputElement>(null)
  const list = useId()

  useEffect(() => {
    const timer = setTimeout(() => { setAsked(text.trim()) }, 160)
    return () => { clearTimeout(timer) }
  }, [text])

  const { data = [], isFetching } = useQuery({
    queryKey: ['search', asked], enabled: asked.length >= 2, staleTime: 10_000, retry: false, placeholderData: asked.length >= 2 ? keepPreviousData : undefined,
    queryFn: async ({ signal }) => (await http.get<Found[]>(`${apiRoot}/search?${new URLSearchParams({ q: asked }).toString()}`, { signal })).data,
  })

  const wanted = text.trim().toLowerCase()
  const says = (words: string): boolean => words.toLowerCase().includes(wanted)
  const to = (path: string) => (): void => { void navigate(path) }
  const resource = (name: string) => manifest.resources.find(r => r.name === name)
  // colleagues are found as staff where one may open those pages; what has no page of its own cannot be opened
  const records: Entry[] = (asked.length >= 2 ? data : []).flatMap(({ resource: name, id, title, subtitle }): Entry[] => {
    const of = resource(name)
    if (!of || (!of.nav && name !== 'saved-views')) return []
    const status = of.subtitle ? of.fields[of.subtitle] : undefined
    const second = subtitle !== null && status?.type === 'enum' ? optionOf(status, subtitle).label : subtitle
    return [{ key: `${name} ${id}`, group: of.label[1], icon: of.nav?.icon ?? 'list-checks', words: title || `${of.label[0]} ${id.slice(0, 8)}`, second: name === 'saved-views' ? resource(subtitle ?? '')?.label[1] : second ?? undefined, go: to(name === 'saved-views' ? `/v/${id}` : `/${name}/${id}`) }]
  })
  const recent: Entry[] = wanted !== '' ? [] : recentsOf(manifest.me.id).flatMap(({ resource: name, id }): Entry[] => {
    const of = resource(name)
    return of ? [{ key: `recent ${name} ${id}`, group: 'Recent', icon: of.nav?.icon ?? 'table-2', words: <RelationName resource={name} id={id} link={false} />, second: of.label[0], go: to(`/${name}/${id}`) }] : []
  })
  const here: Entry[] = acts.filter(a => says(a.words)).map(a => ({ key: `act ${a.key}`, group: 'Here', icon: 'zap', words: a.words, second: a.second, go: a.run }))
  const pages: Entry[] = navOf(manifest).flatMap(g => g.entries).filter(e => says(e.label)).map(e => ({ key: e.path, group: 'Pages', icon: e.icon, words: e.label, go: to(e.path) }))
  const general: { key: string; icon: string; words: string; go: () => void }[] = [
    ...manifest.resources.filter(r => r.nav && r.can.create).map(r => ({ key: `new ${r.name}`, icon: r.nav!.icon, words: `New ${lower(r.label[0])}`, go: to(`/${r.name}/new`) })),
    { key: 'theme', icon: 'settings', words: isDark ? 'Light theme' : 'Dark theme', go: () => { setMode(isDark ? 'light' : 'dark') } },
    { key: 'settings', icon: 'settings', words: 'Settings', go: to('/settings') },
    { key: 'keys', icon: 'settings', words: 'List of keys', go: openKeyList },
    { key: 'sign-out', icon: 'settings', words: 'Sign out', go: () => { signOut() } },
  ]
  const actions: Entry[] = wanted === '' ? [] : general.filter(a => says(a.words)).map(a => ({ ...a, group: 'Actions' }))
  const entries = [...here, ...recent, ...records, ...pages, ...actions]
  const current = Math.min(at, entries.length - 1)
  const go = (entry: Entry | undefined): void => { if (entry) { onClose(); entry.go() } }

  useEffect(() => { document.getElementById(`${list}-${current}`)?.scrollIntoView({ block: 'nearest' }) }, [current, list])

  return (
    <Modal open title={<span className="sr">Search</span>} footer={null} closable={false} width={620} onCancel={onClose} className="palette" style={{ top: '12%' }} afterOpenChange={open => { if (open) input.current?.focus() }}>
      <div data-testid="palette">
        <div className="palette-input">
          <Search size={16} aria-hidden="true" />
          <input
            ref={input} autoFocus role="combobox" aria-expanded aria-controls={list} aria-activedescendant={entries[current] ? `${list}-${current}` : undefined} aria-label="Search records, pages and actions" placeholder="Search records, pages and actions"
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
        {entries.length === 0 && <p className="palette-none" role="status">{isFetching || text.trim() !== asked ? 'Searching' : 'Nothing is called that.'}</p>}
      </div>
    </Modal>
  )
}
