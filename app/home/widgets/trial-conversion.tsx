import { count, rate } from '../../engine/format.ts'
import { FigurePanel } from '../figure-panel.tsx'
import { useMetricsOfHome } from '../home-answers.ts'
import type { Widget } from '../widget.ts'

const TrialConversion = () => (
  <FigurePanel name="trial-conversion" title="Trials that became customers" answer={useMetricsOfHome()} to="/customers?_view=trial" all="In trial now" none={m => ((m.counts.trialConversion?.denominator ?? 0) === 0 ? 'No trial ended in the last 30 days.' : null)}>
    {m => {
      const { value, numerator, denominator } = m.counts.trialConversion!
      return (
        <>
          <p className="home-figure"><b>{value === null ? '–' : rate(value)}</b> <span className="muted">{count(numerator)} of {count(denominator)} that ended in the last 30 days</span></p>
          <div className="home-bar" role="img" aria-label={`${count(numerator)} of ${count(denominator)} trials became customers`}><i style={{ width: `${(numerator / denominator) * 100}%` }} /></div>
          <p className="muted home-note">{count(m.customers.trialing)} in trial now</p>
        </>
      )
    }}
  </FigurePanel>
)

/** How many trials became paying customers, of those that ended in 30 days? */
export const widget: Widget = { name: 'trial-conversion', label: 'Trials that became customers', kind: 'panel', shown: manifest => manifest.pages.includes('revenue'), View: TrialConversion }
