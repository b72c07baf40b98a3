import type { AuthProvider } from '@refinedev/core'
import type { AxiosInstance } from 'axios'
import type { Manifest } from '../../resources/engine/manifest.ts'
import { asApiError } from './api-error.ts'

/**
 * Who is signed in is known from the manifest; the server decides on every request. Only a 401 means that the session is over
 * (the HTTP client leaves the page then), so an error of a page never signs anybody out.
 */
export const createAuthProvider = (me: Manifest['me'], http: AxiosInstance, leave: (path: string) => void): AuthProvider => ({
  login: () => { leave('/sign-in'); return Promise.resolve({ success: false }) },
  logout: async () => {
    await http.post('/api/auth/sign-out', {})
    leave('/sign-in')
    return { success: true }
  },
  check: () => Promise.resolve({ authenticated: true }),
  onError: error => Promise.resolve({ error: asApiError(error) }),
  getIdentity: () => Promise.resolve(me),
  getPermissions: () => Promise.resolve(me.role),
})
