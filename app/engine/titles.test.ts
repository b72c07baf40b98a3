import { expect, test } from 'vitest'
import { TitleStore } from './titles.tsx'

const turn = (): Promise<void> => new Promise(resolve => { setTimeout(resolve, 5) })

test('names asked for one by one travel in one request per resource, and once', async () => {
  const asked: [string, string[]][] = []
  const store = new TitleStore((resource, ids) => { asked.push([resource, ids]); return Promise.resolve(new Map(ids.filter(id => id !== 'gone').map(id => [id, `${resource} ${id}`]))) })
  for (const id of ['1', '2', '1', 'gone']) store.want('people', id)
  store.want('customers', '9')
  await turn()
  expect(asked).toEqual([['people', ['1', '2', 'gone']], ['customers', ['9']]])
  expect([store.peek('people', '1'), store.peek('people', 'gone'), store.peek('people', '3')]).toEqual(['people 1', null, undefined])
  store.want('people', '1')
  await turn()
  expect(asked).toHaveLength(2)
})

test('more than two hundred names are asked in pages of two hundred', async () => {
  const sizes: number[] = []
  const store = new TitleStore((_resource, ids) => { sizes.push(ids.length); return Promise.resolve(new Map()) })
  for (let i = 0; i < 450; i++) store.want('people', String(i))
  await turn()
  expect(sizes).toEqual([200, 200, 50])
})

test('a failed request leaves the names unknown, so that the next page asks again', async () => {
  let fail = true
  const store = new TitleStore((_resource, ids) => (fail ? Promise.reject(new Error('away')) : Promise.resolve(new Map(ids.map(id => [id, 'Ines'])))))
  store.want('people', '1')
  await turn()
  expect(store.peek('people', '1')).toBe(undefined)
  fail = false
  store.want('people', '1')
  await turn()
  expect(store.peek('people', '1')).toBe('Ines')
})
