/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2
}

/** The range that holds the middle half of some numbers. */
function quartiles(numbers: readonly number[]): [number, number] {
  const sorted = numbers.toSorted((a, b) => a - b)
  return [at(sorted, Math.floor((sorted.length - 1) / 4)), at(sorted, Math.ceil(((sorted.length - 1) * 3) / 4))]
}

const at = (numbers: readonly number[], index: number) => numbers[index] ?? Number.NaN

/** Numbers of one contender, and in the same order of the one it is compared with: middle and spread of the ratios. */
export function ratioOf(numbers: readonly number[], base: readonly number[]): Ratio {
  const ratios = numbers.map((number, index) => number / at(base, index))
  return { value: median(ratios), spread: quartiles(ratios) }
}

/** A ratio with the range that holds the middle half of its rounds. */
export interface Ratio {
  readonly value: number
  readonly spread: readonly [number, number]
}

/** Milliseconds that some work takes. */
export async function time(work: () => unknown): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** Collects young garbage, so that nobody is billed for what another left behind. Needs `--expose-gc`. */
export function collect(): void {
  globalThis.gc?.({ type: 'minor' })
}

/** The same list, begun one further: nobody is always measured after the same neighbour. */
export function rotated<T>(list: readonly T[], by: number): T[] {
  const from = by % list.length
  return [...list.slice(from), ...list.slice(0, from)]
}
