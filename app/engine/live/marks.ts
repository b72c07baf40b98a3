/** How often each resource was read again because others changed it, not because this person did something. */
let everything = 0
const marks = new Map<string, number>()

export const markLive = (names: readonly string[] | null): void => {
  if (names === null) everything++
  else for (const name of names) marks.set(name, (marks.get(name) ?? 0) + 1)
}

export const liveMark = (name: string): number => everything + (marks.get(name) ?? 0)
