import { Button, Modal } from 'antd'
import { CopyButton } from './copy-button.tsx'
import { useExact } from './display.ts'

const words: Record<string, string> = { link: 'Link', key: 'Key', expiresAt: 'Good until', mailed: 'Also sent by mail' }
const named = (key: string): string => words[key] ?? key

/** What was told this one time, until the person says they have it. */
export const OnceTold = ({ told, onClose: close }: { told: Record<string, unknown>; onClose: () => void }) => {
  const exact = useExact()
  /** A link to open now, named by where it leads. */
  const opens = typeof told.opens === 'string' && typeof told.link === 'string' ? told.opens : null
  const shown = (key: string, value: unknown): string => typeof value === 'boolean' ? (value ? 'Yes' : 'No') : key.endsWith('At') && typeof value === 'string' ? exact(value) : String(value)
  return (
    <Modal
      open title={opens === null ? 'Shown this one time' : `Open as ${opens}`} width={560} onCancel={close} zIndex={1200} maskClosable={false}
      footer={opens === null ? [<Button key="done" type="primary" data-testid="once-done" onClick={close}>I have it</Button>]
        : [<Button key="no" onClick={close}>Close</Button>, <a key="open" className="ant-btn qd-link-button primary" data-testid="once-open" href={String(told.link)} target="_blank" rel="noopener noreferrer" onClick={close}>Open</a>]}
    >
      <p className="dialog-text">{opens === null ? 'Copy it now: it is kept nowhere and cannot be shown again.' : 'The link opens your product in a new tab. It works once; what you do there is written down under your name and theirs.'}</p>
      <dl className="facts">
        {Object.entries(told).filter(([key, value]) => value !== null && key !== 'opens').map(([key, value]) => (
          <div key={key}>
            <dt>{named(key)}</dt>
            <dd className="with-copy"><span className={key === 'link' || key === 'key' ? 'mono' : undefined} style={{ overflowWrap: 'anywhere' }} data-testid={`once-${key}`}>{shown(key, value)}</span>{(key === 'link' || key === 'key') && <CopyButton text={String(value)} what={named(key)} />}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
