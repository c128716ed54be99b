import { classifyError, type ErrorClass } from '../src/contracts/classify.ts'
import { readDate } from '../src/wire/duration.ts'
import type { Exchange } from '../src/wire/exchange.ts'
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

/** Whether two exchanges ask the same of the same. */
export const asksTheSame = (a: Exchange, b: Exchange): boolean =>
  a.request?.method === b.request?.method && a.request?.url === b.request?.url && a.request?.text === b.request?.text

/** The requests of a client, each with what it waited for. */
export function attemptsOf(exchanges: readonly Exchange[]): Attempt[] {
  const inOrder = exchanges.toSorted((a, b) => (timesOf(a)?.asked ?? 0) - (timesOf(b)?.asked ?? 0))
  return inOrder.map((exchange, at): Attempt => {
    const reply = readReply(exchange)
    const failed = classifyError(reply) ?? brokenOff(reply)
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

/** The wait that a date asks for by this machine's clock, which is the one that a client waits by. */
function untilDate({ exchange, headers }: Reply): { readonly afterMs?: number } {
  const until = readDate(headers['retry-after'] ?? '')
  const { answered } = timesOf(exchange) ?? {}
  if (until === undefined || answered === undefined) return {}
  return { afterMs: Math.max(0, Math.round(until - (performance.timeOrigin + answered))) }
}

/** A body that the server cut is a failure that no error body tells of. */
function brokenOff({ exchange }: Reply): ErrorClass | undefined {
  if (exchange.response.end !== 'aborted') return undefined
  return { kind: 'server', retry: 'helps', evidence: 'the connection broke in the middle of the body' }
}

/** An attempt in a line: `2. openai HTTP 429, rate limit, told to wait 1000 ms; asked after 1003 ms`. */
export function renderAttempt({ exchange, failed, waited }: Attempt, at: number): string {
  const { status, failure } = exchange.response
  const cut = failure === undefined && exchange.response.end === 'aborted' ? ', cut' : ''
  const what = failure === undefined ? `HTTP ${status}${cut}` : failure.code
  const told = failed?.afterMs === undefined ? '' : `, told to wait ${failed.afterMs} ms`
  const after = waited === undefined ? '' : `; asked ${Math.round(waited)} ms after the answer before`
  return `${at + 1}. ${exchange.provider?.name ?? '?'} ${what}${failed === undefined ? '' : `, ${failed.kind}${told}`}${after}`
}
