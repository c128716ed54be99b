import { classifyError, failedGeneration, type ErrorKind } from '../contracts/classify.ts'
import { GIVEN_UP } from '../recording/live.ts'
import { parseJson } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'

/**
 * What came of one attempt. `accepted` is a 2xx that came to its end and that its judge accepted. `provoked` is what a test
 * asked for: a fault of its own, or a failure that it was about; it counts for nothing. The others say why an attempt was
 * for nothing: `rate limit`, `server` (5xx and overload), `quota` (money or an allowance), `auth` (key and permission),
 * `network` (no answer at all), `cut` (ended by the server too early), `aborted` (given up by the client), `invalid JSON`,
 * `schema` (JSON that does not fit), `tool call`, `truncated` (finish reason `length`), `refused` (any other 4xx, and
 * what a model or a filter declines), `other`.
 */
export type Cause = 'accepted' | 'provoked' | Failed

/** Why an attempt was for nothing, in the order in which a report names it. */
export const failures = [
  'rate limit',
  'server',
  'quota',
  'auth',
  'network',
  'cut',
  'aborted',
  'invalid JSON',
  'schema',
  'tool call',
  'truncated',
  'refused',
  'other',
] as const
type Failed = (typeof failures)[number]

/** What the judge of an exchange said. */
export interface Judged {
  readonly accepts: boolean
  /** The promise that broke, where the judge named one. */
  readonly contract?: string | undefined
  /**
   * Which failures the test was about: every one, since a matcher asked for a failure; those that no retry helps with; or
   * none.
   */
  readonly provokes?: 'every' | 'final' | undefined
}

const OF_KIND: Readonly<Record<ErrorKind, Failed>> = {
  'rate limit': 'rate limit',
  quota: 'quota',
  overload: 'server',
  server: 'server',
  authentication: 'auth',
  permission: 'auth',
  'context overflow': 'refused',
  'bad request': 'refused',
  'content filter': 'refused',
  'not found': 'refused',
  unknown: 'other',
}

const OF_CONTRACT: readonly (readonly [RegExp, Failed])[] = [
  [/^(json_|gate\.json$)/, 'schema'],
  [/^(tools?[._]|gate\.tool$|roundtrip\.|responses\.function)/, 'tool call'],
  [/^stream\.sse\.complete$/, 'cut'],
  [/^(refusal|filter)\./, 'refused'],
]

/** What came of an attempt, given what its judge said. */
export function causeOf(reply: Reply, judged: Judged): Cause {
  const { status, exchange, answers } = reply
  const { response, evidence } = exchange
  if (evidence.fault !== undefined) return 'provoked'
  if (response.failure !== undefined) return response.failure.code === GIVEN_UP ? 'aborted' : 'network'
  const said = classifyError(reply)
  if (said !== undefined) {
    const isMeant = judged.provokes === 'every' || (judged.provokes === 'final' && said.retry !== 'helps')
    if (isMeant) return 'provoked'
    if (said.kind === 'unknown' && status >= 400 && status < 500) return 'refused'
    return failedGeneration(reply) ?? OF_KIND[said.kind]
  }
  if (status < 200 || status > 299) return 'other'
  if (response.end === 'cancelled' || response.end === 'open') return 'aborted'
  if (response.end === 'aborted' || isCut(reply)) return 'cut'
  if (judged.accepts) return 'accepted'
  if (answers.some(({ finishReasons }) => finishReasons.includes('length'))) return 'truncated'
  const cause = OF_CONTRACT.find(([ids]) => ids.test(judged.contract ?? ''))?.[1] ?? 'other'
  if (cause !== 'schema') return cause
  return answers.every(({ text = '' }) => parseJson(text) !== undefined) ? 'schema' : 'invalid JSON'
}

/** A stream that neither its terminal event nor a finish reason ended. */
function isCut({ stream, answers, api }: Reply): boolean {
  if (stream === undefined || stream.terminated || api === 'unknown') return false
  return !answers.some(({ finishReasons }) => finishReasons.length > 0)
}

const NEVER_REACHED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

/**
 * Whether an attempt cost nothing, because nothing was made: the provider was never reached, or it turned the request away
 * (a 4xx, an overload). Of 5xx, of broken and of abandoned answers nobody knows, unless they report usage.
 */
export function isFree(reply: Reply): boolean {
  const { failure } = reply.exchange.response
  if (failure !== undefined) return NEVER_REACHED.has(failure.code)
  const said = classifyError(reply)
  if (said === undefined || reply.usage !== undefined || reply.answers.length > 0) return false
  if (failedGeneration(reply) !== undefined) return false
  if (said.kind === 'overload') return true
  const isRefusal = reply.status >= 400 || (said.kind !== 'server' && said.kind !== 'unknown')
  return isRefusal && reply.status < 500
}
