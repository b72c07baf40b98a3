import type { ComponentType } from 'react'

/** A page of its own beside the generated ones. It shows when the manifest's `pages` has its name. */
export interface CustomPage {
  name: string
  label: string
  nav: { group: string; icon: string; order: number }
  /** Loaded when first opened; owns every address below `/<name>/`. */
  load: () => Promise<{ default: ComponentType }>
}

/** Shown above every page, when there is something to show: what one is in the middle of. */
export const banners: readonly (() => Promise<{ default: ComponentType }>)[] = [() => import('./customers/visit-banner.tsx')]

/** What a custom record page is given instead of the generated show page: the id from the address. */
export interface RecordPageProps { id: string }

/** The start page, at `/`, for everybody: it shows each person what they may read. */
export const homePage = { label: 'Home', nav: { group: 'Home', icon: 'layout-grid', order: 0 }, load: (): Promise<{ default: ComponentType }> => import('./home/home-page.tsx') }

export const customPages: readonly CustomPage[] = [
  { name: 'revenue', label: 'Revenue', nav: { group: 'Money', icon: 'chart-line', order: 40 }, load: () => import('./revenue/revenue-page.tsx') },
]

/** Record pages that replace the generated one, by resource. They use the same parts: PageHead, FigureStrip, Panel, HistoryList, ResourceList. */
export const recordPages: Readonly<Record<string, () => Promise<{ default: ComponentType<RecordPageProps> }>>> = {
  customers: () => import('./customers/customer-page.tsx'),
  tickets: () => import('./support/ticket-page.tsx'),
  operations: () => import('./system/operation-page.tsx'),
  'mrr-movements': () => import('./revenue/movement-page.tsx'),
}
