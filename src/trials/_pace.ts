import type { Reply, WireEvent } from '../wire/types.ts'
import { broken, kept, type Outcome } from './trial.ts'

/** Milliseconds after which proxies take a silent connection for dead. */
const SILENCE = 30_000

/** When something was written, and how much: the events of a stream that carry text or reasoning. */
export interface Pace {
  /** Milliseconds since the request. */
  readonly at: readonly number[]
  /** Characters of text and reasoning. */
  readonly length: number
}

/** The pace of a streamed answer. */
export function paceOf({ stream }: Reply): Pace {
  const written = (stream?.events ?? []).map((event) => ({ at: event.at, length: lengthOf(event) }))
  const telling = written.filter(({ length }) => length > 0)
  return { at: telling.map(({ at }) => at), length: telling.reduce((sum, { length }) => sum + length, 0) }
}

function lengthOf({ json }: WireEvent): number {
  const choices = (json as { choices?: { delta?: Record<string, unknown> }[] } | undefined)?.choices
  const delta = Array.isArray(choices) ? choices[0]?.delta : undefined
  return [delta?.['content'], delta?.['reasoning_content'], delta?.['reasoning']].reduce<number>(
    (sum, text) => sum + (typeof text === 'string' ? text.length : 0),
    0,
  )
}

/** Whether a stream was never silent for too long. */
export function judgeSilence(reply: Reply): Outcome {
  const silence = longestSilence(reply)
  const note = `the longest silence was ${seconds(silence)}`
  return silence > SILENCE ? broken(`was silent for too long: ${note}`) : kept(note)
}

/** Whether the first byte of a body came in time. */
export function judgeFirstByte({ exchange }: Reply): Outcome {
  const at = exchange.response.pieces[0]?.at ?? 0
  const note = `the first byte came after ${seconds(at)}`
  return at > SILENCE ? broken(`answered too late: ${note}`) : kept(note)
}

/** Milliseconds without a single byte, at the longest, keep-alives included; from the request on. */
function longestSilence({ exchange }: Reply): number {
  return longestGap([0, ...exchange.response.pieces.map(({ at }) => at)])
}

/** The longest time between two neighbours; 0 where there are none. */
export function longestGap(at: readonly number[]): number {
  return Math.max(0, ...at.slice(1).map((time, index) => time - (at[index] ?? 0)))
}

/** A time in words: `0.12 s`. */
export const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
