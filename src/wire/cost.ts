import { isRecord } from './guards.ts'
import type { Json } from './exchange.ts'
import { inCode } from './text.ts'
import type { Reply } from './types.ts'

/** What a call cost as the wire says, in US dollars. */
export interface Cost {
  readonly usd: number
  /** Where it stands: a JSON path, the event of a stream, or a header. */
  readonly place: string
  /** As the wire has it. */
  readonly said: string
}

/**
 * The cost that a reply reports in a known unit; undefined where it reports none, which is never zero. Read are
 * OpenRouter's `usage.cost` (with the upstream's price where the key is the user's own), xAI's ticks of 1e-10 dollars,
 * Perplexity's `usage.cost.total_cost` beside its parts, Venice's `cost.usd`, and LiteLLM's header. Of a stream the last
 * event that tells counts.
 *
 * @example
 * ```ts
 * readCost(readReply(exchange)) // { usd: 0.000044, place: '$.usage.cost', said: '0.000044' }
 * ```
 */
export function readCost({ json, stream, headers }: Reply): Cost | undefined {
  const events = stream?.events ?? []
  for (const [at, { json }] of [...events.entries()].toReversed()) {
    const cost = costIn(json)
    if (cost !== undefined) return { ...cost, place: `${cost.place} of event ${at + 1} of ${events.length}` }
  }
  const header = headers['x-litellm-response-cost']
  // LiteLLM sends a stream's headers before it knows the cost.
  const proxied = stream === undefined && header !== undefined && header.trim() !== '' ? Number(header) : undefined
  return costIn(json) ?? known(proxied, 'header x-litellm-response-cost', header)
}

/**
 * An amount as a sentence shows it: as many digits as it needs, ten at most.
 *
 * @example
 * ```ts
 * dollars(0.00021) // '$0.00021'
 * ```
 */
export function dollars(usd: number): string {
  return `$${usd.toFixed(10).replace(/\.?0+$/, '')}`
}

function costIn(body: Json | undefined): Cost | undefined {
  const inner = field(body, 'response') ?? body
  const root = inner === body ? '$' : '$.response'
  const usage = field(inner, 'usage')
  const [cost, ticks] = [field(usage, 'cost'), field(usage, 'cost_in_usd_ticks')]
  // With a key of one's own, OpenRouter's `cost` is its fee alone.
  const upstream = field(usage, 'is_byok') === true ? field(field(usage, 'cost_details'), 'upstream_inference_cost') : 0
  const total = typeof cost === 'number' && typeof upstream === 'number' ? cost + upstream : undefined
  // Perplexity's are dollars: recorded are 9 tokens at $1 a million and a request at $5 a thousand.
  const summed = typeof field(cost, 'input_tokens_cost') === 'number' ? field(cost, 'total_cost') : undefined
  return (
    known(typeof ticks === 'number' ? ticks / 1e10 : undefined, `${root}.usage.cost_in_usd_ticks`, ticks) ??
    known(total, `${root}.usage.cost`, cost) ??
    known(field(cost, 'usd'), `${root}.usage.cost.usd`, field(cost, 'usd')) ??
    known(summed, `${root}.usage.cost.total_cost`, summed) ??
    known(field(field(inner, 'cost'), 'usd'), `${root}.cost.usd`, field(field(inner, 'cost'), 'usd'))
  )
}

function known(usd: Json | undefined, place: string, said: Json | undefined): Cost | undefined {
  return typeof usd === 'number' && usd >= 0 && usd < Infinity ? { usd, place, said: inCode(said) } : undefined
}

function field(value: Json | undefined, key: string): Json | undefined {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined
}
