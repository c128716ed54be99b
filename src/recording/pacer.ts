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

/** The leave to send one request. Whichever of the two is called first ends it; what comes later does nothing. */
export interface Turn {
  /** The request was sent, or may have been; its turn is over. */
  end(spent?: Spent): void
  /** The request was never sent, so that it counts for nothing. */
  giveBack(): void
}

/** The limit that is reached, in words. */
export interface OverBudget {
  readonly spent: string
}

interface Lane {
  readonly pace: Pace
  running: number
  /** When the requests of the last minute began. */
  readonly begun: number[]
  /** In the order in which they came. */
  readonly waiting: Set<(turn: Turn | OverBudget) => void>
  /** Whether someone waits already until the first of the last minute is a minute old. */
  isResting: boolean
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

  /**
   * Waits for a turn. Resolves with the limit that is reached where there is nothing left, and with undefined where
   * `gone` was aborted before there was a turn.
   */
  acquire(provider: string, gone?: AbortSignal): Promise<Turn | OverBudget | undefined> {
    const lane = this.#lane(provider)
    const { promise, resolve } = Promise.withResolvers<Turn | OverBudget | undefined>()
    const leave = () => {
      lane.waiting.delete(grant)
      resolve(undefined)
    }
    const grant = (turn: Turn | OverBudget) => {
      gone?.removeEventListener('abort', leave)
      resolve(turn)
    }
    if (gone?.aborted === true) return Promise.resolve(undefined)
    gone?.addEventListener('abort', leave, { once: true })
    lane.waiting.add(grant)
    this.#advance(lane)
    return promise
  }

  /** Lets everyone pass whose turn has come. */
  #advance(lane: Lane): void {
    const { concurrency = Infinity, perMinute = Infinity } = lane.pace
    for (const grant of lane.waiting) {
      const { spent } = this
      const now = this.#clock.now()
      while (lane.begun[0] !== undefined && lane.begun[0] <= now - MINUTE) lane.begun.shift()
      if (spent === undefined && lane.running >= concurrency) return
      if (spent === undefined && lane.begun.length >= perMinute) return void this.#rest(lane, now)
      lane.waiting.delete(grant)
      grant(spent === undefined ? this.#begin(lane, now) : { spent })
    }
  }

  /** Waits until the first of the last minute is a minute old. */
  async #rest(lane: Lane, now: number): Promise<void> {
    if (lane.isResting) return
    lane.isResting = true
    await this.#clock.sleep((lane.begun[0] ?? now) + MINUTE - now)
    lane.isResting = false
    this.#advance(lane)
  }

  #begin(lane: Lane, now: number): Turn {
    lane.running += 1
    lane.begun.push(now)
    this.#total.requests += 1
    let isOver = false
    const over = (account: () => void) => {
      if (isOver) return
      isOver = true
      lane.running -= 1
      account()
      // What was spent concerns those who wait for another provider too.
      for (const each of this.#lanes.values()) this.#advance(each)
    }
    return {
      end: ({ tokens = 0, usd = 0 } = {}) =>
        over(() => {
          this.#total.tokens += tokens
          this.#total.usd += usd
        }),
      giveBack: () =>
        over(() => {
          this.#total.requests -= 1
          const at = lane.begun.indexOf(now)
          if (at >= 0) lane.begun.splice(at, 1)
        }),
    }
  }

  #lane(provider: string): Lane {
    const pace = Object.hasOwn(this.#paces, provider) ? this.#paces[provider] : undefined
    const known = this.#lanes.get(provider)
    const lane = known ?? { pace: pace ?? {}, running: 0, begun: [], waiting: new Set(), isResting: false }
    this.#lanes.set(provider, lane)
    return lane
  }
}
