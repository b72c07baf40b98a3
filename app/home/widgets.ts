import type { Widget } from './widget.ts'

/** Every widget there is, found by looking: each file in app/home/widgets/ exports one. */
export const widgets: readonly Widget[] = Object.values(import.meta.glob<Widget>('./widgets/*.tsx', { eager: true, import: 'widget' }))
