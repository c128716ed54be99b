import type { Limit } from '../wire/limits.ts'
import { printable } from '../wire/text.ts'
import { sum, tokensOf } from './balance.ts'
import type { TestRecord } from './verdict.ts'

/** What a run took of one limit of a provider. */
export interface Burn {
  readonly what: Limit['what']
  readonly window?: string
  readonly limit?: number
  /** After the last answer that told. */
  readonly remaining: number
  /** By how much that is less than after the first answer that told; below zero where the window began anew. */
  readonly fell: number
  /** What this run sent or used by its own count; absent where that is not known. */
  readonly own?: number
}

/** What a run took of a provider's limits, by its own headers; empty where it told of none, and in replay. */
export function burnOf(provider: string, records: readonly TestRecord[]): Burn[] {
  const accounts = records.flatMap(({ account }) => account ?? [])
  const told = accounts.flatMap(({ limits = [], started = 0, ended = 0 }) =>
    limits.filter((one) => one.provider === provider).map((one) => ({ ...one, started, ended })),
  )
  const first = told.toSorted((a, b) => a.started - b.started)[0]?.first ?? []
  const last = told.toSorted((a, b) => a.ended - b.ended).at(-1)?.last ?? []
  const sent = accounts
    .flatMap(({ attempts }) => attempts)
    .filter((attempt) => attempt.provider === provider && attempt.recorded !== true && attempt.cause !== 'network')
  const tokens = sum(sent.map(tokensOf))
  return last.flatMap(({ what, window, limit, remaining }) => {
    if (remaining === undefined) return []
    const before = first.find((one) => one.what === what && one.window === window)?.remaining ?? remaining
    const own = what === 'requests' ? sent.length : what === 'tokens' && tokens.unknown === 0 ? tokens.known : undefined
    return {
      what,
      ...(window === undefined ? {} : { window }),
      ...(limit === undefined ? {} : { limit }),
      remaining,
      fell: before - remaining,
      ...(own === undefined ? {} : { own }),
    }
  })
}

/**
 * A limit in words.
 *
 * @example
 * ```ts
 * renderBurn(burn) // '9,998 of 10,000 requests a day left (fell by 1, sent 2)'
 * ```
 */
export function renderBurn({ what, window, limit, remaining, fell, own }: Burn): string {
  const count = (value: number) => value.toLocaleString('en-US')
  const of = limit === undefined ? '' : ` of ${count(limit)}`
  const per = window === undefined ? '' : ` per ${printable(window)}`
  const notes = [
    ...(fell > 0 ? [`fell by ${count(fell)}`] : fell < 0 ? ['begun anew in between'] : []),
    ...(own === undefined ? [] : [`${what === 'requests' ? 'sent' : 'used'} ${count(own)}`]),
  ]
  return `${count(remaining)}${of} ${what}${per} left${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`
}
