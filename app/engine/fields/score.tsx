import { HealthScoreBadge } from '../health-score-badge.tsx'
import { int } from './int.tsx'
import type { CellProps, FieldKit } from './kit.ts'

const ScoreCell = ({ value, place }: CellProps) => <HealthScoreBadge score={typeof value === 'number' ? value : null} size={place === 'facts' ? 'full' : 'small'} />

export const score: FieldKit = { ...int, width: 100, align: undefined, Cell: ScoreCell }
