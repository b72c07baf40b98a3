import { Link } from 'react-router'
import { count } from '../../engine/format.ts'
import { FigurePanel } from '../figure-panel.tsx'
import { useHomeAnswer } from '../home-answers.ts'
import { readable, type Widget } from '../widget.ts'

interface Active { day: number; week: number; month: number; total: number }
const rows: readonly [keyof Active, string, string][] = [['day', 'In a day', '$now-1d'], ['week', 'In seven days', '$now-7d'], ['month', 'In thirty days', '$now-30d']]

const ActiveUsers = () => (
  <FigurePanel name="active-users" title="Active users" answer={useHomeAnswer<Active>('users', 'active-users')} to="/users?_view=week" all="Seen this week" none={a => (a.total === 0 ? 'Your product has not told of any users yet.' : null)}>
    {a => (
      <dl className="home-bars">
        {rows.map(([key, label, since]) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd><Link to={`/users?${new URLSearchParams({ lastSeenAt_gte: since }).toString()}`}>{count(a[key])}</Link><span className="home-bar" aria-hidden="true"><i style={{ width: `${(a[key] / a.total) * 100}%` }} /></span></dd>
          </div>
        ))}
        <div><dt>All</dt><dd><Link to="/users">{count(a.total)}</Link><span /></dd></div>
      </dl>
    )}
  </FigurePanel>
)

/** How many users have used the product lately? */
export const widget: Widget = { name: 'active-users', label: 'Active users', kind: 'panel', shown: manifest => readable(manifest, 'users', 'lastSeenAt') !== undefined, View: ActiveUsers }
