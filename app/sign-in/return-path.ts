/** Where to go after sign-in: the path in `?to=`, only if it stays on this host. `//evil.example` and `/\evil` leave it. */
export const returnPath = (search: string): string => {
  const to = new URLSearchParams(search).get('to') ?? '/'
  return /^\/(?![/\\])/.test(to) && !/^\/(sign-in|invite)(\/|\?|#|$)/.test(to) && !/[\t\n\r]/.test(to) ? to : '/'
}
