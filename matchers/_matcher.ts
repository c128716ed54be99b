import type { ExpectStatic } from 'vitest'
import type { Exchange } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import { seenHere } from '../src/wire/seen.ts'
import type { Seen } from '../src/wire/seen.ts'
import type { Reply } from '../src/wire/types.ts'
import type { Claim, Finding, Judgement } from './_finding.ts'
import { renderFailure } from './_message.ts'
import { receive } from './_received.ts'

/** What Vitest binds to `this` in a matcher: equality, custom testers, and how `expect` was called. */
export type State = ReturnType<ExpectStatic['getState']>

/** A matcher before it meets Vitest: what it claims, and how it judges a reply. */
export interface Rule<A extends unknown[]> {
  claim(...args: A): Claim
  /** What broke; undefined where the reply keeps the claim. */
  judge(this: State, reply: Reply, ...args: A): Finding | undefined | Promise<Finding | undefined>
}

interface Verdict {
  pass: boolean
  message: () => string
}

/** A function for `expect.extend`. */
export type Matcher<A extends unknown[]> = (this: State, received: unknown, ...args: A) => Promise<Verdict>

interface Pending {
  readonly matcher: string
  awaited: boolean
}

const pending = new WeakMap<Seen, Pending[]>()
const judgements = new WeakMap<Seen, Judgement[]>()

/** Names of the matchers that ran in this scope and were never awaited, in the order of their calls. */
export function forgottenIn(seen: Seen): readonly string[] {
  return (pending.get(seen) ?? []).filter((one) => !one.awaited).map((one) => one.matcher)
}

/** The verdicts of the matchers that ran in this scope, in the order in which they were reached. */
export function judgementsIn(seen: Seen): readonly Judgement[] {
  return judgements.get(seen) ?? []
}

/**
 * Builds an asynchronous matcher for Vitest 4.1 and 5 that notices when nobody awaits it.
 *
 * @example
 * ```ts
 * export const toBeShort = matcher('toBeShort', {
 *   claim: (limit: number) => ({ args: [String(limit)], sentence: `answer in ${limit} characters` }),
 *   judge: (reply, limit) => (reply.text.length > limit ? found('finish.length', 'It did not.') : undefined),
 * })
 * ```
 */
export function matcher<A extends unknown[]>(name: string, rule: Rule<A>): Matcher<A> {
  return function (received, ...args) {
    const seen = seenHere()
    const verdict = judged(name, rule, this, seen, received, args)
    // Without a scope nobody looks for forgotten matchers, and .resolves and .rejects look for themselves.
    if (seen === undefined || this.promise) return verdict
    const entry: Pending = { matcher: name, awaited: false }
    noted(pending, seen, entry)
    // Vitest calls then() on what a matcher returns, and once more for expect.soft; the user holds what comes out.
    return watched(verdict, entry, this.soft === true ? 2 : 1)
  }
}

async function judged<A extends unknown[]>(
  name: string,
  rule: Rule<A>,
  state: State,
  seen: Seen | undefined,
  received: unknown,
  args: A,
): Promise<Verdict> {
  const reply = await receive(received)
  const judge = async (other: Reply) => rule.judge.call(state, other, ...args)
  const finding = await judge(reply)
  const judgement = {
    matcher: name,
    exchange: reply.exchange,
    negated: state.isNot ?? false,
    again: (exchange: Exchange) => judge(readReply(exchange)),
  }
  const pass = finding === undefined
  const message = () => renderFailure(name, rule.claim(...args), reply, finding)
  if (seen !== undefined) {
    const failed = pass === judgement.negated ? { message: message() } : {}
    noted(judgements, seen, pass ? { ...judgement, ...failed } : { ...judgement, finding, ...failed })
  }
  return { pass, message }
}

// An object of its own, because `await` on a real promise never calls its then().
function watched<T>(promise: Promise<T>, entry: Pending, vitestThens: number): Promise<T> {
  promise.catch(() => {})
  const used = <R>(next: Promise<R>): Promise<R> => {
    if (vitestThens > 0) return watched(next, entry, vitestThens - 1)
    entry.awaited = true
    return next
  }
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
    then: (onFulfilled, onRejected) => used(promise.then(onFulfilled, onRejected)),
    catch: (onRejected) => used(promise.catch(onRejected)),
    finally: (onFinally) => used(promise.finally(onFinally)),
    [Symbol.toStringTag]: 'Promise',
  }
}

function noted<T>(lists: WeakMap<Seen, T[]>, seen: Seen, item: T): void {
  const list = lists.get(seen)
  if (list === undefined) lists.set(seen, [item])
  else list.push(item)
}
