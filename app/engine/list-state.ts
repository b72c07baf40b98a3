import { useCallback, useMemo } from 'react'
import { useLocation, useNavigate } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { formatListQuery, pageSizes, parseListQuery, type ListQuery } from './list-query.ts'

const key = 'quarterdeck.page-size'

export const rememberedSize = (): number => {
  const size = Number(localStorage.getItem(key))
  return (pageSizes as readonly number[]).includes(size) ? size : 25
}

/**
 * The list's state is its address and nothing else: a link, the back button and a saved view all work by changing it. The page size
 * is remembered beside it. `hasFirst`: another view opens first at the plain address, so that the whole list has to be asked for.
 */
export const useListState = (resource: ManifestResource, hasFirst = false): { query: ListQuery; unknown: string[]; search: string; setQuery: (next: ListQuery, replace?: boolean) => void; addressOf: (next: ListQuery) => string } => {
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  const size = rememberedSize()
  const query = useMemo(() => parseListQuery(search, resource, size), [search, resource, size])
  const written = useCallback((next: ListQuery, rows: number): string => formatListQuery(next, resource, rows) || (hasFirst ? '?_view=all' : ''), [resource, hasFirst])
  const addressOf = useCallback((next: ListQuery): string => pathname + written(next, rememberedSize()), [pathname, written])
  const setQuery = useCallback((next: ListQuery, replace = false): void => {
    localStorage.setItem(key, String(next.size))
    const peek = new URLSearchParams(location.search).get('peek')
    const text = written(next, next.size)
    void navigate(pathname + (peek ? `${text}${text ? '&' : '?'}peek=${peek}` : text), { replace })
  }, [navigate, pathname, written])
  return { query, unknown: query.unknown, search, setQuery, addressOf }
}
