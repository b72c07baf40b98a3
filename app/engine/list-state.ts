import { useCallback, useMemo } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { formatListQuery, pageSizes, parseListQuery, type ListQuery } from './list-query.ts'

const key = 'quarterdeck.page-size'

const remembered = (): number => {
  const size = Number(localStorage.getItem(key))
  return (pageSizes as readonly number[]).includes(size) ? size : 25
}

/**
 * The list's state is its address and nothing else: a link, the back button and a saved view all work by changing it. The page size
 * is remembered beside it.
 */
export const useListState = (resource: ManifestResource): { query: ListQuery; unknown: string[]; search: string; setQuery: (next: ListQuery, replace?: boolean) => void; addressOf: (next: ListQuery) => string } => {
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  const size = remembered()
  const query = useMemo(() => parseListQuery(search, resource, size), [search, resource, size])
  const addressOf = useCallback((next: ListQuery): string => pathname + formatListQuery(next, resource, remembered()), [pathname, resource])
  const setQuery = useCallback((next: ListQuery, replace = false): void => {
    localStorage.setItem(key, String(next.size))
    const peek = new URLSearchParams(location.search).get('peek')
    const text = formatListQuery(next, resource, next.size)
    void navigate(pathname + (peek ? `${text}${text ? '&' : '?'}peek=${peek}` : text), { replace })
  }, [navigate, pathname, resource])
  return { query, unknown: query.unknown, search, setQuery, addressOf }
}
