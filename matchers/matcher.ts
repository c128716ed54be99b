import type { ExpectStatic } from 'vitest'
import { LlmContractsError } from '../src/errors.ts'
import type { Exchange } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import { seenHere } from '../src/wire/seen.ts'
import type { Seen } from '../src/wire/seen.ts'
import type { Reply } from '../src/wire/types.ts'
import type { Claim, Finding, Judgement } from './finding.ts'
import { renderFailure, renderUnanswered } from './_message.ts'
import { receive } from './_received.ts'
import { framesOf, placed, siteBelow } from './site.ts'
import type { Site } from './site.ts'

/** What Vitest binds to `this` in a matcher: equality, custom testers, and how `expect` was called. */
export type State = ReturnType<ExpectStatic['getState']>

/** A matcher before it meets Vitest: what it claims, and how it judges a reply. */
export interface Rule<A extends unknown[]> {
  /** What it judges: where there is no answer, a matcher of answers has no verdict for `.not` either. */
  readonly judges: 'answers' | 'failures'
  /** Throws `bad-option` for arguments that mean nothing. */
  demand?(...args: A): void
  claim(...args: A): Claim
  /** What a reply did that keeps the claim, behind "It did: " where a test said `.not`; its beginning where absent. */
  saw?(reply: Reply, ...args: A): string | undefined
  /** What broke; undefined where the reply keeps the claim. */
  judge(this: State, reply: Reply, ...args: A): Finding | undefined | Promise<Finding | undefined>
}

/** What Vitest wants of a matcher. */
export interface Verdict {
  pass: boolean
  message: () => string
}

/** A function for `expect.extend`. */
export type Matcher<A extends unknown[]> = (this: State, received: unknown, ...args: A) => Promise<Verdict>

interface Pending {
  readonly matcher: string
  readonly site: Site
  awaited: boolean
}

const pending = new WeakMap<Seen, Pending[]>()
const judgements = new WeakMap<Seen, Judgement[]>()

/** Names of the matchers that ran in this scope and were never awaited, in the order of their calls. */
export function forgottenIn(seen: Seen): readonly string[] {
  return forgottenSites(seen).map(({ matcher }) => matcher)
}

/** The same with the place of each call: its frames as in an error's `stack`, without a headline. */
export function forgottenSites(seen: Seen): readonly { readonly matcher: string; readonly stack: string }[] {
  const forgotten = (pending.get(seen) ?? []).filter((one) => !one.awaited)
  return forgotten.map(({ matcher, site }) => ({ matcher, stack: framesOf(site) }))
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
 *   judges: 'answers',
 *   claim: (limit: number) => ({ args: [String(limit)], sentence: `answer in ${limit} characters` }),
 *   judge: (reply, limit) => (reply.text.length > limit ? found('finish.length', 'It did not.') : undefined),
 * })
 * ```
 */
export function matcher<A extends unknown[]>(name: string, rule: Rule<A>): Matcher<A> {
  return awaited(name, (state, seen, received, args) => judged(name, rule, state, seen, received, args))
}

/** A matcher that notices when nobody awaits it; `judge` reaches its verdict. */
export function awaited<A extends unknown[]>(
  name: string,
  judge: (state: State, seen: Seen | undefined, received: unknown, args: A) => Promise<Verdict>,
): Matcher<A> {
  return function matched(received, ...args) {
    const seen = seenHere()
    const site = siteBelow(matched)
    const verdict = judge(this, seen, received, args).catch((error: unknown) => {
      throw error instanceof LlmContractsError ? placed(error, site) : error
    })
    // Without a scope nobody looks for forgotten matchers, and .resolves and .rejects look for themselves.
    if (seen === undefined || this.promise) return held(verdict, (next) => next, site)
    const entry: Pending = { matcher: name, site, awaited: false }
    noted(pending, seen, entry)
    // Vitest calls then() once more for expect.soft; the user holds what comes out.
    return held(verdict, (next) => watched(next, entry, this.soft === true ? 1 : 0), site)
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
  rule.demand?.(...args)
  const reply = await receive(received)
  const negated = state.isNot ?? false
  const judge = async (other: Reply) => rule.judge.call(state, other, ...args)
  const finding = await judge(reply)
  // A rejection that is what the matcher claims, as of a content filter, is an answer to it.
  const unanswered = finding !== undefined && rule.judges === 'answers' ? renderUnanswered(reply) : undefined
  if (negated && unanswered !== undefined) throw new LlmContractsError('transport', unanswered)
  const again = (exchange: Exchange) => judge(readReply(exchange))
  const judgement = { matcher: name, exchange: reply.exchange, negated, again }
  const pass = finding === undefined
  const message = () => renderFailure(name, rule.claim(...args), reply, finding ?? rule.saw?.(reply, ...args))
  if (seen !== undefined) {
    const failed = pass === negated ? { message: message() } : {}
    noted(judgements, seen, pass ? { ...judgement, ...failed } : { ...judgement, finding, ...failed })
  }
  return { pass, message }
}

type Hold = <R>(next: Promise<R>) => Promise<R>

function watched<T>(promise: Promise<T>, entry: Pending, vitestThens: number): Promise<T> {
  promise.catch(() => {})
  return held(promise, (next) => {
    if (vitestThens > 0) return watched(next, entry, vitestThens - 1)
    entry.awaited = true
    return next
  })
}

// An object of its own, because `await` on a real promise never calls its then().
function held<T>(promise: Promise<T>, hold: Hold, site?: Site): Promise<T> {
  return {
    // oxlint-disable-next-line unicorn/no-thenable -- being awaited is what it is for
    then: (onFulfilled, onRejected) => hold(promise.then(placing(onFulfilled, site), onRejected)),
    catch: (onRejected) => hold(promise.catch(onRejected)),
    finally: (onFinally) => hold(promise.finally(onFinally)),
    [Symbol.toStringTag]: 'Promise',
  }
}

type Fulfilled<T, R> = ((value: T) => R | PromiseLike<R>) | null | undefined

// Vitest throws inside the function that it gives to then(), where V8 no longer knows who called the matcher.
function placing<T, R>(onFulfilled: Fulfilled<T, R>, site: Site | undefined): Fulfilled<T, R> {
  if (typeof onFulfilled !== 'function' || site === undefined) return onFulfilled
  return (value) => {
    try {
      return onFulfilled(value)
    } catch (error) {
      throw placed(error, site)
    }
  }
}

function noted<T>(lists: WeakMap<Seen, T[]>, seen: Seen, item: T): void {
  const list = lists.get(seen)
  if (list === undefined) lists.set(seen, [item])
  else list.push(item)
}
