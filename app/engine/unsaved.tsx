import { useCallback, useEffect } from 'react'
import { useBlocker, type BlockerFunction } from 'react-router'
import { ConfirmDialog } from './confirm-dialog.tsx'

/** Asks before typed text is lost: on links, on the back button, and (in the browser's words) on closing the tab. */
export const UnsavedGuard = ({ dirty, leaving, what }: { dirty: boolean; /** Set just before leaving after a save. */ leaving: React.RefObject<boolean>; what: string }) => {
  const holds = useCallback<BlockerFunction>(({ currentLocation, nextLocation }) => dirty && !leaving.current && currentLocation.pathname !== nextLocation.pathname, [dirty, leaving])
  const blocker = useBlocker(holds)
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => { if (dirty && !leaving.current) event.preventDefault() }
    addEventListener('beforeunload', ask)
    return () => { removeEventListener('beforeunload', ask) }
  }, [dirty, leaving])
  return blocker.state === 'blocked' ? (
    <ConfirmDialog title="Leave without saving?" keep="Stay" confirm="Leave" danger onKeep={() => { blocker.reset() }} onConfirm={() => { blocker.proceed() }}>What you typed {what} is lost.</ConfirmDialog>
  ) : null
}
