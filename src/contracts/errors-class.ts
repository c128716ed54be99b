import { filled, isFailure, isRecord, jsonText } from './_failures.ts'
import { isSpent } from './_wait.ts'
import { classifyError, restsOnStatus, type ErrorClass, type ErrorKind } from './classify.ts'
import type { CheckWith, Reader } from './_reread.ts'
import { readReply } from '../wire/reply.ts'
import type { Check } from './contract.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { quoted } from '../wire/text.ts'

/** What the OpenAI SDK for TypeScript makes of a failing response. */
export interface SdkError {
  readonly name: string
  readonly status: number
  /** `error.code`, as the wire has it. */
  readonly code: unknown
  readonly requestID: string | undefined
  readonly message: string
}

const CLASSES: Readonly<Record<number, string>> = {
  400: 'BadRequestError',
  401: 'AuthenticationError',
  403: 'PermissionDeniedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  422: 'UnprocessableEntityError',
  429: 'RateLimitError',
}

/**
 * The error that the OpenAI SDK throws for a failing response, by its own table: the class follows the status alone, and
 * `code` and the message come from `error`, or from the whole body where it is an object without `error`.
 *
 * @example
 * ```ts
 * sdkErrorOf(readReply(exchange)).name // 'RateLimitError'
 * ```
 */
export function sdkErrorOf({ status, headers, json, text }: Reply): SdkError {
  const body = typeof json === 'object' && json !== null ? json : undefined
  const error = isRecord(body) && body.error !== undefined && body.error !== null ? body.error : body
  const own = isRecord(error) ? error.message : undefined
  const told = own ? (typeof own === 'string' ? own : jsonText(own)) : error ? jsonText(error) : json ? '' : text
  const message = told || 'status code (no body)'
  return {
    name: CLASSES[status] ?? (status >= 500 ? 'InternalServerError' : 'APIError'),
    status,
    code: isRecord(error) ? error.code : undefined,
    requestID: filled(headers['x-request-id']),
    message: `${status} ${message}`,
  }
}

const REFUSALS = ['BadRequestError', 'UnprocessableEntityError', 'APIError']

// `APIError` itself misleads nobody: the SDK has no class for 402 and 413. OpenAI answers an unknown model with 400 in the
// Responses API, and a spent quota with 429.
const RIGHT: Readonly<Record<ErrorKind, readonly string[] | undefined>> = {
  authentication: ['AuthenticationError', 'PermissionDeniedError'],
  permission: ['PermissionDeniedError', 'AuthenticationError', 'NotFoundError', 'APIError'],
  'rate limit': ['RateLimitError', 'APIError'],
  quota: ['RateLimitError', 'PermissionDeniedError', 'APIError'],
  overload: ['InternalServerError', 'RateLimitError', 'APIError'],
  'not found': ['NotFoundError', 'PermissionDeniedError', ...REFUSALS],
  'context overflow': REFUSALS,
  'content filter': [...REFUSALS, 'PermissionDeniedError'],
  'bad request': [...REFUSALS, 'NotFoundError', 'ConflictError'],
  server: ['InternalServerError', 'APIError'],
  unknown: undefined,
}

/** The check of `error.sdk-class` with a reader: what the SDK would make of what it read. */
export function checkSdkClass(read: Reader = readReply): Check {
  return (reply) => {
    const error = classifyError(reply)
    const { name, message } = sdkErrorOf(read(reply.exchange))
    const right = error && RIGHT[error.kind]
    if (error && right && !right.includes(name)) {
      const says = `gave the OpenAI SDK its ${name}, HTTP ${reply.status}, for ${NAMES[error.kind]}: ${error.evidence}`
      return { says, ...pathIn(error) }
    }
    const lost = filled(reply.error?.message)
    if (lost === undefined || !message.endsWith('status code (no body)')) return undefined
    return { says: `left the OpenAI SDK to say "${message}" in place of ${quoted(lost)}`, path: '$' }
  }
}

const NAMES: Readonly<Record<ErrorKind, string>> = {
  'rate limit': 'a rate limit',
  quota: 'a spent quota',
  overload: 'an overload',
  'context overflow': 'a context overflow',
  authentication: 'a key that is wrong or missing',
  permission: 'a lack of permission',
  'bad request': 'a bad request',
  'content filter': 'a content filter',
  'not found': 'something not found',
  server: 'a fault of the server',
  unknown: 'an unknown error',
}

function pathIn({ evidence }: ErrorClass): { path?: string } {
  const path = /^\$\S*/.exec(evidence)?.[0]
  return path === undefined ? {} : { path }
}

/** The check of `error.quota-vs-rate`: a 429 tells its cause by more than its status. */
export const quotaFromRate: Check = (reply) => {
  const error = classifyError(reply)
  if (!error || !restsOnStatus(error) || error.afterMs !== undefined) return undefined
  if (Object.entries(reply.headers).some(isSpent)) return undefined
  const told = reply.error?.message
  const says = `answered HTTP 429 ${told === undefined ? 'without a word on its cause' : `with ${quoted(told)} alone`}`
  return { says: `${says}: a rate limit, a spent quota or a full service`, path: reply.error?.path ?? '$' }
}

/** True for a whole answer with a status of 500 or more that HTTP knows as temporary. */
export function isServerError(reply: Reply): boolean {
  return isFailure(reply) && reply.status >= 500 && reply.status < 600 && reply.status !== 501 && reply.status !== 505
}

const PAGES: readonly (readonly [what: string, type: string, text: string])[] = [
  ['no body', 'text/plain', ''],
  ['an HTML page', 'text/html', '<html><head><title>Bad gateway</title></head></html>'],
]

/** The check of `error.5xx.classified` with a reader, on this answer and on what a proxy makes of it. */
export function checkClassified(read: Reader = readReply): Check {
  return ({ exchange, status }) => {
    if (classifyError(read(exchange)) === undefined)
      return { says: `answered HTTP ${status}, which was read as no error` }
    for (const [what, type, text] of PAGES) {
      const page = classifyError(read(paged(exchange, type, text)))
      const isTemporary = page?.kind === 'server' || page?.kind === 'overload'
      if (isTemporary && page.retry === 'helps') continue
      const taken = page ? `${page.kind}, retry ${page.retry}` : 'no error'
      return { says: `answered HTTP ${status}, which with ${what} was read as ${taken}` }
    }
    return undefined
  }
}

/** The checks of mode `client`, each to be tried with a reader that is wrong. */
export const errorsCheckWith = {
  'error.5xx.classified': checkClassified,
  'error.sdk-class': checkSdkClass,
} as const satisfies Readonly<Record<string, CheckWith>>

/** The same status with another body, as a proxy would send it. */
function paged(exchange: Exchange, type: string, text: string): Exchange {
  const pieces = text === '' ? [] : [{ at: 0, bytes: Buffer.from(text) }]
  return { ...exchange, response: { ...exchange.response, headers: { 'content-type': type }, pieces } }
}
