import { type Kysely, sql } from 'kysely'

/** What the generated lists sort, search and join by: both directions of sorts over values that may be missing, and events with what became of them. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`alter table products alter column name type text collate people`,
    sql`create index products_created on products (created_at, id)`,
    sql`create index prices_created on prices (created_at, id)`,
    sql`create index billing_accounts_name_like on billing_accounts using gin (name gin_trgm_ops)`,
    sql`create index billing_accounts_email_like on billing_accounts using gin (email gin_trgm_ops)`,
    sql`create index subscriptions_period_end_last on subscriptions (current_period_end desc nulls last, id desc)`,
    sql`create index subscriptions_product on subscriptions (product_id, created_at, id)`,
    sql`create index invoices_due_last on invoices (due_date desc nulls last, id desc)`,
    sql`create index invoices_paid_sort on invoices (paid_at, id)`,
    sql`create index invoices_paid_last on invoices (paid_at desc nulls last, id desc)`,
    sql`create index invoices_number_like on invoices using gin (number gin_trgm_ops)`,
    sql`create index invoices_of_subscription on invoices (subscription_id, created_at, id)`,
    sql`create index payments_of_invoice on payments (invoice_id, created_at, id)`,
    sql`create index refunds_amount on refunds (amount, id)`,
    sql`create index credit_notes_of_invoice on credit_notes (invoice_id, created_at, id)`,
    sql`create index credit_notes_amount on credit_notes (amount, id)`,
    sql`create index disputes_amount on disputes (amount, id)`,
    sql`create index disputes_due on disputes (evidence_due_at, id)`,
    sql`create index disputes_due_last on disputes (evidence_due_at desc nulls last, id desc)`,
    sql`create index mrr_movements_amount_last on mrr_movements (amount desc nulls last, id desc) where live`,
    sql`create index mrr_movements_of_subscription on mrr_movements (subscription_id, effective_at, id) where live`,
    sql`create index stripe_events_type on stripe_events (type, created_at, id)`,
    sql`create index stripe_events_stripe_id on stripe_events (stripe_id)`,
    sql`create index object_versions_id on object_versions (object_id, effective_at, id)`,
    sql`create view stripe_event_rows as
      select e.id, e.stripe_account_id, e.stripe_id, e.type, e.api_version, e.livemode, e.object_type, e.object_id, e.stripe_customer_id, b.customer_id, e.created_at, e.received_at,
        coalesce(i.state, 'kept') as state, i.attempts, i.error, i.applied_at, e.payload
      from stripe_events e left join stripe_inbox i on i.event_id = e.id
      left join billing_accounts b on b.stripe_account_id = e.stripe_account_id and b.stripe_id = e.stripe_customer_id`,
    sql`create view object_version_rows as
      select v.id, v.stripe_account_id, v.object_type, v.object_id, v.stripe_customer_id, b.customer_id, v.effective_at, v.recorded_at, v.source, v.event_id, v.event_type, v.facts, v.previous, v.payload
      from object_versions v left join billing_accounts b on b.stripe_account_id = v.stripe_account_id and b.stripe_id = v.stripe_customer_id`,
  ]) await statement.execute(db)
}
