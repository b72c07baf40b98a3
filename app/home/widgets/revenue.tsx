import { date, dayIn, money } from '../../engine/format.ts'
import { useManifest } from '../../engine/manifest.tsx'
import { useNow } from '../../engine/now.tsx'
import { FigurePanel } from '../figure-panel.tsx'
import { useCourse } from '../home-answers.ts'
import { Spark } from '../spark.tsx'
import type { Widget } from '../widget.ts'

const Revenue = () => {
  const { book } = useManifest()
  const today = dayIn(useNow(), book.timeZone)
  const from = `${Number(today.slice(0, 4)) - 1}${today.slice(4, 8)}01`
  const answer = useCourse(from, today)
  return (
    <FigurePanel name="revenue" title="MRR in twelve months" answer={answer} to="/revenue" all="Revenue" none={course => (course.every(month => month.closing === 0) ? 'There is no recurring revenue yet.' : null)}>
      {course => {
        const first = course[0]!, last = course.at(-1)!
        return (
          <>
            <p className="home-figure"><b>{money(last.closing, book.currency, { digits: 'whole' })}</b> <span className="muted">from {money(first.closing, book.currency, { digits: 'whole' })} at the end of {date(first.end).slice(2).trim()}</span></p>
            <Spark values={course.map(month => month.closing)} label={`MRR went from ${money(first.closing, book.currency, { digits: 'whole' })} to ${money(last.closing, book.currency, { digits: 'whole' })} in twelve months.`} />
          </>
        )
      }}
    </FigurePanel>
  )
}

/** How did recurring revenue go in the last twelve months? */
export const widget: Widget = { name: 'revenue', label: 'MRR in twelve months', kind: 'panel', shown: manifest => manifest.pages.includes('revenue'), View: Revenue }
