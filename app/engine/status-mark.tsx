type Tone = 'plain' | 'muted' | 'info' | 'caution' | 'negative' | 'positive'

const byWord: Record<string, string> = { active: 'dot', trialing: 'half', past_due: 'triangle', cancelling: 'dashed', paused: 'bars', churned: 'ring', canceled: 'ring', cancelled: 'ring' }

const colours: Record<Tone, string> = {
  plain: 'var(--qd-text3)', muted: 'var(--qd-neutral-mark)', info: 'var(--qd-info-mark)', caution: 'var(--qd-caution-mark)', negative: 'var(--qd-negative-mark)', positive: 'var(--qd-positive-mark)',
}

const shapes: Record<string, React.ReactNode> = {
  dot: <circle cx="6" cy="6" r="3" fill="currentColor" />,
  half: <><circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" /><path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" /></>,
  triangle: <path d="M6 1.2 11.3 10.6H.7z" fill="currentColor" />,
  dashed: <><circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="2.2 1.6" /><circle cx="6" cy="6" r="1.5" fill="currentColor" /></>,
  bars: <path d="M3 1.5h1.8v9H3zM7.2 1.5H9v9H7.2z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
}
shapes.circle = shapes.ring

export interface StatusOption { value: string; label: string; tone?: Tone; glyph?: string }

/** A state as glyph and word; colour only where it asks to be looked at. A muted state without glyph is the word alone. */
export const StatusMark = ({ option }: { option: StatusOption }) => {
  const tone = option.tone ?? 'plain'
  const shape = shapes[option.glyph ?? byWord[option.value] ?? (tone === 'plain' ? 'dot' : tone === 'negative' ? 'triangle' : '')]
  return (
    <span className={`status ${tone}`}>
      {shape && <svg width="12" height="12" viewBox="0 0 12 12" style={{ color: colours[tone] }} aria-hidden="true">{shape}</svg>}
      <span>{option.label}</span>
    </span>
  )
}
