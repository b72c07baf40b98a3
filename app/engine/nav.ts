import type { Manifest } from '../../resources/engine/manifest.ts'
import { customPages, homePage } from '../pages.ts'

export interface NavEntry { path: string; label: string; icon: string; order: number }
export interface NavGroup { name: string; entries: NavEntry[] }

const groupOrder = ['Home', 'Accounts', 'Money', 'Growth', 'Trust', 'Company']

/** The side bar: what this person may open, by group; Home stands first and has no head. */
export const navOf = (manifest: Manifest): NavGroup[] => {
  const groups = new Map<string, NavEntry[]>()
  const add = (group: string, entry: NavEntry): void => { groups.set(group, [...(groups.get(group) ?? []), entry]) }
  add(homePage.nav.group, { path: '/', label: homePage.label, icon: homePage.nav.icon, order: homePage.nav.order })
  for (const page of customPages) if (manifest.pages.includes(page.name)) add(page.nav.group, { path: `/${page.name}`, label: page.label, icon: page.nav.icon, order: page.nav.order })
  for (const resource of manifest.resources) if (resource.nav) add(resource.nav.group, { path: `/${resource.name}`, label: resource.nav.label ?? resource.label[1], icon: resource.nav.icon, order: resource.nav.order })
  const rank = (name: string): number => (groupOrder.includes(name) ? groupOrder.indexOf(name) : groupOrder.length)
  return [...groups].map(([name, entries]) => ({ name, entries: entries.toSorted((a, b) => a.order - b.order || a.label.localeCompare(b.label)) })).toSorted((a, b) => rank(a.name) - rank(b.name))
}
