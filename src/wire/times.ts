import type { Json } from './exchange.ts'
import type { Reply } from './types.ts'
import { generatedTokens } from './usage.ts'

/** How long an answer took, in milliseconds since its request was sent. Absent is what the answer cannot tell. */
export interface Times {
  /** Until the last byte. */
  readonly totalMs?: number
  /** Until the first event with content; only of streams. */
  readonly firstMs?: number
  /** The longest wait between two events of a stream. */
  readonly gapMs?: number
  /** Tokens that were streamed, over the time from the first event with content to the last. */
  readonly tokensPerSecond?: number
}

/**
 * Reads the clock of a reply: when its bytes arrived. In replay these are the times of the recording.
 *
 * @example
 * ```ts
 * timesOf(readReply(exchange)).firstMs // 182
 * ```
 */
export function timesOf(reply: Reply): Times {
  const { stream, exchange } = reply
  const totalMs = exchange.response.pieces.at(-1)?.at
  const whole = totalMs === undefined ? {} : { totalMs }
  if (stream === undefined) return whole
  const at = stream.events.flatMap((event) => (hasContent(event.json) ? event.at : []))
  const [firstMs] = at
  if (firstMs === undefined) return whole
  const gaps = stream.events.slice(1).map((event, before) => event.at - (stream.events[before]?.at ?? event.at))
  const seconds = ((at.at(-1) ?? firstMs) - firstMs) / 1000
  const tokens = streamedTokens(reply)
  return {
    ...whole,
    firstMs,
    ...(gaps.length === 0 ? {} : { gapMs: Math.max(...gaps) }),
    ...(tokens === undefined || seconds <= 0 ? {} : { tokensPerSecond: tokens / seconds }),
  }
}

/** The tokens that came as events: reasoning that only usage counts came before the first of them. */
function streamedTokens({ usage, answers }: Reply): number | undefined {
  const tokens = generatedTokens(usage)
  const shown = answers.some(({ reasoning }) => reasoning !== undefined && reasoning !== '')
  return (shown ? tokens?.all : tokens?.visible) || undefined
}

/** Whether an event carries something of an answer: a delta that is not empty, of either API. */
export function hasContent(json: Json | undefined): boolean {
  const { type, delta, choices } = (json ?? {}) as { type?: Json; delta?: Json; choices?: Json }
  if (typeof type === 'string' && type.endsWith('.delta')) return delta !== ''
  const deltas = (Array.isArray(choices) ? choices : []).map((choice) => (choice as { delta?: Json } | null)?.delta)
  return deltas.some((one) => Object.entries(one ?? {}).some(([key, value]) => key !== 'role' && !isEmpty(value)))
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
