import { classifyError, type ErrorKind } from '../contracts/classify.ts'
import type { Json } from '../wire/exchange.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { isRefusal, wordsOf } from './_parts.ts'
import { Unreachable } from './_no-answer.ts'
import type { Asker, Asking } from './asker.ts'
import { broken, inconclusive, kept, type Outcome } from './trial.ts'

/** A key that no provider has given to anybody. */
const BAD_KEY = 'llm-contracts-bad-key'
/** A model that no provider has. */
export const NO_MODEL = 'no-such-model'

/** Kinds of errors that speak of the caller's account or of the load, never of what was asked. */
const ELSEWHERE = new Set(['rate limit', 'quota', 'overload', 'authentication', 'permission'])

/** `inconclusive` where a reply says nothing of what was asked: no connection, a wrong key, a rate limit. */
export function unanswered(reply: Reply): Outcome | undefined {
  const said = classifyError(reply)
  if (said === undefined || !(reply.status === 0 || ELSEWHERE.has(said.kind))) return undefined
  return inconclusive(`the provider could not be asked: ${said.kind} (${said.evidence})`)
}

/** Asks like `ask.attempt`, and takes a broken server that stays broken in every attempt for an answer. */
export function answerTo(
  ask: Asker,
  body: { readonly [key: string]: Json | undefined },
  asking: Asking = {},
): Promise<Reply> {
  return ask.attempt(body, asking).catch((error: unknown) => {
    if (error instanceof Unreachable && error.reply.status >= 500 && unanswered(error.reply) === undefined) {
      return error.reply
    }
    throw error
  })
}

/** Kinds of errors that come before anyone has looked at the key, and may be gone with the next request. */
const BEFORE_THE_KEY = new Set<ErrorKind | undefined>(['rate limit', 'overload', 'server'])

/**
 * What is answered to a wrong key, asked again where the server was not fit to look at it.
 *
 * @throws {Unreachable} where it stays so.
 */
export async function withBadKey(ask: Asker, body: { readonly [key: string]: Json | undefined }): Promise<Reply> {
  try {
    return await ask.attempt(body, { apiKey: BAD_KEY })
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    const { reply } = error
    const isAboutKey = reply.status === 401 || reply.status === 403
    if (!isAboutKey && BEFORE_THE_KEY.has(classifyError(reply)?.kind)) throw error
    return reply
  }
}

/**
 * What a refusal comes to where a clear 4xx keeps the promise as well: kept where its words name what was wrong, broken
 * where they do not or the server broke; undefined where the request was accepted.
 */
export function clearRefusal(reply: Reply, names: RegExp, what: string): Outcome | undefined {
  const { status } = reply
  if (status >= 500) return broken(`answered HTTP ${status} to ${what}`, { bytes: excerpt(reply.text) })
  if (!isRefusal(reply)) return undefined
  if (names.test(wordsOf(reply))) return kept(`refuses ${what} with HTTP ${status}`)
  return broken(`refused ${what} with HTTP ${status} and without naming it`, { bytes: excerpt(wordsOf(reply)) })
}

/** Where an error stands, and how it begins. */
export const errorIn = (reply: Reply) => ({ path: reply.error?.path ?? '$', bytes: excerpt(reply.text) })
