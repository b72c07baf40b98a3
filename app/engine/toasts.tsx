import { X } from 'lucide-react'
import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react'

export interface Toast {
  text: string
  /** Offers to take it back, with the seconds that are left. */
  undo?: () => void
  /** Something else that can be done about it, or a page that tells more. */
  act?: { label: string; run: () => void }
  tone?: 'plain' | 'negative'
  /** How long it stays. Default 6, with undo 30. */
  seconds?: number
}

const ToastContext = createContext<((toast: Toast) => void) | null>(null)

/** Says what was done, once, at the bottom of the page. */
export const useToast = (): ((toast: Toast) => void) => {
  const show = useContext(ToastContext)
  if (!show) throw new Error('A toast is shown outside its provider.')
  return show
}

const Bar = ({ toast, close }: { toast: Toast; close: () => void }) => {
  const [left, setLeft] = useState(toast.seconds ?? (toast.undo ? 30 : 6))
  useEffect(() => {
    const timer = setInterval(() => { setLeft(n => n - 1) }, 1000)
    return () => { clearInterval(timer) }
  }, [])
  useEffect(() => { if (left <= 0) close() }, [left, close])
  return (
    <div className={`toast ${toast.tone === 'negative' ? 'negative' : ''}`}>
      <span>{toast.text}</span>
      {toast.undo && <button type="button" className="toast-undo" data-testid="undo" onClick={() => { toast.undo!(); close() }}>Undo</button>}
      {toast.act && <button type="button" className="toast-undo" data-testid="toast-act" onClick={() => { toast.act!.run(); close() }}>{toast.act.label}</button>}
      {toast.undo && <span className="toast-left" aria-hidden="true">{left} s</span>}
      <button type="button" className="toast-close" aria-label="Close" onClick={close}><X size={14} aria-hidden="true" /></button>
    </div>
  )
}

export const ToastProvider = ({ children }: { children: ReactNode }) => {
  const [shown, setShown] = useState<{ key: number; toast: Toast } | null>(null)
  const show = useCallback((toast: Toast): void => { setShown(last => ({ key: (last?.key ?? 0) + 1, toast })) }, [])
  const close = useCallback((): void => { setShown(null) }, [])
  return (
    <ToastContext value={useMemo(() => show, [show])}>
      {children}
      <div className="toasts" role="status">{shown && <Bar key={shown.key} toast={shown.toast} close={close} />}</div>
    </ToastContext>
  )
}
