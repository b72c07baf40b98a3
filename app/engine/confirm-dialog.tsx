import { Button, Modal } from 'antd'
import { useRef, type ReactNode } from 'react'

interface Props { title: string; children?: ReactNode; keep: string; confirm: string; danger?: boolean; busy?: boolean; onKeep: () => void; onConfirm: () => void }

/** A question with two answers; focus starts on the one that changes nothing. */
export const ConfirmDialog = ({ title, children, keep, confirm, danger, busy, onKeep, onConfirm }: Props) => {
  const back = useRef<HTMLButtonElement>(null)
  return (
    <Modal
      open title={title} width={440} onCancel={onKeep} afterOpenChange={open => { if (open) back.current?.focus() }}
      footer={[<Button key="keep" ref={back} onClick={onKeep}>{keep}</Button>, <Button key="do" type="primary" danger={danger} loading={busy} data-testid="confirm" onClick={onConfirm}>{confirm}</Button>]}
    >
      {children && <p className="dialog-text">{children}</p>}
    </Modal>
  )
}
