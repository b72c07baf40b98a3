import { useQueryClient, type QueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useLocation } from 'react-router'
import { apiRoot } from '../http.ts'
import { openLive } from './live-link.ts'
import { markLive } from './marks.ts'

/** What is read again by itself: lists and counters. Records, histories and forms stay as they were read. */
const kinds = new Set<unknown>(['list', 'summary', 'count', 'few', 'home'])
const isLive = (key: QueryKey, names: readonly string[] | null): boolean =>
  key[0] === 'data' ? kinds.has(key[3]) && (names === null || names.includes(String(key[2]))) : key[0] === 'revenue' && key[1] === 'home' && (names === null || names.includes('mrr-movements'))

const readAgain = (client: QueryClient, names: string[] | null): void => {
  markLive(names)
  void client.invalidateQueries({ predicate: query => isLive(query.queryKey, names) })
}

/** Keeps lists and counters of the page fresh by the server's stream of changes; off on forms. */
export const Live = () => {
  const client = useQueryClient()
  const onForm = /\/(new|edit)$/.test(useLocation().pathname)
  useEffect(() => {
    if (onForm) return
    const link = openLive(`${apiRoot}/live`, { changed: names => { readAgain(client, names) }, missed: () => { readAgain(client, null) } })
    return link.close
  }, [client, onForm])
  return null
}
