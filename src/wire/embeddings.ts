import { isRecord, list } from './guards.ts'
import type { Json } from './exchange.ts'
import { counted, inCode, kindOf } from './text.ts'
import type { Asked } from './types.ts'

/** An embedding as it was read: how many numbers it has, or a clause that continues "It sent" and the promise broken. */
export type Vector = { readonly length: number } | { readonly contract: string; readonly clause: string }

/** Reads one item of `data`: an array of numbers, or base64 of little-endian 32-bit floats. */
export function readVector(item: Json, at: number): Vector {
  if (!isRecord(item)) return { contract: 'emb.envelope', clause: `${kindOf(item)} as $.data[${at}]` }
  const path = `$.data[${at}].embedding`
  const { embedding } = item
  if (typeof embedding === 'string') return readBase64(embedding, path)
  if (!Array.isArray(embedding)) {
    const what = embedding === undefined ? 'nothing' : kindOf(embedding)
    return { contract: 'emb.envelope', clause: `${what} as ${path}, where an array or base64 should stand` }
  }
  if (embedding.length === 0) return { contract: 'emb.envelope', clause: `a vector without a number, at ${path}` }
  const odd = embedding.findIndex((one) => typeof one !== 'number' || !Number.isFinite(one))
  if (odd < 0) return { length: embedding.length }
  return {
    contract: 'emb.envelope',
    clause: `${inCode(embedding[odd])} as ${path}[${odd}], where a finite number should stand`,
  }
}

function readBase64(text: string, path: string): Vector {
  const contract = 'emb.base64-equals-float'
  const bytes = Buffer.from(text, 'base64')
  // Node's decoder skips what is no base64.
  if (bytes.toString('base64').replace(/=+$/, '') !== text.replace(/=+$/, '')) {
    return { contract, clause: `a string that is not base64, as ${path}` }
  }
  if (bytes.length === 0) return { contract: 'emb.envelope', clause: `a vector without a number, at ${path}` }
  if (bytes.length % 4 !== 0) {
    return { contract, clause: `base64 of ${counted(bytes.length, 'byte')} as ${path}, not of 32-bit floats` }
  }
  for (let at = 0; at < bytes.length; at += 4) {
    const number = bytes.readFloatLE(at)
    if (!Number.isFinite(number)) {
      return { contract, clause: `base64 that holds ${number} at position ${at / 4}, as ${path}` }
    }
  }
  return { length: bytes.length / 4 }
}

/** How many inputs a request has; undefined where it cannot be told, as of parts that make up one input. */
export function inputsAsked(asked: Asked | undefined): number | undefined {
  const input = asked?.body.input
  if (typeof input === 'string') return 1
  const all = list(input)
  if (all.length === 0) return undefined
  if (all.every((one) => typeof one === 'number')) return 1
  return all.every((one) => typeof one === 'string' || Array.isArray(one)) ? all.length : undefined
}
