import { createHash } from 'node:crypto'

const digits = '0123456789'
const lower = 'abcdefghijklmnopqrstuvwxyz'
const upper = lower.toUpperCase()

/** What identifies one request: the ids of its answer are derived from it, so the same request gets the same ids. */
export interface Trace {
  readonly seed: string
  /** Unix seconds at which the request arrived. */
  readonly created: number
}

/** Hexadecimal digits that depend on nothing but the seed and the word. */
export function hex(trace: Trace, word: string, length = 32): string {
  return createHash('sha512').update(`${trace.seed}/${word}`).digest('hex').slice(0, length)
}

/** Letters and digits of both cases, as OpenAI's ids have them. */
export function alphanumeric(trace: Trace, word: string, length: number): string {
  return drawn(trace, word, length, digits + upper + lower)
}

/** Lower-case letters and digits. */
export function lowercase(trace: Trace, word: string, length: number): string {
  return drawn(trace, word, length, digits + lower)
}

export function numeric(trace: Trace, word: string, length: number): string {
  return drawn(trace, word, length, digits)
}

export function uuid(trace: Trace, word: string): string {
  const all = hex(trace, word)
  return [all.slice(0, 8), all.slice(8, 12), `4${all.slice(13, 16)}`, `9${all.slice(17, 20)}`, all.slice(20)].join('-')
}

/** `20261122141530`: the moment the request arrived, as some Chinese providers begin their ids. */
export function stamp(trace: Trace): string {
  return new Date(trace.created * 1000).toISOString().replace(/\D/g, '').slice(0, 14)
}

function drawn(trace: Trace, word: string, length: number, alphabet: string): string {
  const bytes = createHash('sha512').update(`${trace.seed}/${word}`).digest()
  return Array.from({ length }, (_, at) => alphabet[(bytes[at % bytes.length] ?? 0) % alphabet.length]).join('')
}
