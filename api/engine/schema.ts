/** Row types of the database. Written by `npx tsx bin/schema.ts` from the migrated database; a shape test holds it up to date. */
export type DB = any
