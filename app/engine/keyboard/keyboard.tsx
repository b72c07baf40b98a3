import { lazy, Suspense, useState } from 'react'
import { useNavigate } from 'react-router'
import { useManifest } from '../manifest.tsx'
import { navOf } from '../nav.ts'
import { goToKeys } from './keys.ts'
import { onKeyList } from './open-key-list.ts'
import { useKeyboard, useKeys } from './use-keys.ts'
import { useEffect } from 'react'

const KeyList = lazy(() => import('./key-list.tsx').then(m => ({ default: m.KeyList })))

const click = (selector: string) => (): void => { document.querySelector<HTMLElement>(`#main ${selector}`)?.click() }

/** Keys that work on every page: go to, search, make, edit, and the list of all keys. */
export const Keyboard = ({ onSearch }: { onSearch: () => void }) => {
  const manifest = useManifest()
  const navigate = useNavigate()
  const [listed, setListed] = useState(false)
  useKeyboard()
  useEffect(() => onKeyList(() => { setListed(true) }), [])
  const paths = [...navOf(manifest).flatMap(group => group.entries.map(entry => entry.path)), '/settings']
  useKeys([
    { keys: '?', run: () => { setListed(true) } },
    { keys: '/', run: () => { const box = document.querySelector<HTMLInputElement>('#main [data-testid="list-search"]'); if (box) { box.focus(); box.select() } else onSearch() } },
    { keys: 'c', run: click('[data-testid="action-create"]') },
    { keys: 'e', run: click('[data-testid="action-edit"]') },
    ...paths.filter(path => goToKeys[path]).map(path => ({ keys: `g ${goToKeys[path]}`, run: () => void navigate(path) })),
  ])
  return listed ? <Suspense fallback={null}><KeyList onClose={() => { setListed(false) }} /></Suspense> : null
}
