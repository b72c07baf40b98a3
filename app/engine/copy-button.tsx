import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'

/** Copies a text and says so. `what` names it: "Copy email". */
export const CopyButton = ({ text, what }: { text: string; what: string }) => {
  const [done, setDone] = useState(false)
  useEffect(() => {
    if (!done) return
    const timer = setTimeout(() => { setDone(false) }, 1500)
    return () => { clearTimeout(timer) }
  }, [done])
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text).then(() => { setDone(true) }, () => { setDone(false) })
  }
  const label = `Copy ${what.charAt(0).toLowerCase()}${what.slice(1)}`
  return (
    <button type="button" className="copy" aria-label={label} title={done ? 'Copied' : label} onClick={event => { event.stopPropagation(); void copy() }}>
      {done ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}
      <span className="sr" role="status">{done ? 'Copied' : ''}</span>
    </button>
  )
}
