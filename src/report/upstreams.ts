import { printable } from '../wire/text.ts'
import { readReply } from '../wire/reply.ts'
import type { Exchange } from '../wire/exchange.ts'
import { upstreamOf } from '../wire/upstream.ts'
import type { TestRecord } from './verdict.ts'

/** How many answers came from whom, by the model that was asked for. */
export type Upstreams = Readonly<Record<string, Readonly<Record<string, number>>>>

/** Who answered in a test; undefined where nobody says. */
export function upstreamsOf(exchanges: readonly Exchange[]): Upstreams | undefined {
  // Both names are the caller's and the provider's to choose, `__proto__` and `constructor` among them.
  const found = new Map<string, Map<string, number>>()
  for (const reply of exchanges.map(readReply)) {
    const upstream = upstreamOf(reply)
    const asked = reply.asked?.model
    if (upstream === undefined || asked === undefined) continue
    const counts = found.get(asked) ?? new Map<string, number>()
    found.set(asked, counts.set(upstream, (counts.get(upstream) ?? 0) + 1))
  }
  if (found.size === 0) return undefined
  return Object.fromEntries([...found].map(([asked, counts]) => [asked, Object.fromEntries(counts)]))
}

/** A warning for each model for which several upstreams answered in one run; empty text without one. */
export function renderUpstreams(records: readonly TestRecord[]): string {
  const told = records.flatMap(({ provider, upstreams }) =>
    Object.entries(upstreams ?? {}).map(([asked, counts]) => ({ who: `${provider}'s ${asked}`, counts })),
  )
  return [...Map.groupBy(told, ({ who }) => who)]
    .flatMap(([who, own]) => {
      const sums = new Map<string, number>()
      for (const [name, count] of own.flatMap(({ counts }) => Object.entries(counts))) {
        sums.set(name, (sums.get(name) ?? 0) + count)
      }
      if (sums.size < 2) return []
      const named = [...sums].sort((a, b) => b[1] - a[1]).map(([name, count]) => `${printable(name)} ${count}`)
      const mixed = `Warning: ${sums.size} upstreams answered for ${printable(who)} in this run (${named.join(', ')})`
      return [`${mixed}, and its verdicts mix them. Pin one in the request to judge it alone.`]
    })
    .join('\n')
}
