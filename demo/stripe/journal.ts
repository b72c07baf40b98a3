import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** An append-only file of JSON lines; in memory alone without a folder. */
export class Journal<T> {
  readonly #path: string | null

  constructor(folder: string | null, name: string) {
    if (folder) mkdirSync(folder, { recursive: true })
    this.#path = folder ? join(folder, name) : null
  }

  /** The entries so far. A last line that was cut off in mid-write does not count. */
  read(): T[] {
    if (!this.#path || !existsSync(this.#path)) return []
    const text = readFileSync(this.#path, 'utf8')
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    if (whole.length < text.length) writeFileSync(this.#path, whole)
    return whole.split('\n').filter(Boolean).map((line) => JSON.parse(line) as T)
  }

  append(entry: T): void {
    if (this.#path) appendFileSync(this.#path, `${JSON.stringify(entry)}\n`)
  }
}

/** A small file that is replaced as a whole; in memory alone without a folder. */
export class Slip<T> {
  readonly #path: string | null
  #value: T

  constructor(folder: string | null, name: string, first: T) {
    if (folder) mkdirSync(folder, { recursive: true })
    this.#path = folder ? join(folder, name) : null
    this.#value = this.#path && existsSync(this.#path) ? (JSON.parse(readFileSync(this.#path, 'utf8')) as T) : first
  }

  get value(): T {
    return this.#value
  }

  write(value: T): void {
    this.#value = value
    if (!this.#path) return
    writeFileSync(`${this.#path}.new`, JSON.stringify(value))
    renameSync(`${this.#path}.new`, this.#path)
  }
}
