/** The closed list of field types. Each has one file per side: resources/engine/fields/<type>.ts and app/engine/fields/<type>.tsx. */
export type FieldType =
  | 'text' | 'email' | 'int' | 'decimal' | 'money' | 'enum' | 'boolean' | 'date' | 'instant' | 'tags' | 'relation' | 'json' | 'score'

/** How personal a value is. Decides what erasure and exports of a subject do with it. */
export type Privacy = 'none' | 'identifies' | 'contact' | 'content' | 'secret'

/** Groups of fields that a role may be denied as one (resources/roles.ts: `without`). */
export type Sensitivity = 'mrr' | 'amounts' | 'stripe'

export interface FieldBase {
  type: FieldType
  /** Sentence case, shown as column head and form label. */
  label: string
  /** Column of the table. Default: the field's name in snake_case. */
  column?: string
  /** May be null. Nullable fields are optional in forms; others without `default` are required on create. */
  nullable?: boolean
  /** Never written through the API: mirrored or computed by the product. */
  readonly?: boolean
  /** May be set on create only. */
  immutable?: boolean
  /** A pure value used on create when the body leaves the field out. */
  default?: string | number | boolean | string[] | null
  /** May be named in a filter. Default true, except json. */
  filter?: boolean
  /** May be sorted by. Default false; a sortable field needs an index (checked at start). */
  sort?: boolean
  /** Part of `q` and of the search box: substring, case-insensitive, trigram index. Text-like fields only. */
  search?: boolean
  sensitive?: Sensitivity
  privacy?: Privacy
  /** How the audit row shows a change: the values, that it changed, or nothing at all. Default plain; secret fields are redacted. */
  audit?: 'plain' | 'redact' | 'omit'
  /** Writing it needs a fresh authenticator code (role of a colleague). */
  stepUp?: boolean
  /** Large: comes with the single row and in exports, not in lists. */
  heavy?: boolean
  /** One sentence under the input. */
  help?: string
  /** Offer a copy button beside the value. */
  copy?: boolean
  /** Whose fact it is while nobody edited it here: shown as "edited here, Stripe says X". */
  source?: 'stripe' | 'product'
  /** Column width in px for lists. */
  width?: number
}
export interface TextField extends FieldBase { type: 'text'; min?: number; max?: number; pattern?: string; multiline?: boolean; mono?: boolean; unique?: boolean }
export interface EmailField extends FieldBase { type: 'email'; unique?: boolean }
export interface IntField extends FieldBase { type: 'int'; min?: number; max?: number; unit?: string }
export interface DecimalField extends FieldBase { type: 'decimal'; scale?: number; min?: string; max?: string }
/** Integer minor units. `currency` names the field that holds the ISO code, or is `book` for the book's currency. */
export interface MoneyField extends FieldBase {
  type: 'money'; currency: string; min?: number; max?: number; signed?: boolean
  /** Column that holds the same amount unrounded: sums go over it and are rounded once, half away from zero. */
  exact?: string
}
export interface EnumField extends FieldBase {
  type: 'enum'
  options: readonly { value: string; label: string; tone?: 'plain' | 'muted' | 'info' | 'caution' | 'negative' | 'positive'; glyph?: string }[]
  /** Shown as `status` (glyph and word), `tag` (document state) or plain words. */
  look?: 'status' | 'tag' | 'plain'
}
export interface BooleanField extends FieldBase { type: 'boolean'; words?: readonly [string, string] }
/** A calendar day `YYYY-MM-DD`, no zone. */
export interface DateField extends FieldBase { type: 'date' }
/** A moment, ISO 8601 UTC. */
export interface InstantField extends FieldBase { type: 'instant' }
/** A set of short labels, stored as text[]. */
export interface TagsField extends FieldBase { type: 'tags'; max?: number }
/** Points at a row of another resource, named by string. The field's name ends in `Id` (or `By`: who did it); its column holds the uuid. */
export interface RelationField extends FieldBase {
  type: 'relation'
  resource: string
  /** Fields of the other resource that may be filtered through this relation: `customer.status=`. */
  paths?: readonly string[]
}
export interface JsonField extends FieldBase { type: 'json' }
/** 0 to 100, drawn as a quadrant. */
export interface ScoreField extends FieldBase { type: 'score' }

export type Field =
  | TextField | EmailField | IntField | DecimalField | MoneyField | EnumField | BooleanField | DateField | InstantField
  | TagsField | RelationField | JsonField | ScoreField

type Options<F extends Field> = Omit<F, 'type'>

/**
 * Builders for fields of a definition.
 *
 * @example
 * fields: {
 *   code: f.text({ label: 'Code', max: 40, unique: true, sort: true, search: true }),
 *   ownerId: f.relation({ label: 'Owner', resource: 'people', nullable: true }),
 * }
 */
export const f = {
  text: (o: Options<TextField>): TextField => ({ type: 'text', ...o }),
  email: (o: Options<EmailField>): EmailField => ({ type: 'email', ...o }),
  int: (o: Options<IntField>): IntField => ({ type: 'int', ...o }),
  decimal: (o: Options<DecimalField>): DecimalField => ({ type: 'decimal', ...o }),
  money: (o: Options<MoneyField>): MoneyField => ({ type: 'money', ...o }),
  enum: (o: Options<EnumField>): EnumField => ({ type: 'enum', ...o }),
  boolean: (o: Options<BooleanField>): BooleanField => ({ type: 'boolean', ...o }),
  date: (o: Options<DateField>): DateField => ({ type: 'date', ...o }),
  instant: (o: Options<InstantField>): InstantField => ({ type: 'instant', ...o }),
  tags: (o: Options<TagsField>): TagsField => ({ type: 'tags', ...o }),
  relation: (o: Options<RelationField>): RelationField => ({ type: 'relation', ...o }),
  json: (o: Options<JsonField>): JsonField => ({ type: 'json', ...o }),
  score: (o: Options<ScoreField>): ScoreField => ({ type: 'score', ...o }),
}
