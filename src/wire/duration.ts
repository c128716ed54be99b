import { num } from './guards.ts'

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
export function readUntil(text: string, now: number | undefined): number | undefined {
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
