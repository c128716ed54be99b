import type { Attempt } from './account.ts'
import type { Cause } from './cause.ts'
import type { Pricer } from './prices.ts'
import type { TestRecord } from './verdict.ts'

/** A sum over attempts, and of how many of them the value is not known. */
export interface Sum {
  readonly known: number
  readonly unknown: number
}

/** A sum shared among the accepted answers; `atLeast` where a part of the sum is not known. */
export interface Each {
  readonly value: number
  readonly atLeast: boolean
}

/** Percentiles by nearest rank: the least value that at least half, or 95 %, of the values do not exceed. */
export interface Spread {
  readonly p50: number
  readonly p95: number
  /** How many values there were. */
  readonly of: number
}

/** What a number of attempts came to. Absent is unknown. What tests provoked is counted in `provoked` alone. */
export interface Balance {
  readonly attempts: number
  readonly accepted: number
  readonly provoked: number
  /** How many attempts came to what. */
  readonly causes: Readonly<Partial<Record<Cause, number>>>
  /** US dollars of all attempts, the failed ones included. */
  readonly usd: Sum
  /** Tokens read and generated, of all attempts. */
  readonly tokens: Sum
  /** Seconds on the wire of all attempts; the waits between them are not in it. */
  readonly seconds: Sum
  /** The three sums for each accepted answer, and the attempts that each took: the retry amplification. */
  readonly each: { readonly usd?: Each; readonly tokens?: Each; readonly seconds?: Each; readonly attempts?: number }
  /** Of accepted answers: milliseconds to the first token, to the end, of the longest gap, and tokens per second. */
  readonly firstMs?: Spread
  readonly totalMs?: Spread
  readonly gapMs?: Spread
  readonly tokensPerSecond?: Spread
}

/** The balance of one provider, and of each contract that was tried on it. */
export interface ProviderBalance extends Balance {
  readonly provider: string
  readonly contracts: readonly (Balance & { readonly file: string; readonly contract: string })[]
}

/** The balances of a run, by provider and by contract, as plain data. */
export function balancesOf(records: readonly TestRecord[], pricer: Pricer): ProviderBalance[] {
  const spent = records.flatMap(({ file, contract, account }) =>
    (account?.attempts ?? []).map((attempt) => ({ file, contract, attempt })),
  )
  return [...Map.groupBy(spent, ({ attempt }) => attempt.provider)].map(([provider, own]) => ({
    provider,
    ...balanceOf(
      own.map(({ attempt }) => attempt),
      pricer,
    ),
    contracts: [...Map.groupBy(own, ({ file, contract }) => `${file} > ${contract}`).values()].map((group) => ({
      file: group[0]?.file ?? '',
      contract: group[0]?.contract ?? '',
      ...balanceOf(
        group.map(({ attempt }) => attempt),
        pricer,
      ),
    })),
  }))
}

/** What some attempts came to. */
export function balanceOf(all: readonly Attempt[], { charge }: Pricer): Balance {
  const attempts = all.filter(({ cause }) => cause !== 'provoked')
  const accepted = attempts.filter(({ cause }) => cause === 'accepted')
  const causes = [...Map.groupBy(attempts, ({ cause }) => cause)].map(([cause, { length }]) => [cause, length])
  const usd = sum(attempts.map((attempt) => charge(attempt)?.usd))
  const tokens = sum(attempts.map(tokensOf))
  const seconds = sum(attempts.map(({ totalMs }) => totalMs && totalMs / 1000))
  const share = (of: Sum) => each(of, accepted.length)
  return {
    attempts: attempts.length,
    accepted: accepted.length,
    provoked: all.length - attempts.length,
    causes: Object.fromEntries(causes) as Balance['causes'],
    usd,
    tokens,
    seconds,
    each: {
      ...share(usd)('usd'),
      ...share(tokens)('tokens'),
      ...share(seconds)('seconds'),
      ...(accepted.length === 0 ? {} : { attempts: attempts.length / accepted.length }),
    },
    ...spread('firstMs', accepted),
    ...spread('totalMs', accepted),
    ...spread('gapMs', accepted),
    ...spread('tokensPerSecond', accepted),
  }
}

/** All tokens of an attempt; undefined where a part is not known. */
export function tokensOf({ input, output }: Attempt): number | undefined {
  return input === undefined || output === undefined ? undefined : input + output
}

/**
 * The share of answers that would still be missing after `retries` retries, where each attempt succeeds with the chance
 * `rate` whatever the ones before it did. Real failures come in bursts, so the true share is rather larger.
 *
 * @example
 * ```ts
 * undeliveredShare(0.9, 2) // 0.001
 * ```
 */
export function undeliveredShare(rate: number, retries: number): number {
  return (1 - rate) ** (retries + 1)
}

/** The percentiles of some values by nearest rank; undefined where there are none. */
export function percentiles(values: readonly number[]): Spread | undefined {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]
  const [p50, p95] = [at(0.5), at(0.95)]
  return p50 === undefined || p95 === undefined ? undefined : { p50, p95, of: sorted.length }
}

/** Adds up what is known. */
export function sum(values: readonly (number | undefined)[]): Sum {
  const known = values.filter((value) => value !== undefined)
  return { known: known.reduce((total, value) => total + value, 0), unknown: values.length - known.length }
}

const each =
  ({ known, unknown }: Sum, accepted: number) =>
  <Key extends string>(key: Key) => {
    // "At least nothing" tells nothing.
    const isKnown = accepted > 0 && (unknown === 0 || known > 0)
    const found = isKnown ? { [key]: { value: known / accepted, atLeast: unknown > 0 } } : {}
    return found as { readonly [K in Key]?: Each }
  }

type Timed = 'firstMs' | 'totalMs' | 'gapMs' | 'tokensPerSecond'

function spread<Key extends Timed>(key: Key, attempts: readonly Attempt[]): { readonly [K in Key]?: Spread } {
  const found = percentiles(attempts.flatMap((attempt) => attempt[key] ?? []))
  return (found === undefined ? {} : { [key]: found }) as { readonly [K in Key]?: Spread }
}
