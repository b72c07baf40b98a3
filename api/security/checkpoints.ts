import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { deriveKey, type MasterKey } from '../engine/secrets.ts'
import type { Checkpoint } from './chain.ts'

/** A checkpoint as it stands in the file: signed by the key derived from the master key it names. */
interface Line extends Checkpoint { key: string; signature: string }

export const checkpointFile = (dataDir: string): string => path.join(dataDir, 'audit-checkpoints.jsonl')
export const publicKeyFile = (dataDir: string): string => path.join(dataDir, 'audit-checkpoints.pub')

/** PKCS 8 wrapping of a raw Ed25519 seed. */
const wrapping = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateKey = (master: MasterKey): KeyObject => createPrivateKey({ key: Buffer.concat([wrapping, deriveKey(master.key, 'audit checkpoints')]), format: 'der', type: 'pkcs8' })
const publicKey = (master: MasterKey): KeyObject => createPublicKey(privateKey(master))
const signed = (point: Checkpoint): Buffer => Buffer.from(`quarterdeck audit checkpoint|${point.seq}|${point.hash}|${point.at}`)

/** The public halves of all master keys as PEM, for whoever checks an export elsewhere. */
export const publicKeysPem = (keys: readonly MasterKey[]): string => keys.map(k => publicKey(k).export({ type: 'spki', format: 'pem' })).join('')

/** Appends a signed checkpoint to DATA_DIR; the public key lies beside it. */
export async function appendCheckpoint(dataDir: string, keys: readonly MasterKey[], point: Checkpoint): Promise<void> {
  await mkdir(dataDir, { recursive: true })
  const line: Line = { ...point, key: keys[0]!.id, signature: sign(null, signed(point), privateKey(keys[0]!)).toString('base64') }
  await appendFile(checkpointFile(dataDir), `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true })
  await writeFile(publicKeyFile(dataDir), publicKeysPem(keys), { mode: 0o644 })
}

export interface ReadCheckpoints { points: Checkpoint[]; faults: string[] }

/** Reads a checkpoint file and checks every signature by the given public keys; an absent file has none. A last line cut short by a crash is passed over. */
export async function readCheckpoints(file: string, keys: readonly KeyObject[]): Promise<ReadCheckpoints> {
  const text = await readFile(file, 'utf8').catch(error => { if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''; throw error })
  const points: Checkpoint[] = [], faults: string[] = []
  const lines = text.split('\n')
  for (const [i, raw] of lines.entries()) {
    if (!raw || i === lines.length - 1) continue
    let line: Line
    try { line = JSON.parse(raw) as Line } catch { faults.push(`checkpoint ${i + 1}: is no checkpoint.`); continue }
    const genuine = typeof line.signature === 'string' && keys.some(key => verify(null, signed(line), key, Buffer.from(line.signature, 'base64')))
    if (genuine) points.push({ seq: line.seq, hash: line.hash, at: line.at })
    else faults.push(`checkpoint ${i + 1}: its signature is not ours.`)
  }
  return { points, faults }
}

export const ownPublicKeys = (keys: readonly MasterKey[]): KeyObject[] => keys.map(publicKey)
/** Keys of a PEM file with one or more public keys. */
export const pemPublicKeys = (pem: string): KeyObject[] => (pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? []).map(createPublicKey)
