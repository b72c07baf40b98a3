import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { roles } from '../../resources/roles.ts'
import { defaultHome, defaultHomes } from './default-homes.ts'
import { moved, placed, runs } from './layout.ts'

const figure = (name: string) => ({ name, kind: 'figure' as const }), panel = (name: string) => ({ name, kind: 'panel' as const })

test('a home shows what was kept, in its order, and leaves out what is gone or may not be read', () => {
  const offered = [panel('a'), figure('b'), panel('c')]
  expect(placed([{ name: 'c', wide: true }, { name: 'gone' }, { name: 'a' }], offered)).toEqual([{ name: 'c', wide: true, widget: panel('c') }, { name: 'a', widget: panel('a') }])
})

test('figures beside each other share a strip, panels stand alone', () => {
  const places = [figure('a'), figure('b'), panel('c'), figure('d'), panel('e'), panel('f')].map(widget => ({ widget }))
  expect(runs(places).map(run => run.map(p => p.widget.name))).toEqual([['a', 'b'], ['c'], ['d'], ['e'], ['f']])
  expect(runs([])).toEqual([])
})

test('an entry moves, and beyond the ends stays', () => {
  expect([moved(['a', 'b', 'c'], 0, 2), moved(['a', 'b', 'c'], 2, 0), moved(['a', 'b', 'c'], 1, 1), moved(['a', 'b'], 0, 2), moved(['a', 'b'], 0, -1)]).toEqual([['b', 'c', 'a'], ['c', 'a', 'b'], ['a', 'b', 'c'], ['a', 'b'], ['a', 'b']])
})

test('every role has a home of its own, of widgets that there are, each once', () => {
  const files = readdirSync(path.join(import.meta.dirname, 'widgets')).map(f => f.replace(/\.tsx$/, ''))
  expect(Object.keys(defaultHomes).toSorted()).toEqual(Object.keys(roles).toSorted())
  for (const role of [...Object.keys(roles), 'a role to come']) {
    const names = defaultHome(role).map(w => w.name)
    expect([role, names.filter(name => !files.includes(name)), new Set(names).size]).toEqual([role, [], names.length])
  }
})

test('a widget is called as its file is', () => {
  const folder = path.join(import.meta.dirname, 'widgets')
  for (const file of readdirSync(folder)) expect([file, /export const widget\b[^]*?name: '([a-z0-9-]+)'/.exec(readFileSync(path.join(folder, file), 'utf8'))?.[1]]).toEqual([file, file.replace(/\.tsx$/, '')])
})
