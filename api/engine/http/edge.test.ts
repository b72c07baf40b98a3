import { expect, test } from 'vitest'
import { loggable, realIp } from './edge.ts'

test('without declared proxies an address is the socket’s, whatever the headers say', () => {
  for (const forged of ['1.2.3.4', '1.2.3.4, 5.6.7.8', 'garbage', '']) expect(realIp('203.0.113.9', forged, [])).toBe('203.0.113.9')
  expect(realIp('::ffff:203.0.113.9', undefined, [])).toBe('203.0.113.9')
  expect(realIp(undefined, '1.2.3.4', ['10.0.0.0/8'])).toBeNull()
})

test('an address is taken from the right, the first hop that is no proxy of ours', () => {
  const ours = ['10.0.0.1', '10.1.0.0/16', 'fd00::/8']
  const through = (forwarded: string, socket = '10.0.0.1') => realIp(socket, forwarded, ours)
  expect(through('1.2.3.4')).toBe('1.2.3.4')
  expect(through('9.9.9.9, 1.2.3.4')).toBe('1.2.3.4')
  expect(through('9.9.9.9, 1.2.3.4, 10.1.2.3')).toBe('1.2.3.4')
  expect(through('1.2.3.4', '203.0.113.9')).toBe('203.0.113.9')
  expect(through('::ffff:1.2.3.4')).toBe('1.2.3.4')
  expect(through('1.2.3.4:5678')).toBe('1.2.3.4')
  expect(through('[2001:db8::1]:443')).toBe('2001:db8::1')
  expect(through('fe80::1%eth0')).toBe('fe80::1')
  expect(through('1.2.3.4', '::ffff:10.0.0.1')).toBe('1.2.3.4')
  expect(through('10.1.2.3, 10.1.2.4')).toBe('10.1.2.3')
  for (const garbage of ['garbage', '1.2.3.4, <script>', '999.1.1.1', ' , ']) expect(() => through(garbage)).toThrow(/no address/)
})

test('tokens of links do not reach the log', () => {
  expect(loggable('/v1/invite/abc')).toBe('/v1/invite/[redacted]')
  expect(loggable('/reset/abc/')).toBe('/reset/[redacted]/')
  expect(loggable('/v1/admin/customers/abc')).toBe('/v1/admin/customers/abc')
})
