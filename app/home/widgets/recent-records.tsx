import { useState } from 'react'
import { RelationName } from '../../engine/fields/relation.tsx'
import { useManifest } from '../../engine/manifest.tsx'
import { Panel } from '../../engine/panel.tsx'
import { recentlyOpened } from '../../engine/recent.ts'
import type { Widget } from '../widget.ts'

const RecentRecords = () => {
  const { me, resources } = useManifest()
  const [opened] = useState(() => recentlyOpened(me.id).filter(o => resources.some(r => r.name === o.resource && r.nav)).slice(0, 6))
  return (
    <Panel flush title="Opened last" testId="widget-recent-records">
      {opened.length === 0 ? <p className="home-none">What you open stands here the next time.</p> : (
        <ul className="home-rows">{opened.map(({ resource, id }) => <li key={`${resource} ${id}`}><span className="name"><RelationName resource={resource} id={id} /></span><span className="muted home-meta">{resources.find(r => r.name === resource)!.label[0]}</span></li>)}</ul>
      )}
    </Panel>
  )
}

/** Which records did this person open last, in this browser? */
export const widget: Widget = { name: 'recent-records', label: 'Opened last', kind: 'panel', shown: () => true, View: RecentRecords }
