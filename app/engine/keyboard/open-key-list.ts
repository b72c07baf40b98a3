let open: () => void = () => undefined

/** Who shows the list of keys; returns how to stop. */
export const onKeyList = (show: () => void): (() => void) => {
  open = show
  return () => { open = () => undefined }
}

/** Shows the list of keys, from a menu. */
export const openKeyList = (): void => { open() }
