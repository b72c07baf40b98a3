import { TOTP } from 'otpauth'
import { expect, test } from 'vitest'
import { codeOf, fromBase32, newSecret, otpauthUri, stepOf, stepOfCode } from './totp.ts'

test('codes are those of RFC 6238 appendix B, cut to six digits', () => {
  const secret = Buffer.from('12345678901234567890')
  for (const [seconds, code] of [[59, '287082'], [1111111109, '081804'], [1111111111, '050471'], [1234567890, '005924'], [2000000000, '279037'], [20000000000, '353130']] as const)
    expect(codeOf(secret, stepOf(new Date(seconds * 1000)))).toBe(code)
})

test('an authenticator that reads the address shows the codes we accept', () => {
  const secret = newSecret()
  const at = new Date('2026-11-25T12:00:00Z')
  const app = new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: 30 })
  expect(codeOf(fromBase32(secret), stepOf(at))).toBe(app.generate({ timestamp: at.getTime() }))
  expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  expect(otpauthUri(secret, 'ada+x@example.test')).toBe(`otpauth://totp/Quarterdeck%3Aada%2Bx%40example.test?secret=${secret}&issuer=Quarterdeck&algorithm=SHA1&digits=6&period=30`)
})

test('a code is known in its own step and the ones beside it, and never as anything but six digits', () => {
  const secret = fromBase32('QUARTERDECKDEMO2QUARTERDECKDEMO2')
  const at = new Date('2026-11-25T12:00:10Z')
  const step = stepOf(at)
  for (const near of [-1, 0, 1]) expect(stepOfCode(secret, codeOf(secret, step + near), at)).toBe(step + near)
  for (const far of [-3, -2, 2, 3]) expect(stepOfCode(secret, codeOf(secret, step + far), at)).toBeUndefined()
  for (const wrong of ['', '12345', '1234567', ' 12345', 'abcdef', '１２３４５６']) expect(stepOfCode(secret, wrong, at)).toBeUndefined()
  expect(() => fromBase32('01')).toThrow()
})
