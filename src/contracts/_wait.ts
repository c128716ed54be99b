import { isRecord, list, num } from './_failures.ts'
import type { Json } from '../wire/exchange.ts'
import { readDate, readDuration, readUntil } from '../wire/duration.ts'
import type { Reply } from '../wire/types.ts'

/**
 * How long the reply asks to wait, in milliseconds, undefined where it does not say: `retry-after-ms`, `retry-after`, the
 * reset of a limit of which nothing remains, then what the body says. Dates count from the reply's own `date`.
 */
export function readWait({ headers, error }: Reply, message: string): number | undefined {
  const now = readDate(headers.date ?? '')
  const after = readRetryAfter(headers) ?? resetIn(Object.entries(headers), now)
  if (after !== undefined) return after
  // OpenRouter puts the upstream's headers into the body.
  const metadata = error?.fields?.metadata
  const inBody = isRecord(metadata) && isRecord(metadata.headers) ? Object.entries(metadata.headers) : []
  return resetIn(inBody, now) ?? readFields(error?.fields ?? {}) ?? readSaid(message)
}

/** Google's `RetryInfo` among the details of an error, and the seconds of OpenAI's plans. */
function readFields({ details, resets_in_seconds: seconds }: Readonly<Record<string, Json>>): number | undefined {
  for (const detail of list(details)) {
    if (isRecord(detail) && typeof detail.retryDelay === 'string') return readDuration(detail.retryDelay)
  }
  const wait = num(seconds)
  return wait === undefined ? undefined : Math.round(wait * 1_000)
}

/**
 * What `retry-after-ms` (OpenAI's own) or else `retry-after` advises, in milliseconds: seconds, a duration or a date (RFC
 * 9110, section 10.2.3), which counts from the reply's own `date`, so that a replayed answer says what it said.
 */
export function readRetryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const ms = headers['retry-after-ms']?.trim() ?? ''
  if (/^\d{1,20}(\.\d{1,20})?$/.test(ms)) return Math.round(Number(ms))
  return readUntil(headers['retry-after'] ?? '', readDate(headers.date ?? ''))
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  milli: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  秒: 1_000,
  分: 60_000,
  小: 3_600_000,
  天: 86_400_000,
}
const START = /(?:(?:try again|retry) (?:in|after)|please wait|请在) ?(?=\d)/i
// One part of a wait in words: `5 hours`, `1h`, `, 12m`, ` and 3.5s`; a number alone counts seconds.
const PART =
  /,? ?(?:and )?(\d{1,10}(?:\.\d{1,20})?)(?: ?(?:(ms|milli|[smhdw])[a-z]*(?![a-z])|(秒|分|小|天))|(?=[.,;!)]|$))/iy

function readSaid(message: string): number | undefined {
  const start = START.exec(message)
  if (start === null) return undefined
  PART.lastIndex = start.index + start[0].length
  let wait: number | undefined
  for (let part = PART.exec(message); part !== null; part = PART.exec(message)) {
    const unit = (part[2] ?? part[3] ?? 's').toLowerCase()
    wait = (wait ?? 0) + Number(part[1]) * (UNITS[unit] ?? 0)
  }
  return wait === undefined ? undefined : Math.round(wait)
}

/** True for a header that says that nothing is left of a limit. Azure writes -1 where there is none. */
export function isSpent([name, value]: readonly [name: string, value: string]): boolean {
  return (
    /^(x-)?ratelimit-remaining|^anthropic-ratelimit-.+-remaining$/.test(name) && /^\s*0+(\.0*)?\s*([,;]|$)/.test(value)
  )
}

function resetIn(headers: readonly (readonly [string, unknown])[], now: number | undefined): number | undefined {
  const by = new Map(headers.map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : '']))
  const waits = [...by].flatMap(([name, value]) => {
    if (!isSpent([name, value])) return []
    return readUntil(by.get(name.replace('-remaining', '-reset')) ?? '', now) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}
