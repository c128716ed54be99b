import type { Bill } from '../wire/bill.ts'
import type { Budget, Spent } from './pacer.ts'

/** What a budget could not count, because neither the wire nor a price list tells it. */
export class Uncounted {
  readonly #budget: Budget
  readonly #missing = { price: 0, cost: 0, tokens: 0 }

  constructor(budget: Budget) {
    this.#budget = budget
  }

  /** Notes an answer and what it cost, as far as anybody knows. */
  note({ input, output, tokens }: Partial<Bill> & Spent, usd: number | undefined): void {
    if (usd === undefined) this.#missing[input === undefined || output === undefined ? 'cost' : 'price'] += 1
    if (tokens === undefined) this.#missing.tokens += 1
  }

  /** A sentence for each limit that counted less than was spent. */
  sentences(): string[] {
    const { usd, tokens } = this.#budget
    const { price, cost, tokens: told } = this.#missing
    return [
      ...(usd === undefined || price === 0
        ? []
        : [`${have(price)} no known price, so the budget of $${usd} did not count ${them(price)}: give prices.`]),
      ...(usd === undefined || cost === 0
        ? []
        : [`${have(cost)} no usage to reckon a price from, so the budget of $${usd} did not count ${them(cost)}.`]),
      ...(tokens === undefined || told === 0
        ? []
        : [`${have(told)} no usage, so the budget of ${tokens} tokens did not count ${them(told)}.`]),
    ]
  }
}

const have = (count: number) => (count === 1 ? '1 answer has' : `${count} answers have`)
const them = (count: number) => (count === 1 ? 'it' : 'them')
