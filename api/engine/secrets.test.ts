import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { deriveKey, seal, unseal } from './secrets.ts'

const key = (id: string) => ({ id, key: randomBytes(32) })

test('a sealed value opens in its own place only, and never says what it holds', () => {
  const keys = [key('k1')]
  const sealed = seal(keys, 'a token', 'staff_links|sealed_token|1')
  expect(sealed).not.toContain('a token')
  expect(seal(keys, 'a token', 'staff_links|sealed_token|1')).not.toBe(sealed)
  expect(unseal(keys, sealed, 'staff_links|sealed_token|1')).toBe('a token')
  expect(() => unseal(keys, sealed, 'staff_links|sealed_token|2')).toThrow()
  expect(() => unseal(keys, `${sealed.slice(0, -2)}AA`, 'staff_links|sealed_token|1')).toThrow()
})

test('values of an older master key open while that key is given, and not after', () => {
  const old = key('k1'), next = key('k2')
  const sealed = seal([old], 'kept', 'p')
  expect(unseal([next, old], sealed, 'p')).toBe('kept')
  expect(() => unseal([next], sealed, 'p')).toThrow(/k1/)
})

test('two purposes have unlike keys', () => {
  const master = randomBytes(32)
  expect(deriveKey(master, 'a').equals(deriveKey(master, 'b'))).toBe(false)
})
