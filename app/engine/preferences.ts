import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { asApiError } from './api-error.ts'
import { apiRoot, http } from './http.ts'
import { useToast } from './toasts.tsx'

const key = ['preferences']
type All = Record<string, unknown>

/** Changes are sent one after the other, so that the last one made is the one that is kept. */
let line: Promise<unknown> = Promise.resolve()

/**
 * A setting of this person, kept on the server (resources/engine/preferences.ts says which there are). `value` is undefined until it is known and null when
 * it was never set; `keep` shows the new value at once and answers when it is kept, null forgets it.
 */
export const usePreference = <T>(name: string): { value: T | null | undefined; keep: (value: T | null) => Promise<void> } => {
  const client = useQueryClient()
  const toast = useToast()
  const { data, isError } = useQuery({ queryKey: key, staleTime: Number.POSITIVE_INFINITY, queryFn: async ({ signal }) => (await http.get<All>(`${apiRoot}/preferences`, { signal })).data })
  const keep = useCallback(async (value: T | null): Promise<void> => {
    await client.cancelQueries({ queryKey: key })
    client.setQueryData<All>(key, all => ({ ...all, [name]: value }))
    const sent = line.then(() => http.put(`${apiRoot}/preferences/${name}`, { value }))
    line = sent.catch(() => undefined)
    try { await sent } catch (thrown) {
      toast({ text: `Not kept: ${asApiError(thrown).message}`, tone: 'negative', seconds: 12 })
      await client.invalidateQueries({ queryKey: key })
    }
  }, [client, name, toast])
  // where settings cannot be read, a page shows what it shows to everybody
  return { value: data ? (data[name] ?? null) as T | null : isError ? null : undefined, keep }
}
