import { isDeepStrictEqual } from 'node:util'
import { classifyError, type ErrorClass } from '../src/contracts/classify.ts'
import { readDate } from '../src/wire/duration.ts'
import type { Exchange } from '../src/wire/exchange.ts'
import { isRecord, parseJson } from '../src/wire/guards.ts'
import { readReply } from '../src/wire/reply.ts'
import { timesOf } from '../src/wire/seen.ts'
import type { Reply } from '../src/wire/types.ts'

/** One request of a client, in the order in which they were made. */
export interface Attempt {
  readonly exchange: Exchange
  readonly reply: Reply
  /** What its failure means; undefined where it was answered. */
  readonly failed: ErrorClass | undefined
  /** Milliseconds from the answer to the attempt before to this request; undefined for the first. */
  readonly waited: number | undefined
}

/** What makes a request the same as another, however often the client counts its attempts in further fields. */
const ESSENCE = ['model', 'messages', 'input', 'prompt', 'tools'] as const

/** Whether two exchanges ask the same of the same. */
export function asksTheSame({ request: a }: Exchange, { request: b }: Exchange): boolean {
  if (a === undefined || b === undefined || a.method !== b.method || a.url !== b.url) return false
  if (a.text === b.text && a.sha256 === b.sha256 && isDeepStrictEqual(a.parts, b.parts)) return true
  const [one, other] = [parseJson(a.text), parseJson(b.text)]
  if (!isRecord(one) || !isRecord(other)) return false
  const isAsked = one.messages !== undefined || one.input !== undefined || one.prompt !== undefined
  return isAsked && ESSENCE.every((field) => isDeepStrictEqual(one[field], other[field]))
}

/** The answer to a redirected request is that of the place it was sent on to. */
const isHop = ({ response: { status, headers } }: Exchange) =>
  [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined

/** The requests of a client, each with what it waited for. */
export function attemptsOf(exchanges: readonly Exchange[]): Attempt[] {
  const inOrder = exchanges
    .filter((exchange) => exchanges.length === 1 || !isHop(exchange))
    .toSorted((a, b) => (timesOf(a)?.asked ?? 0) - (timesOf(b)?.asked ?? 0))
  return inOrder.map((exchange, at): Attempt => {
    const reply = readReply(exchange)
    const isLast = at === inOrder.length - 1
    const failed = classifyError(reply) ?? brokenOff(reply) ?? (isLast ? undefined : unsatisfying(reply))
    const [before, now] = [inOrder[at - 1], timesOf(exchange)]
    const answered = before === undefined ? undefined : timesOf(before)?.answered
    return {
      exchange,
      reply,
      failed: failed && { ...failed, ...untilDate(reply) },
      waited: answered === undefined || now === undefined ? undefined : now.asked - answered,
    }
  })
}

/** What a client gives up is noted a moment after it did. */
const LATE = 5

/** Whether a request was made while the one before it was still waiting for its response. */
export function isBeside(attempt: Attempt, before: Attempt): boolean {
  const [here, there] = [timesOf(attempt.exchange), timesOf(before.exchange)]
  return here !== undefined && there !== undefined && here.asked < there.answered - LATE
}

/** The wait that a date asks for by this machine's clock, which is the one that a client waits by. */
function untilDate({ exchange, headers }: Reply): { readonly afterMs?: number } {
  const until = readDate(headers['retry-after'] ?? '')
  const { answered } = timesOf(exchange) ?? {}
  if (until === undefined || answered === undefined) return {}
  return { afterMs: Math.max(0, Math.round(until - (performance.timeOrigin + answered))) }
}

const failedBy = (why: string): ErrorClass => ({ kind: 'server', retry: 'helps', evidence: why })

/** A body that the server cut is a failure that no error body tells of. */
function brokenOff({ exchange: { response } }: Reply): ErrorClass | undefined {
  return response.end === 'aborted' ? failedBy('the connection broke in the middle of the body') : undefined
}

/** What may well have done for the client: a failure only where it asked on. */
function unsatisfying({ exchange, stream, answers }: Reply): ErrorClass | undefined {
  const { response, evidence } = exchange
  const isFinished = stream?.terminated === true || answers.some(({ finishReasons }) => finishReasons.length > 0)
  if (response.end === 'cancelled' && !isFinished) return failedBy('the client gave up in the middle of the body')
  if (stream !== undefined && stream.malformed.length > 0) return failedBy('the stream held what is no JSON')
  if (/^(held after|first token after)/.test(evidence.fault ?? '')) return failedBy(`${evidence.fault}, by the test`)
  return undefined
}

/** An attempt in a line: `2. openai HTTP 429, rate limit, told to wait 1000 ms; asked after 1003 ms`. */
export function renderAttempt({ exchange, failed, waited }: Attempt, at: number): string {
  const { status, failure } = exchange.response
  const cut = failure === undefined && exchange.response.end === 'aborted' ? ', cut' : ''
  const what = failure === undefined ? `HTTP ${status}${cut}` : failure.code
  const told = failed?.afterMs === undefined ? '' : `, told to wait ${failed.afterMs} ms`
  const when = (ms: number) =>
    ms < -LATE ? 'beside the one before' : `${Math.abs(Math.round(ms))} ms after the answer before`
  const after = waited === undefined ? '' : `; asked ${when(waited)}`
  return `${at + 1}. ${exchange.provider?.name ?? '?'} ${what}${failed === undefined ? '' : `, ${failed.kind}${told}`}${after}`
}
