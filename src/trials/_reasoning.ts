import type { RequestFields } from '../providers/spec.ts'
import type { Reply } from '../wire/types.ts'
import type { Asker } from './asker.ts'
import { answerOf } from './_parts.ts'

/** A question that is worth a thought, and cheap. */
export const THINK = 'Which is larger, 9.11 or 9.9? Think it through, then answer with the number alone.'

/** Whether a reply shows that the model reasoned: text of it, or tokens counted for it. */
export const hasReasoned = (reply: Reply): boolean => shownReasoning(reply) !== '' || (reasoningTokens(reply) ?? 0) > 0

/** The reasoning that a reply shows; empty where it shows none. */
export const shownReasoning = (reply: Reply): string => (answerOf(reply).reasoning ?? '').trim()

/** Tokens that a reply counts for reasoning. */
export const reasoningTokens = ({ usage }: Reply): number | undefined => usage?.reasoningTokens

/** The fields that switch reasoning on; none where the model always reasons, or nothing is known. */
export const switchedOn = (ask: Asker): RequestFields => ask.target.entry.reasoning?.on ?? {}

/** Asks a stream for its usage, where the trial is streamed. */
export const counting = (way: Asker['way']): RequestFields =>
  way === 'streamed' ? { stream_options: { include_usage: true } } : {}

/** Why nothing can be said where a model did not reason. */
export const NO_SIGN = 'nothing shows that the model reasoned: neither text of it nor tokens counted for it'
