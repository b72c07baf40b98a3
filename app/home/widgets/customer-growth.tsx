import { count, date } from '../../engine/format.ts'
import { FigurePanel } from '../figure-panel.tsx'
import { useHomeAnswer } from '../home-answers.ts'
import { Spark } from '../spark.tsx'
import { readable, type Widget } from '../widget.ts'

interface Growth { from: string; days: { day: string; added: number }[]; added: number; total: number }

const CustomerGrowth = () => (
  <FigurePanel name="customer-growth" title="New customers in 30 days" answer={useHomeAnswer<Growth>('customers', 'customer-growth')} to="/customers?_sort=createdAt&_order=desc" all="All customers" none={g => (g.total === 0 ? 'There are no customers yet.' : null)}>
    {g => (
      <>
        <p className="home-figure"><b>{count(g.added)}</b> <span className="muted">since {date(g.from)}, {count(g.total)} in all</span></p>
        <Spark look="bars" values={g.days.map(d => d.added)} label={`${count(g.added)} customers were added in 30 days, most on ${date(g.days.reduce((a, b) => (b.added > a.added ? b : a)).day)}.`} />
      </>
    )}
  </FigurePanel>
)

/** How many customers came in the last 30 days, day by day? */
export const widget: Widget = { name: 'customer-growth', label: 'New customers in 30 days', kind: 'panel', shown: manifest => readable(manifest, 'customers', 'createdAt') !== undefined, View: CustomerGrowth }
