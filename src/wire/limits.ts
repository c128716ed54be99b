import { readDate, readUntil } from './duration.ts'
import { isRecord } from './guards.ts'
import type { Reply } from './types.ts'

/** What a reply says of one limit on the caller's pace. Absent is what it does not say. */
export interface Limit {
  readonly what: 'requests' | 'tokens' | 'prompt tokens' | 'generated tokens'
  /** The span of time it is counted over, such as `minute`, `day` or `10 seconds`. */
  readonly window?: string
  readonly limit?: number
  readonly remaining?: number
  /** Milliseconds until the window begins anew. */
  readonly resetMs?: number
}

const HEADER = /^(?:x-)?ratelimit-(limit|remaining|reset|renewalperiod)(?:-([a-z0-9-]+))?$/
const LITELLM = /^x-litellm-key-([rt])pm-limit$/
const SPANS: Readonly<Record<string, string>> = { '60': 'minute', '3600': 'hour', '86400': 'day' }

/**
 * The limits that a reply tells of, in the spelling of each provider: `-requests` and `-tokens` (OpenAI, Azure, Groq,
 * xAI), with a window behind (Cerebras, Hugging Face) or `req` for requests (Mistral), tokens by kind (Fireworks), a bare
 * limit of requests (Together), LiteLLM's limits of a key, and OpenRouter's headers inside the body of a 429. What is no
 * number, or stands for "no limit", is left out.
 *
 * @example
 * ```ts
 * readLimits(reply) // [{ what: 'requests', limit: 500, remaining: 499, resetMs: 120 }, …]
 * ```
 */
export function readLimits({ headers, error }: Reply): Limit[] {
  const metadata = error?.fields?.metadata
  const inBody = isRecord(metadata) && isRecord(metadata.headers) ? Object.entries(metadata.headers) : []
  const told = new Map([...inBody, ...Object.entries(headers)].map(([name, value]) => [name.toLowerCase(), value]))
  const now = readDate(headers.date ?? '')
  const found = new Map<string, Writable>()
  for (const [name, value] of told) {
    if (typeof value !== 'string') continue
    const ofKey = LITELLM.exec(name)?.[1]
    const [, field, suffix = ''] = HEADER.exec(name) ?? []
    const subject =
      ofKey === undefined ? subjectOf(suffix) : { what: ofKey === 'r' ? 'requests' : 'tokens', window: 'minute' }
    if (subject === undefined || (field === undefined && ofKey === undefined)) continue
    const key = JSON.stringify(subject)
    const limit = found.get(key) ?? (subject as Writable)
    found.set(key, limit)
    if (field === 'reset') assign(limit, 'resetMs', readUntil(value, now))
    else if (field === 'renewalperiod') assignWindow(limit, value.trim())
    else assign(limit, field === 'remaining' ? 'remaining' : 'limit', countIn(value))
  }
  return [...found.values()].filter(({ limit, remaining }) => limit !== undefined || remaining !== undefined)
}

type Writable = { -readonly [Key in keyof Limit]: Limit[Key] }

function assign(limit: Writable, field: 'limit' | 'remaining' | 'resetMs', value: number | undefined): void {
  if (value !== undefined) limit[field] = value
}

// The value may come out of a body, where nothing keeps it from being any text.
function assignWindow(limit: Writable, seconds: string): void {
  if (/^\d{1,9}$/.test(seconds)) limit.window ??= SPANS[seconds] ?? `${Number(seconds)} seconds`
}

/** `requests`, `tokens-minute`, `req-10-second`, `tokens-prompt`; requests where nothing is said. */
function subjectOf(suffix: string): Pick<Limit, 'what' | 'window'> | undefined {
  const [, word, rest] = /^(requests?|req|tokens|)(?:-(.+))?$/.exec(suffix) ?? []
  if (word === undefined) return undefined
  const what = word === 'tokens' ? word : 'requests'
  if (rest === undefined) return { what }
  if (what === 'tokens' && (rest === 'prompt' || rest === 'generated')) return { what: `${rest} tokens` }
  const span = /^(?:(\d+)-)?(second|minute|hour|day|month)$/.exec(rest)
  if (span === null) return undefined
  return { what, window: span[1] === undefined ? `${span[2]}` : `${span[1]} ${span[2]}s` }
}

/** A count from 0; the IETF draft adds windows after it, Azure writes -1 and others 2^63 where there is no limit. */
function countIn(value: string): number | undefined {
  const digits = /^\s*(\d{1,30})(?:\.0*)?\s*(?:[,;]|$)/.exec(value)?.[1]
  const count = Number(digits)
  return digits !== undefined && Number.isSafeInteger(count) ? count : undefined
}
