import type { Domain } from './engine/registry.ts'
import { customers } from './customers/index.ts'
import { marketing } from './marketing/index.ts'
import { security } from './security/index.ts'
import { staff } from './staff/index.ts'
import { support } from './support/index.ts'
import { system } from './system/index.ts'
import { usage } from './usage/index.ts'

/** What every domain offers beyond its definitions. A domain with nothing but generated pages is not here. */
export const domains: readonly Domain[] = [customers, marketing, security, staff, support, system, usage]
