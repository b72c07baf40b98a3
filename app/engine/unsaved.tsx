import { useEffect, useRef } from 'react'
import { useBlocker } from 'react-router'
import { ConfirmDialog } from './confirm-dialog.tsx'

/** Asks before typed text is lost: on links, on the back button, and (in the browser's words) on closing the tab. */
export const UnsavedGuard = ({ dirty, leaving, what }: { dirty: boolean; /** Set just before leaving after a save. */ leaving: React.RefObject<boolean>; what: string }) => {
  const armed = useRef(dirty)
  armed.current = dirty
  const blocker = useBlocker(({ currentLocation, nextLocation }) => armed.current && !leaving.current && currentLocation.pathname !== nextLocation.pathname)
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => { if (armed.current && !leaving.current) event.preventDefault() }
    addEventListener('beforeunload', ask)
    return () => { removeEventListener('beforeunload', ask) }
  }, [leaving])
  return blocker.state === 'blocked' ? (
    <ConfirmDialog title="Leave without saving?" keep="Stay" confirm="Leave" danger onKeep={() => { blocker.reset() }} onConfirm={() => { blocker.proceed() }}>What you typed {what} is lost.</ConfirmDialog>
  ) : null
}
