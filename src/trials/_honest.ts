import { classifyError } from '../contracts/classify.ts'
import type { Capability } from '../providers/spec.ts'
import type { Reply } from '../wire/types.ts'
import { excerpt } from '../wire/text.ts'
import { Refused } from './_no-answer.ts'
import type { Asker, Sent } from './asker.ts'
import { isRefusal, wordsOf } from './_parts.ts'
import { inconclusive, kept, type Outcome } from './trial.ts'

/** Kinds of errors that speak of the account or the pace, never of the request. */
const ASIDE = new Set(['rate limit', 'quota', 'overload', 'authentication', 'permission'])

/**
 * Asks where a broken server would be an answer too: a 500 to a request that should get 4xx. Throws as `ask.send` does
 * where the account or the connection stands in the way.
 */
export async function answerTo(ask: Asker, method: string, path: string, body?: Sent): Promise<Reply> {
  const reply = await ask.send(method, path, body, { failing: true })
  const said = classifyError(reply)
  const isAside = said !== undefined && (reply.status === 0 || ASIDE.has(said.kind))
  return isAside ? await ask.send(method, path, body) : reply
}

/** The reply of a path below the base URL, which must be a success. Throws {@link Refused} where it is none. */
export async function granted(ask: Asker, method: string, path: string, body?: Sent): Promise<Reply> {
  const reply = await ask.send(method, path, body)
  if (reply.status < 200 || reply.status > 299 || reply.error !== undefined) throw new Refused(reply)
  return reply
}

/** Throws {@link Refused} where a reply refuses what the entry says is lacking: it proves that, and nothing else. */
export function unlessLacking(ask: Asker, reply: Reply, ...needed: readonly Capability[]): void {
  if (isRefusal(reply) && needed.some((capability) => ask.target.lacks(capability))) throw new Refused(reply)
}

/** An honest refusal, for promises that it keeps: noted, or `unsupported` where the entry says that the feature lacks. */
export function refusedHonestly(ask: Asker, reply: Reply, ...needed: readonly Capability[]): Outcome {
  unlessLacking(ask, reply, ...needed)
  return kept(`refused with HTTP ${reply.status}: ${excerpt(wordsOf(reply), 100)}`)
}

/** The model for a use: where the feature is known to lack, the chat model has to refuse it. */
export function modelFor(
  ask: Asker,
  use: 'vision' | 'embedding' | 'audio' | 'transcription',
  capability: Capability,
): string | undefined {
  const { models, model } = ask.target
  return models[use] ?? (ask.target.lacks(capability) ? model : undefined)
}

/** Which variable to set where no model is known for a use. */
export function noModel(ask: Asker, use: string): Outcome {
  const prefix = ask.target.name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  return inconclusive(`no model for it is known: set ${prefix}_${use.toUpperCase()}_MODEL`)
}
