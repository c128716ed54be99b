/** What a live run may spend in all: requests, tokens in and out, US dollars. */
export interface Budget {
  readonly requests?: number
  readonly tokens?: number
  readonly usd?: number
}

/** How fast a live run may ask one provider. */
export interface Pace {
  /** Requests under way at a time. */
  readonly concurrency?: number
  /** Requests begun within any 60 seconds. */
  readonly perMinute?: number
}

/** What a request used up, as far as it is known. */
export interface Spent {
  readonly tokens?: number
  readonly usd?: number
}

/** The clock and the way to wait, which a test may replace. */
interface Clock {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
}

const MINUTE = 60_000

interface Lane {
  running: number
  /** When the requests of the last minute began. */
  readonly begun: number[]
  readonly waiting: (() => void)[]
}

/** Lets the requests of a run pass as its pace and its budget allow. One for all workers. */
export class Pacer {
  readonly #budget: Budget
  readonly #paces: Readonly<Record<string, Pace>>
  readonly #clock: Clock
  readonly #lanes = new Map<string, Lane>()
  readonly #total = { requests: 0, tokens: 0, usd: 0 }

  constructor(budget: Budget, paces: Readonly<Record<string, Pace>>, clock: Clock) {
    this.#budget = budget
    this.#paces = paces
    this.#clock = clock
  }

  /** The limit that is reached, in words; undefined while there is something left. */
  get spent(): string | undefined {
    for (const unit of ['requests', 'tokens', 'usd'] as const) {
      const limit = this.#budget[unit]
      if (limit === undefined || this.#total[unit] < limit) continue
      return unit === 'usd' ? `$${limit}` : `${limit} ${unit}`
    }
    return undefined
  }

  /** Waits for a turn. Resolves with the limit that is reached where there is nothing left; then nothing is to be released. */
  async acquire(provider: string): Promise<string | undefined> {
    const lane = this.#lane(provider)
    const { concurrency = Infinity, perMinute = Infinity } = this.#paces[provider] ?? {}
    for (;;) {
      if (this.spent !== undefined) {
        lane.waiting.shift()?.()
        return this.spent
      }
      if (lane.running >= concurrency) {
        await new Promise<void>((wake) => lane.waiting.push(wake))
        continue
      }
      const now = this.#clock.now()
      while (lane.begun[0] !== undefined && lane.begun[0] <= now - MINUTE) lane.begun.shift()
      if (lane.begun.length < perMinute) break
      // In the lane already, so that others queue behind.
      lane.running += 1
      await this.#clock.sleep((lane.begun[0] ?? now) + MINUTE - now)
      lane.running -= 1
    }
    lane.running += 1
    lane.begun.push(this.#clock.now())
    this.#total.requests += 1
    return undefined
  }

  /** Ends a turn. */
  release(provider: string, { tokens = 0, usd = 0 }: Spent): void {
    const lane = this.#lane(provider)
    lane.running -= 1
    this.#total.tokens += tokens
    this.#total.usd += usd
    lane.waiting.shift()?.()
  }

  #lane(provider: string): Lane {
    const known = this.#lanes.get(provider) ?? { running: 0, begun: [], waiting: [] }
    this.#lanes.set(provider, known)
    return known
  }
}
