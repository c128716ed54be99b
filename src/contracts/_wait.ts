import { isRecord, num } from './_failures.ts'
import type { Reply } from '../wire/types.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * A duration as providers write it, in milliseconds: a number of seconds (`1`, `24480.03`), or Go's form (`12ms`,
 * `17.4s`, `6m0s`, `1h2m3s`). Undefined where it is neither.
 */
export function readDuration(text: string): number | undefined {
  const value = text.trim()
  if (/^\d{1,20}(\.\d{1,20})?$/.test(value)) return Math.round(Number(value) * 1_000)
  if (!/^(\d{1,10}(\.\d{1,20})?(ms|[smhd]))+$/.test(value)) return undefined
  const parts = value.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)
  return Math.round([...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? ''] ?? 0), 0))
}

/**
 * How long until a time, in milliseconds: a duration, a Unix time in seconds or milliseconds, an HTTP-date or an ISO date.
 * The last four count from `now`, and are undefined without it.
 */
function readUntil(text: string, now: number | undefined): number | undefined {
  const duration = readDuration(text)
  if (duration !== undefined && duration < 1e12) return duration
  const time = duration === undefined ? readDate(text) : duration < 1e14 ? duration : duration / 1_000
  return time === undefined || now === undefined ? undefined : Math.max(0, Math.round(time - now))
}

/** An HTTP-date (RFC 9110, section 5.6.7) or an ISO 8601 date with a time, as Unix milliseconds. */
export function readDate(text: string): number | undefined {
  if (!/^(\d{4}-\d\d-\d\dT|[A-Z][a-z]{2,8}, )/.test(text.trim())) return undefined
  return num(Date.parse(text))
}

/**
 * How long the reply asks to wait, in milliseconds, undefined where it does not say: `retry-after-ms`, `retry-after`, the
 * reset of a limit of which nothing remains, then what the body says. Dates count from the reply's own `date`.
 */
export function readWait({ headers, error }: Reply, message: string): number | undefined {
  const now = readDate(headers.date ?? '')
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN)
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms)
  const after = readUntil(headers['retry-after'] ?? '', now) ?? resetIn(Object.entries(headers), now)
  if (after !== undefined) return after
  // OpenRouter puts the upstream's headers into the body.
  const metadata = error?.fields?.metadata
  const inBody = isRecord(metadata) && isRecord(metadata.headers) ? Object.entries(metadata.headers) : []
  const told = resetIn(inBody, now)
  if (told !== undefined) return told
  const said =
    /(?:try again|retry) (?:in|after) ([\d.]{1,20}) ?(ms|milliseconds|s|secs?|seconds?|m|minutes?)?((?:[\d.]{1,20}(?:ms|[smh]))*)\b/i.exec(
      message,
    )
  if (!said) return undefined
  const unit = said[2] === undefined ? 's' : /^m(illi|s)/i.test(said[2]) ? 'ms' : said[2].slice(0, 1).toLowerCase()
  return readDuration(`${said[1]?.replace(/\.$/, '')}${unit}${said[3]?.replace(/\.$/, '') ?? ''}`)
}

function resetIn(headers: readonly (readonly [string, unknown])[], now: number | undefined): number | undefined {
  const by = new Map(headers.map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : '']))
  const waits = [...by].flatMap(([name, value]) => {
    if (!/^(x-)?ratelimit-remaining/.test(name) || Number(value) > 0 || value.trim() === '') return []
    return readUntil(by.get(name.replace('-remaining', '-reset')) ?? '', now) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}
