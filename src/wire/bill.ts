import { readCost } from './cost.ts'
import type { Reply } from './types.ts'
import { generatedTokens } from './usage.ts'

/** What an answer's price rests on, as the wire tells it. Plain data; absent is unknown. */
export interface Bill {
  readonly provider: string
  /** The URL without its query: where a price list looks the provider up. */
  readonly address: string
  /** The models that were asked for and that answered. */
  readonly asked?: string
  readonly answered?: string
  /** Tokens that were read, generated, and read from a cache (those are among the first). */
  readonly input?: number
  readonly output?: number
  readonly cached?: number
  /** US dollars as the wire reports them. */
  readonly usd?: number
}

/** The bill of an answer. */
export function billOf(reply: Reply): Bill {
  const { exchange, asked, model, usage, api } = reply
  const output = generatedTokens(usage)?.all ?? (api === 'embeddings' && usage !== undefined ? 0 : undefined)
  return {
    provider: exchange.provider?.name ?? '',
    address: exchange.request?.url.split(/[?#]/, 1)[0] ?? '',
    ...present('asked', asked?.model),
    ...present('answered', model),
    ...present('input', usage?.promptTokens),
    ...present('output', output),
    ...present('cached', usage?.cachedTokens),
    ...present('usd', readCost(reply)?.usd),
  }
}

const present = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value }
