import { describe, expect, it } from 'vitest'
import { importsOf, isTest, sources } from '../support/sources.ts'

const facts = ['customers', 'billing', 'usage', 'support', 'messaging', 'flags', 'integrations', 'security', 'staff', 'system']
const interpretations = ['revenue', 'success', 'alerts', 'reports', 'marketing', 'privacy']
const world = (f: string) => f.split('/')[0]!
const word = (f: string) => f.split('/')[1] ?? ''
const isDoor = (f: string) => /(-webhook|\/routes)\.ts$/.test(f) && f.startsWith('api/') && !f.startsWith('api/engine/')

/** Who may import whom. Each rule: a sentence, which files it is about, what they must not import. */
const rules: { sentence: string; from: (f: string) => boolean; not: (target: string, f: string) => boolean }[] = [
  { sentence: 'migrations import nothing of ours', from: f => world(f) === 'migrations', not: t => /^(resources|api|jobs|app|demo|bin|tests)\//.test(t) },
  { sentence: 'resources import only their engine, roles and their own word', from: f => world(f) === 'resources', not: (t, f) => /^(api|jobs|app|demo|bin|tests|migrations)\//.test(t) || (t.startsWith('resources/') && !t.startsWith('resources/engine/') && t !== 'resources/roles.ts' && word(t) !== word(f)) },
  { sentence: 'the engine of the API knows no domain', from: f => f.startsWith('api/engine/') && f !== 'api/engine/services.ts', not: t => t.startsWith('api/') && !t.startsWith('api/engine/') },
  { sentence: 'the API imports neither worker nor browser', from: f => world(f) === 'api', not: t => /^(jobs|app|demo|bin|tests)\//.test(t) },
  { sentence: 'facts never import interpretations', from: f => world(f) === 'api' && facts.includes(word(f)), not: t => t.startsWith('api/') && interpretations.includes(word(t)) },
  { sentence: 'only api/app.ts opens doors', from: f => f !== 'api/app.ts', not: (t, f) => isDoor(t) && !isDoor(f) },
  { sentence: 'only api/domains.ts lists the domains', from: f => f !== 'api/domains.ts', not: t => /^api\/[a-z]+\/index\.ts$/.test(t) },
  { sentence: 'jobs import no door, no page', from: f => world(f) === 'jobs', not: t => /^(app|demo|bin|tests)\//.test(t) || t === 'api/app.ts' },
  { sentence: 'the browser meets the API over HTTP', from: f => world(f) === 'app', not: t => /^(api|jobs|migrations|demo|bin|tests)\//.test(t) || (t.startsWith('resources/') && !t.startsWith('resources/engine/')) },
  { sentence: 'the demo imports resources, stripe types and hono only', from: f => world(f) === 'demo', not: t => /^(api|jobs|app|bin|tests|migrations)\//.test(t) },
  { sentence: 'the demo is imported by bin and bench alone', from: f => !['demo', 'bin', 'bench'].includes(world(f)), not: t => t.startsWith('demo/') },
  { sentence: 'Hono is known at doors only', from: f => !/^(api\/app\.ts|api\/engine\/(http|rest)\/|api\/engine\/serve\.ts|api\/system\/health\.ts|demo\/|bench\/)/.test(f) && !isDoor(f), not: t => t === 'hono' || t.startsWith('hono/') },
  { sentence: 'Stripe is known in one file', from: f => f !== 'api/billing/stripe.ts' && world(f) !== 'demo', not: t => t === 'stripe' },
  { sentence: 'the queue is known in one file', from: f => f !== 'api/engine/queue.ts', not: t => t === 'pg-boss' },
  { sentence: 'the driver is known in one file', from: f => f !== 'api/engine/database.ts' && world(f) !== 'bench', not: t => t === 'pg' },
  { sentence: 'mail is sent from one file', from: f => f !== 'api/engine/mail.ts', not: t => t === 'nodemailer' },
  { sentence: 'antd and Refine live in the browser', from: f => world(f) !== 'app', not: t => t === 'antd' || t.startsWith('@refinedev/') },
]

/** Violations in a set of files, as sentences. */
const violations = (files: { file: string; imports: { target: string; typeOnly: boolean }[] }[]): string[] =>
  files.flatMap(({ file, imports }) => rules.filter(r => r.from(file)).flatMap(r => imports
    .filter(i => r.not(i.target, file) && !(i.typeOnly && ['stripe', 'pg'].includes(i.target)))
    .map(i => `${file} imports ${i.target}: ${r.sentence}.`)))

describe('imports', () => {
  it('keep the worlds and words apart', () => {
    const files = sources().filter(f => !isTest(f)).map(file => ({ file, imports: importsOf(file) }))
    expect(files.length).toBeGreaterThan(50)
    expect(violations(files)).toEqual([])
  })

  it('are noticed when they break a rule', () => {
    const planted = [
      ['api/billing/x.ts', 'api/revenue/mrr.ts'], ['api/engine/x.ts', 'api/customers/index.ts'], ['api/support/x.ts', 'stripe'], ['app/x.tsx', 'api/engine/errors.ts'],
      ['jobs/billing/x.ts', 'api/billing/stripe-webhook.ts'], ['resources/billing/x.ts', 'pg'], ['resources/billing/x.ts', 'resources/customers/customers.ts'],
      ['api/customers/x.ts', 'demo/staff.ts'], ['api/support/x.ts', 'hono'],
    ]
    for (const [file, target] of planted) expect(violations([{ file: file!, imports: [{ target: target!, typeOnly: false }] }]), `${file} -> ${target}`).not.toEqual([])
  })
})
