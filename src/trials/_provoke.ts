import { classifyError } from '../contracts/classify.ts'
import type { Json } from '../wire/exchange.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { Unreachable } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { isRefusal, wordsOf } from './_parts.ts'
import { broken, ignored, kept, type Outcome } from './trial.ts'

/** A request's body. */
export type Body = { readonly [key: string]: Json | undefined }

/** Asks for something that a server may stumble over: a 5xx is an answer too, and not a provider that cannot be asked. */
export async function provoke(ask: Asker, body: Body): Promise<Reply> {
  try {
    return await ask.attempt(body)
  } catch (error) {
    if (error instanceof Unreachable && fellOver(error.reply)) return error.reply
    throw error
  }
}

/** Whether a server broke over what it was sent. */
const fellOver = (reply: Reply): boolean => reply.status >= 500 && classifyError(reply)?.kind === 'server'

/** The breach where a server broke; undefined where it did not. */
export function crash(reply: Reply, over: string): Outcome | undefined {
  if (!fellOver(reply)) return undefined
  return broken(`answered HTTP ${reply.status} to ${over}`, { bytes: excerpt(wordsOf(reply)) })
}

/** Asks for what makes no sense and must be refused. `what` names it in the verdict. */
export async function mustRefuse(ask: Asker, what: string, body: Body): Promise<Outcome> {
  const reply = await provoke(ask, body)
  if (isRefusal(reply)) return kept()
  return crash(reply, what) ?? ignored(`accepted ${what}`)
}

/** A refusal as a note has it: `HTTP 400: tools is too short`. */
export const refusal = (reply: Reply): string => `HTTP ${reply.status}: ${excerpt(wordsOf(reply), 80)}`
