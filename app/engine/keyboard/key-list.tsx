import { Modal } from 'antd'
import { useEffect } from 'react'
import { useManifest } from '../manifest.tsx'
import { navOf } from '../nav.ts'
import { goToKeys, keyGroups, type KeyGroup } from './keys.ts'

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent)
const said = (key: string): string[] => key.split('+').map(part => (part === 'mod' ? (apple ? '⌘' : 'Ctrl') : part))

const Keys = ({ keys }: { keys: readonly string[] }) => <>{keys.flatMap(key => key.split(' ')).map((key, i) => <span key={i} className="key-step">{said(key).map(part => <kbd key={part}>{part.length === 1 ? part.toUpperCase() : part}</kbd>)}</span>)}</>

/** All keys, by where they work. Also reached from the menu of the person. */
export const KeyList = ({ onClose }: { onClose: () => void }) => {
  // also before the dialog has taken the focus
  useEffect(() => {
    const press = (event: KeyboardEvent): void => { if (event.key === 'Escape') onClose() }
    addEventListener('keydown', press)
    return () => { removeEventListener('keydown', press) }
  }, [onClose])
  const pages = navOf(useManifest()).flatMap(group => group.entries)
  const goTo: KeyGroup = { title: 'Go to', keys: [...pages, { path: '/settings', label: 'Settings' }].filter(page => goToKeys[page.path]).map(page => ({ keys: ['g', goToKeys[page.path]!], words: page.label })) }
  return (
    <Modal open title="Keys" width={720} footer={null} onCancel={onClose} className="key-list">
      <div className="key-groups" data-testid="key-list">
        {[...keyGroups, goTo].map(group => (
          <section key={group.title}>
            <h3>{group.title}</h3>
            <dl>{group.keys.map(({ keys, words }) => <div key={words}><dt>{words}</dt><dd><Keys keys={keys} /></dd></div>)}</dl>
          </section>
        ))}
      </div>
      <p className="hint">Off while you type and while a dialog is open.</p>
    </Modal>
  )
}
