import type { RouterProvider } from '@refinedev/core'
import base from '@refinedev/react-router'
import { useCallback } from 'react'
import { useLocation, useNavigate } from 'react-router'

/** A query object as a search string: every value encoded, arrays as repeated keys, null and undefined left out. */
export const toSearch = (query: Record<string, unknown>): string => {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries(query))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined) params.append(key, typeof one === 'object' ? JSON.stringify(one) : String(one))
  const text = params.toString()
  return text ? `?${text}` : ''
}

/** The reverse: repeated keys are arrays, however many there are. */
export const fromSearch = (search: string): Record<string, string | string[]> => {
  const params = new URLSearchParams(search)
  return Object.fromEntries([...new Set(params.keys())].map(key => {
    const values = params.getAll(key)
    return [key, values.length > 1 ? values : values[0]!]
  }))
}

/**
 * Refine's router binding, but addresses are written and read by URLSearchParams: `R&D`, `a+b@x.com` and lists of more than twenty
 * values survive. The search string stays out of `params`, since Refine hands those to every data call as `meta` (headers
 * included) and would refetch a list whenever its peek opens.
 */
export const routerProvider: RouterProvider = {
  ...base,
  go: () => {
    const { search, hash } = useLocation()
    const navigate = useNavigate()
    return useCallback(
      ({ to = '', type, query, hash: wanted, options = {} }) => {
        const target = wanted ?? (options.keepHash ? hash : '')
        const path = `${to}${toSearch({ ...(options.keepQuery ? fromSearch(search) : {}), ...query })}${target ? `#${target.replace(/^#/, '')}` : ''}`
        if (type === 'path') return path
        void navigate(path, { replace: type === 'replace' })
      },
      [search, hash, navigate],
    )
  },
  parse: () => {
    const parse = base.parse!()
    return useCallback(() => {
      const { resource, action, id, pathname } = parse()
      return { ...(resource && { resource }), ...(action && { action }), ...(id !== undefined && { id }), pathname, params: {} }
    }, [parse])
  },
}
