import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange } from './exchange.ts'
import { elapsed } from './clock.ts'

/**
 * What passed on the wire while some code ran: filled by the recorder, read by the matchers. `complaints` holds machinery
 * errors that the code under test may have swallowed; a matcher that meets one throws it.
 */
export interface Seen {
  readonly exchanges: Exchange[]
  readonly complaints: Error[]
}

const scope = new AsyncLocalStorage<readonly Seen[]>()
const byHandle = new WeakMap<object, Exchange>()

/** What has passed in the innermost running scope (a test, or a function given to a matcher). */
export function seenHere(): Seen | undefined {
  return scope.getStore()?.at(-1)
}

/** Runs `work` and collects what passes on the wire meanwhile; scopes nest, and the outer one sees it too. */
export async function watch<T>(
  work: () => T | Promise<T>,
  seen: Seen = { exchanges: [], complaints: [] },
): Promise<{ value: T; seen: Seen }> {
  const value = await scope.run([...(scope.getStore() ?? []), seen], work)
  return { value, seen }
}

/** When a request was made and when its response began, in milliseconds on the clock of `performance.now()`. */
export interface Times {
  readonly asked: number
  readonly answered: number
}

const times = new WeakMap<Exchange, Times>()

/** When an exchange took place; undefined for one that did not pass the recorder of this process. */
export function timesOf(exchange: Exchange): Times | undefined {
  return times.get(exchange)
}

/** Notes an exchange whose response has begun, in every scope that is running; `asked` is when its request was made. */
export function note(exchange: Exchange, asked: number): void {
  times.set(exchange, { asked, answered: elapsed() })
  for (const seen of scope.getStore() ?? []) seen.exchanges.push(exchange)
}

/** Notes a machinery error in every scope that is running. */
export function complain(error: Error): void {
  for (const seen of scope.getStore() ?? []) seen.complaints.push(error)
}

/** Ties the objects that a client will hold (the `Response`, its `Headers`) to the exchange they came from. */
export function tie(exchange: Exchange, ...handles: object[]): void {
  for (const handle of handles) byHandle.set(handle, exchange)
}

/** The exchange an object came from. */
export function exchangeOf(handle: object): Exchange | undefined {
  return byHandle.get(handle)
}
