import { Nothing } from './nothing.tsx'
import { wedge } from './quadrant.tsx'

export interface HealthBand { name: 'Healthy' | 'Watch' | 'At risk' | 'Leaving'; tone: 'positive' | 'caution' | 'negative' }

/** The band of a score with the default thresholds: 71 and above healthy, 40 and above watch. */
export const bandOf = (score: number, leaving = false): HealthBand =>
  leaving ? { name: 'Leaving', tone: 'negative' } : score >= 71 ? { name: 'Healthy', tone: 'positive' } : score >= 40 ? { name: 'Watch', tone: 'caution' } : { name: 'At risk', tone: 'negative' }

/** A score of 0 to 100 as quadrant, number and word. In tables (`size` small) the word is for screen readers only; null is "not scored". */
export const HealthScoreBadge = ({ score, leaving = false, size = 'small' }: { score: number | null; leaving?: boolean; size?: 'small' | 'full' }) => {
  const px = size === 'full' ? 24 : 16
  if (score === null) {
    return (
      <span className="score">
        <svg width={px} height={px} viewBox="0 0 16 16" aria-hidden="true"><path d={wedge(1)} fill="none" stroke="var(--qd-neutral-mark)" strokeDasharray="2 1.5" /></svg>
        <Nothing /><span className="sr">not scored</span>
      </span>
    )
  }
  const band = bandOf(score, leaving)
  return (
    <span className="score">
      <svg width={px} height={px} viewBox="0 0 16 16" aria-hidden="true">
        <path d={wedge(1)} fill="var(--qd-track)" />
        <path d={wedge(Math.max(0.08, score / 100))} fill={`var(--qd-${band.tone}-mark)`} />
        {leaving && <path d="M10 3l4 4m0-4l-4 4" stroke="var(--qd-negative-mark)" strokeWidth="1.5" />}
      </svg>
      <b>{score}</b>
      <span className={size === 'full' ? `${band.tone}-text word` : 'sr'}>{band.name}</span>
    </span>
  )
}
