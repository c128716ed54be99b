import { LlmContractsError } from '../errors.ts'
import type { Price, Prices } from '../settings.ts'
import type { Bill } from '../wire/bill.ts'

/** What an answer cost, and who says so. */
export interface Charge {
  readonly usd: number
  /** `wire`: reported with the answer; `own`: the user's table; `list`: the table of genai-prices. */
  readonly from: 'wire' | 'own' | 'list'
}

/** Prices answers. Undefined is unknown, never zero. */
export interface Pricer {
  /** What an attempt cost: as the wire reports it, else by a table. */
  readonly charge: (bill: Bill) => Charge | undefined
  /** What it should have cost by a table, whatever the wire reports. */
  readonly byTable: (bill: Bill) => Charge | undefined
}

/**
 * A pricer by the user's own table and, where that is silent, by the table that comes with `@pydantic/genai-prices`:
 * prices of today, by the host that was asked and the model. It reads no network.
 *
 * @example
 * ```ts
 * const { charge } = await openPrices({ 'acme-1': { input: 1, output: 2 } })
 * ```
 */
export async function openPrices(own: Prices, now: Date = new Date()): Promise<Pricer> {
  const { calcPrice } = await import('@pydantic/genai-prices')
  const listed = (model: string | undefined, { address, input, output, cached = 0 }: Bill) => {
    if (model === undefined || input === undefined || output === undefined) return undefined
    const usage = { input_tokens: input, output_tokens: output, ...(cached > 0 ? { cache_read_tokens: cached } : {}) }
    try {
      return calcPrice(usage, model, { providerApiUrl: address, timestamp: now })?.total_price
    } catch {
      // Its own word for a usage that its units cannot hold.
      return undefined
    }
  }
  const byTable = (bill: Bill): Charge | undefined => {
    const price = priceOf(own, bill)
    if (price !== undefined) {
      const usd = costBy(price, bill)
      return usd === undefined ? undefined : { usd, from: 'own' }
    }
    const usd = listed(bill.asked, bill) ?? listed(bill.answered, bill)
    return usd === undefined ? undefined : { usd, from: 'list' }
  }
  const charge = (bill: Bill): Charge | undefined =>
    bill.usd === undefined ? byTable(bill) : { usd: bill.usd, from: 'wire' }
  return { charge, byTable }
}

/** The user's price for an attempt: `provider/model` before `model`, the model that was asked for before the one that answered. */
function priceOf(own: Prices, { provider, asked, answered }: Bill): Price | undefined {
  const models = [asked, answered].filter((model) => model !== undefined)
  const keys = models.flatMap((model) => [`${provider}/${model}`, model])
  const key = keys.find((name) => Object.hasOwn(own, name))
  return key === undefined ? undefined : own[key]
}

function costBy(price: Price, { input, output, cached = 0 }: Bill): number | undefined {
  if (input === undefined || output === undefined) return undefined
  const fromCache = Math.min(cached, input)
  const { cached: cachedPrice = price.input } = price
  return ((input - fromCache) * price.input + fromCache * cachedPrice + output * price.output) / 1e6
}

/**
 * Checks the option `prices`.
 *
 * @throws {LlmContractsError} `bad-option`, naming the entry that is wrong.
 */
export function checkPrices(prices: unknown): Prices {
  if (prices === undefined) return {}
  if (!isObject(prices))
    throw bad("The option `prices` is no table: write { 'deepseek-v4-flash': { input: 0.28, output: 0.42 } }.")
  return Object.fromEntries(
    Object.entries(prices).map(([model, price]) => {
      if (!isObject(price)) throw bad(`The price of "${model}" is no object: write { input: 0.28, output: 0.42 }.`)
      const odd = Object.keys(price).find((key) => !FIELDS.includes(key))
      if (odd !== undefined)
        throw bad(`The price of "${model}" has a field ${odd}: there are input, output and cached.`)
      const { input, output, cached } = price
      for (const [name, value] of Object.entries({ input, output, cached })) {
        if (value === undefined && name === 'cached') continue
        if (typeof value === 'number' && value >= 0 && value < Infinity) continue
        throw bad(`The ${name} price of "${model}" is no amount: write US dollars per million tokens, 0 or more.`)
      }
      return [model, price as unknown as Price]
    }),
  )
}

const FIELDS = ['input', 'output', 'cached']

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const bad = (message: string) => new LlmContractsError('bad-option', message)
