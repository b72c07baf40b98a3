import type { Field, FieldType } from '../fields.ts'
import { boolean } from './boolean.ts'
import { date } from './date.ts'
import { decimal } from './decimal.ts'
import { email } from './email.ts'
import { enumeration } from './enum.ts'
import { instant } from './instant.ts'
import { int } from './int.ts'
import { json } from './json.ts'
import type { FieldKind } from './kind.ts'
import { money } from './money.ts'
import { relation } from './relation.ts'
import { score } from './score.ts'
import { tags } from './tags.ts'
import { text } from './text.ts'

/** Every field type by its name. */
export const kinds: Record<FieldType, FieldKind<any>> = {
  text, email, int, decimal, money, enum: enumeration, boolean, date, instant, tags, relation, json, score,
}

export const kindOf = (field: Field): FieldKind<any> => kinds[field.type]
