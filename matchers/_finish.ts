import { filled, isRecord, num } from '../src/wire/guards.ts'
import { counted, quoted } from '../src/wire/text.ts'
import type { Answer, Reply } from '../src/wire/types.ts'

/**
 * How an answer finished, as its wire says it: `finish_reason "stop" instead of "length"`, `no finish_reason`, or of the
 * Responses API, which has no such word, `status "completed" (read as "stop")`.
 */
export function finishSaid(reply: Reply, answer: Answer, wanted?: string): string {
  const { word, read } = finishOf(reply, answer.finishReasons.at(-1))
  const instead = wanted === undefined || answer.finishReasons.length === 0 ? '' : ` instead of "${wanted}"`
  return `${word}${read === undefined ? '' : ` (${read})`}${instead}`
}

/** The same for use in parentheses: `status "completed", read as "stop"`. */
export function finishNote(reply: Reply, answer: Answer): string {
  return noted(finishOf(reply, answer.finishReasons.at(-1)))
}

/** ` after 512 tokens (finish_reason "length")`, the number as far as it is known. */
export function lengthSaid(reply: Reply): string {
  const count = reply.usage?.completionTokens ?? reply.asked?.maxTokens
  return `${count === undefined ? '' : ` after ${counted(count, 'token')}`} (${noted(finishOf(reply, 'length'))})`
}

/** What helps against a token limit, in the request's own word for it, but for the other half of the advice. */
export function raiseLimit({ asked, api }: Reply): string {
  const names = ['max_completion_tokens', 'max_tokens', 'max_output_tokens']
  const name = names.find((key) => num(asked?.body[key]) !== undefined)
  if (name === undefined) return `raise ${api === 'responses' ? 'max_output_tokens' : 'max_tokens'}`
  return `raise ${name} above ${num(asked?.body[name])}`
}

interface Finish {
  readonly word: string
  /** What the wire's word was read as. */
  readonly read?: string
}

const noted = ({ word, read }: Finish) => (read === undefined ? word : `${word}, ${read}`)

function finishOf(reply: Reply, reason: string | undefined): Finish {
  if (reply.api !== 'responses') {
    return { word: reason === undefined ? 'no finish_reason' : `finish_reason ${quoted(reason, 40)}` }
  }
  const bodies = [
    reply.json,
    ...(reply.stream?.events ?? []).toReversed().map(({ json }) => isRecord(json) && json.response),
  ]
  const response = bodies.find((body) => isRecord(body))
  const status = filled(response?.status)
  const details = response?.incomplete_details
  const why = isRecord(details) ? filled(details.reason) : undefined
  const word = status === undefined ? 'no status' : `status ${quoted(status, 40)}`
  if (reason === undefined) return { word }
  return { word, read: `${why === undefined ? '' : `${quoted(why, 40)}, `}read as ${quoted(reason, 40)}` }
}
