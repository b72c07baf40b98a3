import { useSearchParams } from 'react-router'
import type { Related } from '../../resources/engine/define-resource.ts'
import type { ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { isEmpty } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { date, dayIn } from './format.ts'
import { HistoryList } from './history-list.tsx'
import { useManifest } from './manifest.tsx'
import { FigureStrip, MetricCard } from './metric-card.tsx'
import type { Tab } from './page-head.tsx'
import { Facts, Panel } from './panel.tsx'
import { figureFields, Value } from './record.tsx'
import { RecordActions } from './record-actions.tsx'
import { RecordHead } from './record-head.tsx'
import { useCount, useRow } from './records.ts'
import { RelatedList } from './related-list.tsx'
import { LoadError, NotFound, SkeletonPage } from './states.tsx'

const useRelatedCount = (related: Related | undefined, id: string): number | undefined => {
  const target = useManifest().resources.find(r => r.name === related?.resource)
  return useCount(related ? target : undefined, related ? [{ field: related.by, op: 'eq', value: id }] : [])
}

/** The tabs of a record page: overview, one per relation with its count, history. At most eight relations are counted. */
export const useRecordTabs = (resource: ManifestResource, id: string): { tab: string; tabs: Tab[]; related: Related | undefined; target: ManifestResource | undefined } => {
  const manifest = useManifest()
  const [params] = useSearchParams()
  const relations = resource.show.related.filter(r => manifest.resources.some(m => m.name === r.resource))
  const counts = Array.from({ length: 8 }, (_, i) => relations[i]).map(relation => useRelatedCount(relation, id))
  const tab = params.get('tab') ?? ''
  const to = (key: string): string => `/${resource.name}/${id}${key ? `?tab=${key}` : ''}`
  const tabs: Tab[] = [
    { key: '', label: 'Overview', to: to('') },
    ...relations.map((r, i) => ({ key: `${r.resource}.${r.by}`, label: r.label, to: to(`${r.resource}.${r.by}`), count: counts[i], testId: `tab-${r.resource}` })),
    ...(resource.can.history ? [{ key: 'history', label: 'History', to: to('history'), testId: 'tab-history' }] : []),
  ]
  const related = relations.find(r => `${r.resource}.${r.by}` === tab)
  return { tab: tabs.some(t => t.key === tab) ? tab : '', tabs, related, target: manifest.resources.find(m => m.name === related?.resource) }
}

type Section = ManifestResource['show']['sections'][number]

/** Sections in two columns of about the same height, in reading order within each. */
const balanced = (sections: readonly Section[]): Section[][] => {
  const columns: { sections: Section[]; height: number }[] = [{ sections: [], height: 0 }, { sections: [], height: 0 }]
  for (const section of sections) {
    const shorter = columns[0]!.height <= columns[1]!.height ? columns[0]! : columns[1]!
    shorter.sections.push(section)
    shorter.height += section.fields.length + 2
  }
  return columns.map(c => c.sections).filter(s => s.length > 0)
}

/** What a figure of a record adds in small: the day of a moment. */
const Detail = ({ field, value, zone }: { field: ManifestField; value: unknown; zone: string }) => <>{field.type === 'instant' && !isEmpty(value) ? date(dayIn(new Date(String(value)), zone)) : '\u00a0'}</>

/** The generated page of one record. */
export const ShowPage = ({ resource, id }: { resource: ManifestResource; id: string }) => {
  const { data: row, error, pending, retry } = useRow(resource.name, id)
  const { tab, tabs, related, target } = useRecordTabs(resource, id)
  const { book } = useManifest()
  if (error) return <div className="page">{error.statusCode === 404 ? <NotFound what={`This ${resource.label[0].toLowerCase()}`} /> : <LoadError what={resource.label[0]} error={error} onRetry={retry} />}</div>
  if (pending || !row) return <div className="page"><SkeletonPage /></div>

  const figures = figureFields(resource, row)
  return (
    <div className={`page record ${related ? 'fills' : ''}`}>
      <RecordHead resource={resource} row={row} tools={<RecordActions resource={resource} row={row} />} tabs={tabs} tab={tab} />
      {related && target ? <RelatedList key={tab} related={related} resource={target} id={id} />
        : tab === 'history' ? <div className="content"><Panel title="History"><HistoryList resource={resource} id={id} /></Panel></div>
        : (
          <div className="content">
            {figures.length > 0 && <FigureStrip label="Figures">{figures.map(name => <MetricCard key={name} name={name} label={resource.fields[name]!.label} value={<Value resource={resource} row={row} name={name} place={kitOf(resource.fields[name]!.type).align === 'right' ? 'table' : 'facts'} />} detail={<Detail field={resource.fields[name]!} value={row[name]} zone={book.timeZone} />} />)}</FigureStrip>}
            <div className="columns">
              {balanced(resource.show.sections).map((sections, column) => (
                <div className="column" key={column}>
                  {sections.map(section => (
                    <Panel key={section.title} title={section.title}>
                      <Facts items={section.fields.map(name => ({ key: name, label: resource.fields[name]!.label, testId: `field-${name}`, value: <Value resource={resource} row={row} name={name} place="facts" /> }))} />
                    </Panel>
                  ))}
                </div>
              ))}
            </div>
          </div>
        )}
    </div>
  )
}
