import type { FieldType } from '../../../resources/engine/fields.ts'
import { boolean } from './boolean.tsx'
import { date } from './date.tsx'
import { decimal } from './decimal.tsx'
import { email } from './email.tsx'
import { enumeration } from './enum.tsx'
import { instant } from './instant.tsx'
import { int } from './int.tsx'
import { json } from './json.tsx'
import type { FieldKit } from './kit.ts'
import { money } from './money.tsx'
import { relation } from './relation.tsx'
import { score } from './score.tsx'
import { tags } from './tags.tsx'
import { text } from './text.tsx'

const kits: Record<FieldType, FieldKit> = { text, email, int, decimal, money, enum: enumeration, boolean, date, instant, tags, relation, json, score }

/** Cell, input, filter input and words of a field type. */
export const kitOf = (type: FieldType): FieldKit => kits[type]
