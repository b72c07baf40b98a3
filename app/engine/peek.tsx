import { ChevronDown, ChevronUp, Maximize2, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import type { Row } from './fields/kit.ts'
import { HistoryList } from './history-list.tsx'
import { Avatar, figureFields, hasAvatar, RowStatus, titleOf, Value } from './record.tsx'
import { useRow } from './records.ts'
import { LoadError, SkeletonPage } from './states.tsx'

interface Props {
  resource: ManifestResource
  id: string
  /** The row as the list has it, shown until the whole one is here. */
  known?: Row
  onClose: () => void
  onExpand: () => void
  onStep: { before?: () => void; after?: () => void }
}

/** A record beside its list: figures, facts, what happened last. Escape closes it. */
export const Peek = ({ resource, id, known, onClose, onExpand, onStep }: Props) => {
  const { data, error, retry } = useRow(resource.name, id)
  const row = data ?? known
  const box = useRef<HTMLElement>(null)
  useEffect(() => {
    const press = (event: KeyboardEvent): void => { if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('.ant-modal-wrap, .ant-popover:not(.ant-popover-hidden), .ant-select-dropdown:not(.ant-select-dropdown-hidden)')) onClose() }
    addEventListener('keydown', press)
    return () => { removeEventListener('keydown', press) }
  }, [onClose])

  const title = row ? titleOf(resource, row) : resource.label[0]
  const figures = row ? figureFields(resource, row, 3) : []
  return (
    <aside className="peek" ref={box} aria-label={title} data-testid="peek">
      <div className="peek-head">
        {row && hasAvatar(resource) && <Avatar name={title} />}
        <h2 className="name" dir="auto"><Link to={`/${resource.name}/${id}`}>{title}</Link></h2>
        <button type="button" className="icon-button" aria-label="Row above" title="Row above" disabled={!onStep.before} onClick={onStep.before}><ChevronUp size={16} aria-hidden="true" /></button>
        <button type="button" className="icon-button" aria-label="Row below" title="Row below" disabled={!onStep.after} onClick={onStep.after}><ChevronDown size={16} aria-hidden="true" /></button>
        <button type="button" className="icon-button" aria-label="Open the page" title="Open the page" onClick={onExpand}><Maximize2 size={15} aria-hidden="true" /></button>
        <button type="button" className="icon-button" aria-label="Close" title="Close" onClick={onClose}><X size={16} aria-hidden="true" /></button>
      </div>
      {error ? <LoadError what={resource.label[0]} error={error} onRetry={retry} /> : !row ? <SkeletonPage /> : (
        <div className="peek-body" tabIndex={0} role="group" aria-label={`${title}, facts`}>
          <div className="peek-sub"><RowStatus resource={resource} row={row} />{resource.subtitle && row[resource.subtitle] ? <span className="muted">{String(row[resource.subtitle])}</span> : null}</div>
          {figures.length > 0 && (
            <dl className="peek-figures">{figures.map(name => <div key={name}><dt>{resource.fields[name]!.label}</dt><dd><Value resource={resource} row={row} name={name} place="table" /></dd></div>)}</dl>
          )}
          {resource.show.sections.map(section => {
            const names = section.fields.filter(name => !figures.includes(name) && name !== resource.title && name !== resource.subtitle)
            return names.length > 0 && (
              <section key={section.title}>
                <h3>{section.title}</h3>
                <dl className="peek-facts">{names.map(name => <div key={name} data-testid={`field-${name}`}><dt>{resource.fields[name]!.label}</dt><dd><Value resource={resource} row={row} name={name} place="facts" /></dd></div>)}</dl>
              </section>
            )
          })}
          {resource.can.history && <section><h3>Latest</h3><HistoryList resource={resource} id={id} most={3} /></section>}
        </div>
      )}
    </aside>
  )
}
