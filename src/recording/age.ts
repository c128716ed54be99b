const DAY = 86_400_000

/**
 * What is wrong with the age of a recording, as a sentence goes on after its file's name; undefined where it is young
 * enough. Whole days of 24 hours count: 90 days and an hour are 90 days.
 *
 * @example
 * ```ts
 * ageTrouble('2026-01-01T00:00:00.000Z', { days: 90 }, Date.parse('2026-05-01'))
 * // 'was recorded on 2026-01-01, 120 days ago, and maxAge allows 90'
 * ```
 */
export function ageTrouble(recordedAt: string, { days }: { readonly days: number }, now: number): string | undefined {
  const recorded = Date.parse(recordedAt)
  if (Number.isNaN(recorded)) return `does not say when it was recorded, and maxAge allows ${days} days`
  const age = Math.floor((now - recorded) / DAY)
  if (age <= days) return undefined
  const ago = `${age} ${age === 1 ? 'day' : 'days'} ago`
  return `was recorded on ${recordedAt.slice(0, 10)}, ${ago}, and maxAge allows ${days}`
}
