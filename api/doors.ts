import type { Door } from './engine/rest/openapi.ts'

const text = { type: 'string' }, code = { type: 'object', required: ['code'], properties: { code: { type: 'string', pattern: '^\\d{6}$' } } }
const day = { type: 'string', format: 'date' }
const query = (schemas: Record<string, unknown>, required: readonly string[] = []) => Object.entries(schemas).map(([name, schema]) => ({ name, schema, required: required.includes(name) }))
const revenueExport = { type: 'object', required: ['kind', 'format'], properties: { kind: { enum: ['metrics', 'trends', 'by-plan', 'payment-health', 'movements'] }, format: { enum: ['csv', 'xlsx', 'pdf'] } } }
const trends = { from: day, to: day, by: { enum: ['month', 'day'] }, groupBy: { enum: ['plan', 'currency'] }, view: { enum: ['event', 'net'] }, basis: { enum: ['restated', 'reported'] } }
const segment = { type: 'object', description: 'A message of Segment’s libraries.' }

/**
 * The doors made by hand, for the description of the API. A test holds it against the routes there are: whoever adds a door adds a line.
 * `page` and `resource` say who sees it in their description.
 */
export const doors: readonly Door[] = [
  { method: 'get', path: '/livez', summary: 'Does the process answer?', open: true },
  { method: 'get', path: '/readyz', summary: 'Can it serve? 503 with a reason until it can.', open: true },
  { method: 'get', path: '/metrics', summary: 'Numbers of the process for Prometheus, from loopback or with METRICS_TOKEN.', open: true },
  { method: 'post', path: '/webhooks/stripe', summary: 'Receives signed events of Stripe.', open: true, body: { type: 'object' } },
  { method: 'post', path: '/v1/identify', summary: 'What is known of a user of the company’s product; needs a write key.', open: true, body: segment },
  { method: 'post', path: '/v1/group', summary: 'What is known of an organisation; needs a write key.', open: true, body: segment },
  { method: 'post', path: '/v1/batch', summary: 'Several messages at once; needs a write key.', open: true, body: { type: 'object', required: ['batch'], properties: { batch: { type: 'array', items: segment } } } },
  { method: 'get', path: '/v1/impersonations/keys', summary: 'Public keys by which the company’s product checks a hand-over, as a JWK set.', open: true },
  { method: 'get', path: '/v1/impersonations/{id}', summary: 'How an impersonation stands; needs a write key.', open: true },
  { method: 'post', path: '/v1/impersonations/{id}/redeem', summary: 'Take a hand-over link into use, once: who comes as whom, in which mode, until when; needs a write key.', open: true, body: { type: 'object', required: ['token'], properties: { token: text } } },
  { method: 'post', path: '/v1/impersonations/{id}/acts', summary: 'May this be done in somebody else’s name? 403 where not; both are written down. Needs a write key.', open: true, body: { type: 'object', required: ['kind'], properties: { kind: { enum: ['view', 'change', 'money', 'email', 'password', 'second-factor', 'api-keys', 'export', 'erasure', 'roles', 'impersonation'] }, what: text } } },
  { method: 'post', path: '/v1/impersonations/{id}/end', summary: 'End an impersonation from the product; needs a write key.', open: true, body: { type: 'object' } },
  { method: 'post', path: '/api/auth/sign-in/email', summary: 'Sign in with email and password. Answers twoFactorRedirect: true where a second factor is awaited.', open: true, body: { type: 'object', required: ['email', 'password'], properties: { email: text, password: text } } },
  { method: 'post', path: '/api/auth/two-factor/verify-totp', summary: 'The second step of a sign-in, by authenticator; with a session the first code of one being set up.', open: true, body: code },
  { method: 'post', path: '/api/auth/two-factor/verify-backup-code', summary: 'The second step of a sign-in, by a backup code.', open: true, body: { type: 'object', required: ['code'], properties: { code: text } } },
  { method: 'post', path: '/api/auth/two-factor/enable', summary: 'Begin to set up an authenticator.', body: { type: 'object', properties: { password: text } } },
  { method: 'get', path: '/api/auth/get-session', summary: 'Who is signed in here, or null.', open: true },
  { method: 'post', path: '/api/auth/sign-out', summary: 'End this session on the server.', open: true, body: { type: 'object' } },
  { method: 'post', path: '/api/auth/change-password', summary: 'Change the own password; other sessions end.', body: { type: 'object', required: ['currentPassword', 'newPassword'], properties: { currentPassword: text, newPassword: text } } },
  { method: 'get', path: '/v1/invite/{token}', summary: 'Whom a link is for.', open: true },
  { method: 'post', path: '/v1/invite/accept', summary: 'Set a password behind a link, once.', open: true, body: { type: 'object', required: ['token', 'password'], properties: { token: text, name: text, password: text } } },
  { method: 'get', path: '/v1/demo', summary: 'Who can sign in to the demo; 404 without it.', open: true },
  { method: 'get', path: '/v1/admin/meta', summary: 'The resources, fields and actions this person may see.' },
  { method: 'get', path: '/v1/admin/search', summary: 'Rows of everything one may read, by their title and searched fields: at most five of each resource, best first.', query: query({ q: text }, ['q']) },
  { method: 'get', path: '/v1/admin/openapi.json', summary: 'This description.' },
  { method: 'post', path: '/v1/admin/step-up', summary: 'Elevate this session for ten minutes by a fresh authenticator code.', body: code },
  { method: 'get', path: '/v1/admin/second-factor', summary: 'The state of the own second factor.' },
  { method: 'post', path: '/v1/admin/second-factor/enrol', summary: 'Begin to set up an authenticator: secret and backup codes, shown once.', body: { type: 'object', properties: { password: text } } },
  { method: 'post', path: '/v1/admin/second-factor/verify', summary: 'Take the authenticator into use with its first code.', body: code },
  { method: 'get', path: '/v1/admin/preferences', summary: 'What the person keeps for themselves, by key.' },
  { method: 'get', path: '/v1/admin/preferences/{key}', summary: 'One of them; null when it was never set.' },
  { method: 'put', path: '/v1/admin/preferences/{key}', summary: 'Keep a setting of one’s own, or forget it with null: display, home, columns.<resource>, mapping.<resource>, list.<resource>.', body: { type: 'object', required: ['value'], properties: { value: {} } } },
  { method: 'get', path: '/v1/admin/home/customer-growth', summary: 'Customers added on each of the last 30 days.', resource: 'customers' },
  { method: 'get', path: '/v1/admin/home/active-users', summary: 'Users seen within a day, a week and a month.', resource: 'users' },
  { method: 'get', path: '/v1/admin/live', summary: 'Server-sent events: the names of resources that changed, of those one may read.' },
  { method: 'get', path: '/v1/admin/revenue/metrics', summary: 'The head figures of revenue.', page: 'revenue', query: query({ at: day, currency: text }) },
  { method: 'get', path: '/v1/admin/revenue/trends', summary: 'Movements of MRR by period.', page: 'revenue', query: query(trends, ['from', 'to']) },
  { method: 'get', path: '/v1/admin/revenue/by-plan', summary: 'MRR by plan.', page: 'revenue', query: query({ at: day }) },
  { method: 'get', path: '/v1/admin/revenue/payment-health', summary: 'Payments that worked and did not.', page: 'revenue', query: query({ from: day, to: day }, ['from', 'to']) },
  { method: 'get', path: '/v1/admin/revenue/movements/{id}/explain', summary: 'A movement down to its raw event.', page: 'revenue' },
  { method: 'post', path: '/v1/admin/revenue/export', summary: 'Revenue figures as a file.', page: 'revenue', body: revenueExport },
  { method: 'get', path: '/v1/admin/operations/{id}/results', summary: 'What became of each row, by id.', resource: 'operations', query: query({ _start: { type: 'integer' }, _end: { type: 'integer' }, _after: text, outcome: { enum: ['waiting', 'done', 'skipped', 'failed'] } }) },
  { method: 'get', path: '/v1/admin/operations/{id}/results.csv', summary: 'The same as a file, with names.', resource: 'operations', query: query({ outcome: { enum: ['waiting', 'done', 'skipped', 'failed'] } }) },
  { method: 'get', path: '/v1/admin/operations/{id}/outcome', summary: 'What was asked, who agreed, and how many rows had which outcome for which reason.', resource: 'operations' },
  { method: 'get', path: '/v1/admin/operations/{id}/import', summary: 'What became of the lines of an import: how many are new, changed, the same, and what was wrong with the others.', resource: 'operations' },
  { method: 'post', path: '/v1/admin/operations/{id}/cancel', summary: 'Stop what waits or runs; what is done stays.', resource: 'operations' },
  { method: 'post', path: '/v1/admin/operations/{id}/retry', summary: 'A new operation of the rows that failed or were not reached.', resource: 'operations' },
  { method: 'post', path: '/v1/admin/operations/{id}/approve', summary: 'Agree to what somebody else asked for; needs the same right and a fresh authenticator code.', resource: 'operations' },
  { method: 'post', path: '/v1/admin/operations/{id}/reject', summary: 'Refuse what somebody else asked for, with a reason.', resource: 'operations', body: { type: 'object', required: ['reason'], properties: { reason: text } } },
  { method: 'delete', path: '/v1/admin/operations/{id}', summary: 'Take back. 409 names rows that were changed since; changed=leave leaves those as they are.', resource: 'operations', query: query({ changed: { enum: ['leave'] } }) },
  { method: 'get', path: '/v1/admin/customers/{id}/overview', summary: 'The head figures of a customer.', resource: 'customers' },
  { method: 'get', path: '/v1/admin/customers/{id}/timeline', summary: 'What happened with a customer.', resource: 'customers', query: query({ _after: text, kind: text }) },
]
