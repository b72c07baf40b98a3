import type { ComponentType } from 'react'
import type { Manifest, ManifestResource } from '../../resources/engine/manifest.ts'

/** One thing on a home. Each is a file in app/home/widgets/ named like it, which exports it as `widget`; nothing else has to name it. */
export interface Widget {
  /** Its name in layouts that people keep, and its file's name. */
  name: string
  /** As it is called where one arranges the home. */
  label: string
  /** A figure stands in a strip with those beside it; a panel fills a column, or both. */
  kind: 'figure' | 'panel'
  /** May this person read what it shows? If not, it is neither shown nor offered. */
  shown: (manifest: Manifest) => boolean
  View: ComponentType
}

/** The resource with these fields, where this person may read all of them. */
export const readable = (manifest: Manifest, name: string, ...fields: string[]): ManifestResource | undefined =>
  manifest.resources.find(r => r.name === name && fields.every(field => field in r.fields))
