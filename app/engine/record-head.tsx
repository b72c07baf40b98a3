import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useEffect, type ReactNode } from 'react'
import { Link } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { CopyButton } from './copy-button.tsx'
import type { Row } from './fields/kit.ts'
import { count } from './format.ts'
import { withKey } from './keyboard/keys.ts'
import { useRecordKeys } from './keyboard/use-record-keys.ts'
import { useManifest } from './manifest.tsx'
import { PageHead, type Tab } from './page-head.tsx'
import { rememberOpened } from './recent.ts'
import { Avatar, hasAvatar, RowStatus, titleOf } from './record.tsx'
import { trailOf } from './trail.ts'

interface Props { resource: ManifestResource; row: Row; tools?: ReactNode; tabs?: readonly Tab[]; tab?: string; beside?: ReactNode }

/** Head of a record page: path with the place in the list one came from, name, status, copyable id, tools, tabs. */
export const RecordHead = ({ resource, row, tools, tabs, tab = '', beside }: Props) => {
  const title = titleOf(resource, row)
  const { me } = useManifest()
  useEffect(() => { if (resource.nav) rememberOpened(me.id, { resource: resource.name, id: row.id }) }, [me.id, resource, row.id])
  const trail = trailOf(resource.name, row.id)
  useRecordKeys(resource, row.id)
  return (
    <PageHead
      title={title}
      path={<>
        <Link to={`/${resource.name}${trail?.search ?? ''}`}>{resource.label[1]}</Link>
        {trail && <><span aria-hidden="true">/</span><span>{count(trail.at)} of {count(trail.total)}</span>
          {trail.before && <Link to={`/${resource.name}/${trail.before}`} aria-label={`Previous ${resource.label[0]}`} title={withKey('Previous', '[')} aria-keyshortcuts="[" className="path-step"><ChevronLeft size={13} aria-hidden="true" /></Link>}
          {trail.after && <Link to={`/${resource.name}/${trail.after}`} aria-label={`Next ${resource.label[0]}`} title={withKey('Next', ']')} aria-keyshortcuts="]" className="path-step"><ChevronRight size={13} aria-hidden="true" /></Link>}</>}
      </>}
      heading={<>{hasAvatar(resource) && <Avatar name={title} />}<h1 dir="auto" className="record-name" title={title}>{title}</h1></>}
      beside={<>{beside}<RowStatus resource={resource} row={row} /><span className="record-id mono">{row.id.slice(-8)}<CopyButton text={row.id} what="id" /></span></>}
      tools={tools}
      tabs={tabs && tabs.length > 1 ? { label: `${title}, parts`, current: tab, items: tabs } : undefined}
    />
  )
}
