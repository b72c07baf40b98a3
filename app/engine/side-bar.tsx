import { Search } from 'lucide-react'
import { Link, useLocation } from 'react-router'
import { NavIcon } from './icons.tsx'
import { goToKeys, withKey } from './keyboard/keys.ts'
import { useManifest } from './manifest.tsx'
import { navOf } from './nav.ts'
import { Mark } from './quadrant.tsx'
import { UserMenu } from './user-menu.tsx'

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** Where one can go. Below 1181 px a rail whose words are hidden from the eye only. */
export const SideBar = ({ onSearch }: { onSearch: () => void }) => {
  const groups = navOf(useManifest())
  const { pathname } = useLocation()
  return (
    <header className="side">
      <Link to="/" className="brand" title="Quarterdeck"><Mark size={22} /><span className="words">Quarterdeck</span></Link>
      <button type="button" className="search-field" data-testid="search" onClick={onSearch} title="Search" aria-keyshortcuts="Control+K Meta+K">
        <Search size={14} aria-hidden="true" /><span className="words">Search</span><kbd className="words" aria-hidden="true">{apple ? '⌘K' : 'Ctrl K'}</kbd>
      </button>
      <nav aria-label="Main">
        {groups.map(group => (
          <div key={group.name} className="nav-group">
            {group.name !== 'Home' && <p className="nav-head words">{group.name}</p>}
            <ul>
              {group.entries.map(entry => {
                const current = pathname === entry.path || pathname.startsWith(`${entry.path}/`)
                return (
                  <li key={entry.path}>
                    <Link to={entry.path} className="nav-entry" aria-current={current ? 'page' : undefined} title={goToKeys[entry.path] ? withKey(entry.label, `g ${goToKeys[entry.path]}`) : entry.label}>
                      <NavIcon name={entry.icon} /><span className="words">{entry.label}</span>
                    </Link>
                  </li>
                )
              })}
            </ul>
          </div>
        ))}
      </nav>
      <UserMenu />
    </header>
  )
}
