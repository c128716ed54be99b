import { createHash } from 'node:crypto'
import type { Json, JsonObject } from './_json.ts'
import { tokensIn } from './_request.ts'

/** An embeddings request answered: one vector for each input, in order. */
export interface Embeddings {
  readonly model: string
  /** Numbers, or base64 of little-endian float32 where the request asked for it. */
  readonly vectors: readonly (number[] | string)[]
  readonly tokens: number
}

/** Reads and answers an embeddings request; a word where it cannot: what is wrong with it. */
export function embed(raw: JsonObject, native: number): Embeddings | 'empty' | 'dimensions' {
  const input = raw['input']
  const inputs = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input ?? '']
  const texts = inputs.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
  if (texts.length === 0 || texts.includes('')) return 'empty'
  const dimensions = raw['dimensions'] ?? native
  if (typeof dimensions !== 'number' || !(dimensions >= 1) || dimensions > native) return 'dimensions'
  const vectors = texts.map((text) => unitVector(text, dimensions))
  return {
    model: typeof raw['model'] === 'string' ? raw['model'] : '',
    vectors: raw['encoding_format'] === 'base64' ? vectors.map(base64) : vectors,
    tokens: texts.reduce((sum, text) => sum + tokensIn(text), 0),
  }
}

/** The body as OpenAI writes it. */
export function embeddingsBody({ model, vectors, tokens }: Embeddings): JsonObject {
  const data = vectors.map((embedding, index): Json => ({ object: 'embedding', index, embedding }))
  return { object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }
}

/** A fixed direction for each word, summed and made one long: texts that share words are closer to each other. */
export function unitVector(text: string, dimensions: number): number[] {
  const sum = new Float64Array(dimensions)
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [text]) {
    let state = createHash('sha256').update(word).digest().readUInt32LE(0)
    for (let at = 0; at < dimensions; at += 1) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      sum[at] = (sum[at] ?? 0) + state / 2 ** 31 - 1
    }
  }
  const length = Math.hypot(...sum) || 1
  return Array.from(sum, (part) => Number((part / length).toPrecision(8)))
}

function base64(vector: readonly number[]): string {
  return Buffer.from(new Float32Array(vector).buffer).toString('base64')
}
