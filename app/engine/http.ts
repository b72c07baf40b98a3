import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from 'axios'
import { ApiError } from './api-error.ts'

export const apiRoot = '/v1/admin'
const patience = 20_000

interface Hooks {
  /** Asks the person for a fresh code; true once the server took it. */
  stepUp: () => Promise<boolean>
  /** The session has ended. */
  signedOut: () => void
  /** An answer held something that is told this one time only. */
  told?: (once: Record<string, unknown>) => void
}

/** `codesBefore`: how many codes had been taken when the request was sent. */
type Retried = InternalAxiosRequestConfig & { afterStepUp?: boolean; codesBefore?: number }

/**
 * The one HTTP client of the panel. A failed call rejects with ApiError, which keeps field errors, code and request id. On
 * `step_up_required` it asks for a code and repeats the same request once; on 401 it leaves for the sign-in page.
 */
export const createHttp = (hooks: Hooks, instance: AxiosInstance = axios.create()): AxiosInstance => {
  instance.defaults.timeout = patience
  let asking: Promise<boolean> | null = null
  let codes = 0
  const askOnce = (): Promise<boolean> => {
    asking ??= hooks.stepUp().then(went => { if (went) codes++; return went }).finally(() => { asking = null })
    return asking
  }

  instance.interceptors.request.use(config => Object.assign(config, { codesBefore: codes }))

  instance.interceptors.response.use(response => {
    const once = (response.data as { once?: unknown } | null)?.once
    if (typeof once === 'object' && once !== null) hooks.told?.(once as Record<string, unknown>)
    return response
  }, async (failure: unknown) => {
    if (axios.isCancel(failure) || !axios.isAxiosError(failure)) throw failure
    const { response, config } = failure
    if (!response) {
      const late = failure.code === 'ECONNABORTED' || failure.code === 'ETIMEDOUT'
      throw new ApiError({ status: 0, code: late ? 'timeout' : 'unreachable', message: late ? `The server took longer than ${patience / 1000} seconds.` : undefined })
    }
    const error = new ApiError({ status: response.status, body: response.data, headers: response.headers as Record<string, unknown> })
    if (error.statusCode === 401) hooks.signedOut()
    const request = config as Retried | undefined
    if (error.statusCode === 403 && error.code === 'step_up_required' && request && !request.afterStepUp) {
      // a request that was on its way while a code was taken needs no second one
      if (codes > (request.codesBefore ?? 0) || await askOnce()) {
        request.afterStepUp = true
        return instance.request(request)
      }
      error.code = 'step_up_cancelled'
    }
    throw error
  })
  return instance
}

let ask: Hooks['stepUp'] = () => Promise.resolve(false)
/** The dialog registers itself here; returns how to take it away again. */
export const onStepUp = (dialog: Hooks['stepUp']): (() => void) => {
  ask = dialog
  return () => { ask = () => Promise.resolve(false) }
}

let tell: (once: Record<string, unknown>) => void = () => undefined
/** Who shows what is told this one time only; returns how to stop. */
export const onTold = (show: (once: Record<string, unknown>) => void): (() => void) => {
  tell = show
  return () => { tell = () => undefined }
}

export const signInPath = (here: { pathname: string; search: string }): string => `/sign-in?${new URLSearchParams({ to: here.pathname + here.search }).toString()}`

/** The client that pages and providers use. */
export const http = createHttp({ stepUp: () => ask(), signedOut: () => { location.assign(signInPath(location)) }, told: once => { tell(once) } })
