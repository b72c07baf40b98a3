import { useEffect, useRef } from 'react'
import { nameOfKey, press, sequenceTime, type Binding } from './keys.ts'

/** What is bound now: the frame first, then the page, then what opened last. */
const sets: { current: readonly Binding[] }[] = []

/** Binds keys while the component is there. */
export const useKeys = (bindings: readonly Binding[]): void => {
  const latest = useRef(bindings)
  useEffect(() => { latest.current = bindings })
  useEffect(() => {
    sets.push(latest)
    return () => { sets.splice(sets.indexOf(latest), 1) }
  }, [])
}

const ticks = /^(checkbox|radio|button|submit|reset)$/
/** Does a key pressed here belong to what one types? */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.tagName === 'TEXTAREA' || target.tagName === 'SELECT' || (target.tagName === 'INPUT' && !ticks.test((target as HTMLInputElement).type)))

const floating = ['.ant-modal-wrap', '.ant-drawer-open', '.ant-popover:not(.ant-popover-hidden)', '.ant-dropdown:not(.ant-dropdown-hidden)', '.ant-select-dropdown:not(.ant-select-dropdown-hidden)', '.ant-picker-dropdown:not(.ant-picker-dropdown-hidden)', '[role=dialog]']
/** Is a dialog, menu or popover open? Then keys are its own. */
const isFloating = (): boolean => floating.some(selector => [...document.querySelectorAll<HTMLElement>(selector)].some(e => e.checkVisibility()))

/** The one listener: finds what a key is bound to, unless somebody types or something floats above the page. */
export const useKeyboard = (): void => {
  useEffect(() => {
    let pending = ''
    let timer: ReturnType<typeof setTimeout> | undefined
    const down = (event: KeyboardEvent): void => {
      const key = nameOfKey(event)
      if (key === null || event.defaultPrevented || event.isComposing || key === 'Shift' || isTyping(event.target) || isFloating()) return
      // Enter and Space on a link or a button are its own
      if ((key === 'Enter' || key === 'Space') && event.target instanceof HTMLElement && event.target.closest('a, button, summary, input, [role=button], [role=menuitem], [role=option]')) return
      const found = press(pending, key, sets.flatMap(set => set.current))
      clearTimeout(timer)
      pending = found.pending
      if (pending) timer = setTimeout(() => { pending = '' }, sequenceTime)
      if (!found.binding || (event.repeat && !found.binding.repeats)) return
      event.preventDefault()
      found.binding.run(event)
    }
    addEventListener('keydown', down)
    return () => { clearTimeout(timer); removeEventListener('keydown', down) }
  }, [])
}
