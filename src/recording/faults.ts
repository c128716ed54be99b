import { LlmContractsError } from '../errors.ts'
import type { Piece, WireResponse } from '../wire/exchange.ts'
import type { Playing } from './playback.ts'

/** Which requests a fault meets. */
export interface Aim {
  /** How many requests, from the next one on; 1 if absent. */
  readonly times?: number
  /** Only requests to this provider. */
  readonly provider?: string | { readonly name: string }
}

/** Advice on when to come back: seconds, a date, or OpenAI's own header in milliseconds. */
export type RetryAfter = number | Date | { readonly ms: number }

/** What a fault makes of a request: an answer of its own, or a change of the one that is there. */
export type Fault = { readonly name: string } & (
  | { readonly answer: WireResponse; readonly change?: never }
  | { readonly change: (response: WireResponse) => Changed; readonly answer?: never }
)

/** A response after a fault, and what to wait for while it is played. */
export interface Changed extends Pick<Playing, 'before'> {
  readonly response: WireResponse
}

interface Loaded {
  readonly fault: Fault
  readonly provider: string | undefined
  readonly times: number
  left: number
}

/** The faults a test has asked for, in order. */
export class Faults {
  readonly #loaded: Loaded[] = []

  load(fault: Fault, { times = 1, provider }: Aim): void {
    this.#loaded.push({ fault, times, left: times, provider: typeof provider === 'string' ? provider : provider?.name })
  }

  /** The names of faults that met no request at all. */
  get unmet(): string[] {
    return this.#loaded.filter(({ left, times }) => left === times).map(({ fault }) => fault.name)
  }

  /** The fault that meets the next request to a provider, if any; it is used up by it. */
  take(provider: string): Fault | undefined {
    const next = this.#loaded.find((loaded) => loaded.left > 0 && (loaded.provider ?? provider) === provider)
    if (next !== undefined) next.left -= 1
    return next?.fault
  }
}

/** An answer with an error body of OpenAI's shape, or the body given. */
export function errorAnswer(
  status: number,
  error: { message: string; type: string; code: string | null },
  { retryAfter, body }: { retryAfter?: RetryAfter | undefined; body?: string | undefined } = {},
): WireResponse {
  const text = body ?? JSON.stringify({ error: { ...error, param: null } })
  const type = /^\s*[[{"]/.test(text) ? 'application/json' : 'text/html'
  return answerOf(status, text, { 'content-type': type, ...adviceOf(retryAfter) })
}

function answerOf(status: number, text: string, headers: Record<string, string>): WireResponse {
  return { status, headers, pieces: [{ at: 0, bytes: Buffer.from(text) }], end: 'closed' }
}

function adviceOf(retryAfter: RetryAfter | undefined): Record<string, string> {
  if (retryAfter === undefined) return {}
  if (typeof retryAfter === 'number') return { 'retry-after': String(retryAfter) }
  return retryAfter instanceof Date
    ? { 'retry-after': retryAfter.toUTCString() }
    : { 'retry-after-ms': String(retryAfter.ms) }
}

/** A connection that breaks before a response. */
export const brokenConnection: WireResponse = {
  status: 0,
  headers: {},
  pieces: [],
  end: 'aborted',
  failure: { code: 'ECONNRESET', message: 'read ECONNRESET' },
}

/** Cuts a body `within` an event or behind it, events counted from 1; the connection is then dropped. */
export function cut(response: WireResponse, events: number, where: 'behind' | 'within'): WireResponse {
  const ends = eventEnds(response)
  const end = endOf(ends, events)
  const start = ends[events - 2] ?? 0
  return {
    ...response,
    pieces: upTo(response.pieces, where === 'behind' ? end : Math.floor((start + end) / 2)),
    end: 'aborted',
  }
}

/** Puts a `data:` line that is no JSON behind so many events. */
export function malformed(response: WireResponse, events: number): WireResponse {
  const at = endOf(eventEnds(response), events)
  const before = upTo(response.pieces, at)
  const all = Buffer.concat(response.pieces.map(({ bytes }) => bytes))
  const time = before.at(-1)?.at ?? 0
  const bad = { at: time, bytes: Buffer.from('data: {"choices":[{"index":0,"delta":{"cont\n\n') }
  return { ...response, pieces: [...before, bad, { at: time, bytes: all.subarray(at) }] }
}

/** The same bytes, cut every `size` bytes or at the given places. */
export function rechunked(response: WireResponse, cuts: { bytes: number } | { at: readonly number[] }): WireResponse {
  const all = Buffer.concat(response.pieces.map(({ bytes }) => bytes))
  const count = 'at' in cuts ? 0 : Math.ceil(all.length / cuts.bytes)
  const places = 'at' in cuts ? cuts.at : Array.from({ length: count }, (_, n) => n * cuts.bytes)
  const inside = places.filter((place) => place > 0 && place < all.length)
  const ends = [...new Set([0, ...inside, all.length])].sort((a, b) => a - b)
  const at = response.pieces.at(-1)?.at ?? 0
  return { ...response, pieces: ends.slice(1).map((end, n) => ({ at, bytes: all.subarray(ends[n], end) })) }
}

/** Cuts the pieces behind so many events, and waits there for `until`. */
export function held(response: WireResponse, events: number, reached: () => void, until: Promise<void>): Changed {
  const at = endOf(eventEnds(response), events)
  const first = upTo(response.pieces, at)
  const rest = rechunked(
    { ...response, pieces: response.pieces },
    { at: [at, ...bounds(response.pieces)] },
  ).pieces.slice(first.length)
  return {
    response: { ...response, pieces: [...first, ...rest] },
    before(piece) {
      if (piece !== first.length) return undefined
      reached()
      return until
    },
  }
}

function bounds(pieces: readonly Piece[]): number[] {
  let end = 0
  return pieces.map(({ bytes }) => (end += bytes.length))
}

function endOf(ends: readonly number[], events: number): number {
  const end = ends[events - 1]
  if (end !== undefined) return end
  throw new LlmContractsError(
    'bad-option',
    `A fault was asked for at event ${events} of a stream that has ${ends.length}.`,
  )
}

/** Byte offsets behind each event that carries data. */
function eventEnds({ pieces }: WireResponse): number[] {
  const text = Buffer.concat(pieces.map(({ bytes }) => bytes)).toString('latin1')
  return [...text.matchAll(/(?:[^\r\n]+(?:\r\n|\n|\r))+(?:\r\n|\n|\r)/g)]
    .filter(([event]) => /^data:/m.test(event))
    .map(({ index, 0: event }) => index + event.length)
}

function upTo(pieces: readonly Piece[], offset: number): Piece[] {
  const kept: Piece[] = []
  let left = offset
  for (const piece of pieces) {
    if (left <= 0) break
    kept.push({ at: piece.at, bytes: piece.bytes.subarray(0, left) })
    left -= piece.bytes.length
  }
  return kept
}
