/** What came of reading a value: the value, or a sentence about it. `malformed` = not even of the type (400); else it breaks a rule (422). */
export type Reading = { ok: unknown } | { error: string; malformed?: true }

/** Everything the server and the importer know about a field type. The browser's half lies in app/engine/fields under the same name. */
export interface FieldKind<F> {
  /** A JSON value of a body. Strict about its type. */
  accept(value: unknown, field: F): Reading
  /** The text of a query parameter or a CSV cell. */
  fromText(text: string, field: F): Reading
  /** A cell of a CSV export. */
  toText(value: unknown, field: F): string
  /** Its type in SQL, for casts of parameters. */
  sql: string
}

export const malformed = (error: string): Reading => ({ error, malformed: true })
export const broken = (error: string): Reading => ({ error })

/** Lone surrogates and NUL cannot be stored as text. */
export const storable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()
export const plainText = (value: unknown): string => value === null || value === undefined ? '' : String(value)
