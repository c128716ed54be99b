import type { Json } from '../wire/exchange.ts'
import { isRecord, list } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import { granted, modelFor } from './_honest.ts'
import type { Asker } from './asker.ts'

/** The model that makes vectors. */
export const embedder = (ask: Asker) => modelFor(ask, 'embedding', 'embeddings')

/** Asks for vectors, which must come. */
export const embed = (ask: Asker, body: { readonly [key: string]: Json }) => granted(ask, 'POST', '/embeddings', body)

/** What stands as each vector, in the order of `data`. */
export function vectorsIn({ json }: Reply): readonly (Json | undefined)[] {
  return isRecord(json) ? list(json.data).map((item) => (isRecord(item) ? item.embedding : undefined)) : []
}

/** The vectors as numbers; undefined where one holds none. */
export function numbersIn(reply: Reply): readonly (readonly number[])[] | undefined {
  const vectors = vectorsIn(reply).map((vector) => list(vector).filter((part) => typeof part === 'number'))
  return vectors.length > 0 && vectors.every(({ length }) => length > 0) ? vectors : undefined
}

/** Base64 as little-endian float32, the way the official SDKs read it. */
export function decoded(base64: string): number[] {
  const bytes = Buffer.from(base64, 'base64')
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, at) => bytes.readFloatLE(at * 4))
}

/** The cosine of the angle between two vectors; 0 where their lengths differ. */
export function cosine(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return 0
  const dot = one.reduce((sum, part, at) => sum + part * (other[at] ?? 0), 0)
  return dot / (Math.hypot(...one) * Math.hypot(...other) || 1)
}

/** From this cosine on two vectors are the same for a search. */
export const SAME = 0.9999
