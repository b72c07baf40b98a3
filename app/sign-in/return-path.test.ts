import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

const to = (path: string): string => returnPath(`?${new URLSearchParams({ to: path }).toString()}`)

test('sign-in returns to the page that was asked for, with its filters', () => {
  expect(to('/customers?name_like=R%26D&tags_in=a&tags_in=b')).toBe('/customers?name_like=R%26D&tags_in=a&tags_in=b')
  expect(returnPath('')).toBe('/')
})

test('sign-in never returns to another host or to itself', () => {
  for (const path of ['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', 'javascript:alert(1)', '', '/sign-in', '/sign-in?to=/', '/invite/abc'])
    expect(to(path)).toBe('/')
  expect(to('/sign-ins')).toBe('/sign-ins')
})
