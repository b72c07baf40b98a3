import type { Domain } from '../engine/registry.ts'
import { staffServer } from './change-staff.ts'

export const staff: Domain = { resources: { staff: staffServer } }
