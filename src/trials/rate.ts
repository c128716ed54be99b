/** How often a promise was kept in independent tries, and what that proves. */
export interface Rate {
  /** `whole` or `streamed`. */
  readonly way: string
  readonly kept: number
  /** Tries that the model answered; those that met a broken connection, a rate limit or a wrong key do not count. */
  readonly of: number
  /** Bounds of the Wilson score interval at 95 %, from 0 to 1. */
  readonly low: number
  readonly high: number
  /** Tries that do not count because the provider could not be asked; absent where there were none. */
  readonly unreachable?: number
}

/** The 97.5th percentile of the normal distribution, for a two-sided interval of 95 %. */
const Z = 1.959963984540054

/**
 * The Wilson score interval at 95 % for `kept` successes in `of` tries; from 0 to 1 where nothing was tried.
 *
 * Source: E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927).
 *
 * @example
 * ```ts
 * wilson(5, 5).low // 0.566: five of five proves no more than that
 * ```
 */
export function wilson(kept: number, of: number): { readonly low: number; readonly high: number } {
  if (of === 0) return { low: 0, high: 1 }
  const rate = kept / of
  const z2 = Z * Z
  const middle = (rate + z2 / (2 * of)) / (1 + z2 / of)
  const half = (Z / (1 + z2 / of)) * Math.sqrt((rate * (1 - rate)) / of + z2 / (4 * of * of))
  return { low: kept === 0 ? 0 : middle - half, high: kept === of ? 1 : middle + half }
}

/**
 * What is settled after `kept` and `broken` tries with `left` to go: `kept` where the lower bound of the whole sample
 * reaches `threshold` whatever comes, `broken` where its upper bound stays below it whatever comes, `inconclusive` where
 * neither can be reached any more; undefined while it is open.
 */
export function settled(
  { kept, broken, left }: { readonly kept: number; readonly broken: number; readonly left: number },
  threshold: number,
): 'kept' | 'broken' | 'inconclusive' | undefined {
  const of = kept + broken + left
  if (of === 0) return 'inconclusive'
  if (wilson(kept, of).low >= threshold) return 'kept'
  const best = wilson(kept + left, of)
  if (best.high < threshold) return 'broken'
  return best.low < threshold && wilson(kept, of).high >= threshold ? 'inconclusive' : undefined
}

/** The chance that `k` tries in a row all keep the promise, at the rate that was seen: pass^k. */
export function passAll({ kept, of }: Pick<Rate, 'kept' | 'of'>, k: number): number {
  return of === 0 ? 0 : (kept / of) ** k
}

/**
 * A rate in words.
 *
 * @example
 * ```ts
 * renderRate({ way: 'streamed', kept: 4, of: 5, low: 0.376, high: 0.964 }) // 'streamed 4 of 5 (95 %: 37.6 % to 96.4 %; pass^5 32.8 %)'
 * ```
 */
export function renderRate(rate: Rate): string {
  const { way, kept, of, low, high } = rate
  return `${way} ${kept} of ${of} (95 %: ${percent(low)} to ${percent(high)}; pass^${of} ${percent(passAll(rate, of))})`
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`

/** Why a sample can never reach a threshold, as a sentence; undefined where it can. */
export function provesTooLittle(samples: number, threshold: number): string | undefined {
  const most = wilson(samples, samples).low
  if (most >= threshold) return undefined
  let enough = samples
  while (wilson(enough, enough).low < threshold) enough += 1
  const proof = `${samples} of ${samples} proves no more than ${(most * 100).toFixed(1)} %`
  return `${proof}, so a threshold of ${threshold} can never be reached: write ${enough} samples or more.`
}
