import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { AlertBanner } from '../engine/alert-banner.tsx'
import { asApiError } from '../engine/api-error.ts'
import { RelationName } from '../engine/fields/relation.tsx'
import { Moment } from '../engine/fields/instant.tsx'
import type { Row } from '../engine/fields/kit.ts'
import { apiRoot, http } from '../engine/http.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { keyOfResource } from '../engine/records.ts'
import { useToast } from '../engine/toasts.tsx'

type Visit = Row & { customerId: string | null; userId: string | null; mode: string; expiresAt: string }

/** While this person is in the product in somebody's name: as whom, how long still, and the way out. */
const VisitBanner = () => {
  const { me, resources } = useManifest()
  const resource = useResource('impersonations')
  const client = useQueryClient()
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const may = resource !== undefined && resources.some(r => r.actions.impersonation)
  const { data } = useQuery({
    queryKey: keyOfResource('impersonations', 'count', 'mine'), enabled: may, refetchInterval: 30_000, refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => (await http.get<Visit[]>(`${apiRoot}/impersonations?staffId=${me.id}&state=active&_start=0&_end=1`, { signal })).data[0] ?? null,
  })
  if (!data) return null
  const end = async (): Promise<void> => {
    setBusy(true)
    try {
      await http.post(`${apiRoot}/impersonations/${data.id}/actions/ending`, {})
      toast({ text: 'The impersonation has ended.' })
    } catch (thrown) { toast({ text: asApiError(thrown).message, tone: 'negative', seconds: 12 }) }
    setBusy(false)
    await client.invalidateQueries({ queryKey: keyOfResource('impersonations') })
  }
  return (
    <div className="frame-banner">
      <AlertBanner
        tone="caution" testId="visit-banner" actions={<Button loading={busy} data-testid="end-visit" onClick={() => void end()}>End now</Button>}
        title={<>You are in the product as {data.userId ? <RelationName resource="users" id={data.userId} /> : data.customerId && <RelationName resource="customers" id={data.customerId} />}, {data.mode === 'read-only' ? 'read-only' : 'with changes'}.</>}
      >
        It ends <Moment iso={data.expiresAt} />. <Link to={`/impersonations/${data.id}`}>What was done</Link>
      </AlertBanner>
    </div>
  )
}

export default VisitBanner
