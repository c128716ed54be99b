import { isRecord } from './_failures.ts'
import { readDate, readDuration, readUntil } from '../wire/duration.ts'
import type { Reply } from '../wire/types.ts'

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

/** True for a header that says that nothing is left of a limit. Azure writes -1 where there is none. */
export function isSpent([name, value]: readonly [name: string, value: string]): boolean {
  return /^(x-)?ratelimit-remaining/.test(name) && /^\s*0+(\.0*)?\s*([,;]|$)/.test(value)
}

function resetIn(headers: readonly (readonly [string, unknown])[], now: number | undefined): number | undefined {
  const by = new Map(headers.map(([name, value]) => [name.toLowerCase(), typeof value === 'string' ? value : '']))
  const waits = [...by].flatMap(([name, value]) => {
    if (!isSpent([name, value])) return []
    return readUntil(by.get(name.replace('-remaining', '-reset')) ?? '', now) ?? []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}
