import { useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'
import { useManifest } from './manifest.tsx'

export interface Tab { key: string; label: string; to: string; count?: number | null; testId?: string }

interface Props {
  /** The h1, and the title of the document. */
  title: string
  /** Shown in place of the plain title, for names with an avatar. */
  heading?: ReactNode
  /** The line above: where one came from. */
  path?: ReactNode
  /** Beside the title: status, id, saved view. */
  beside?: ReactNode
  /** At the right: quiet tools, then at most one primary button. */
  tools?: ReactNode
  tabs?: { label: string; current: string; items: readonly Tab[]; more?: ReactNode }
}

/** Title row, optional path line above, optional tabs below. One per page; it carries the h1. */
export const PageHead = ({ title, heading, path, beside, tools, tabs }: Props) => {
  const { book } = useManifest()
  useEffect(() => { document.title = `${title} - ${book.company || 'Quarterdeck'}` }, [title, book.company])
  return (
    <div className={`page-head ${tabs ? 'with-tabs' : ''}`}>
      {path && <nav className="path" aria-label="Path">{path}</nav>}
      <div className="title-row">
        <div className="title">{heading ?? <h1 dir="auto">{title}</h1>}{beside}</div>
        {tools && <div className="tools">{tools}</div>}
      </div>
      {tabs && tabs.items.length > 0 && (
        <nav className="tabs" aria-label={tabs.label}>
          {tabs.items.map(tab => (
            <Link key={tab.key} to={tab.to} data-testid={tab.testId} aria-current={tab.key === tabs.current ? 'page' : undefined}>
              {tab.label}{typeof tab.count === 'number' && <span className="count">{tab.count.toLocaleString('en-US')}</span>}
            </Link>
          ))}
          {tabs.more}
        </nav>
      )}
    </div>
  )
}
