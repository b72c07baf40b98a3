/** The nonce of this page's content security policy, or '' where there is none (development). */
export const nonce = ((): string => {
  const content = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? ''
  return content.startsWith('__') ? '' : content
})()

/**
 * antd gives its nonce to its own styles, but two of its helpers (scroll lock, scroll bar size) write style elements without one.
 * Every style element made by script gets it here.
 */
export const giveStylesTheNonce = (): void => {
  if (!nonce) return
  const create = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options)
    if (name.toLowerCase() === 'style') element.setAttribute('nonce', nonce)
    return element
  }) as typeof document.createElement
}
