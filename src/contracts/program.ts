import { LlmContractsError } from '../errors.ts'
import type { Exchange, WireResponse } from '../wire/exchange.ts'
import { isRecord, list } from '../wire/guards.ts'
import { readReply } from '../wire/reply.ts'
import { exchangeOf } from '../wire/seen.ts'
import { quoted } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { classifyError as classify, type ErrorClass } from './classify.ts'
import type { ContractVerdict } from './contract.ts'
import { judge as judged } from './judge.ts'

/**
 * Judges one exchange by every contract of the catalogue that can be judged without a run. Its bytes may be anything.
 *
 * @throws {LlmContractsError} `bad-option` for what is no exchange.
 * @example
 * ```ts
 * const bytes = new Uint8Array(await response.arrayBuffer())
 * const exchange: Exchange = {
 *   request: { method: 'POST', url, contentType: 'application/json', text: JSON.stringify(body) },
 *   response: {
 *     status: response.status,
 *     headers: Object.fromEntries(response.headers),
 *     pieces: [{ at: 0, bytes }],
 *     end: 'closed',
 *   },
 *   provider: { name: 'acme', label: 'Acme' },
 *   evidence: { seen: 'given', number: 1 },
 * }
 * judge(exchange).filter(({ verdict }) => verdict === 'broken')
 * ```
 */
export function judge(exchange: Exchange): ContractVerdict[] {
  if (isExchange(exchange)) return judged(exchange)
  throw new LlmContractsError('bad-option', `judge takes an exchange, and got ${named(exchange)}.`)
}

/**
 * Tells what an error means, by one table: a provider's own numbers count before words, words before phrases, and the bare
 * status last, because providers use the same status for a full queue and for an empty account. Undefined where a reply
 * has no error. A server's `x-should-retry` has the last word on retries.
 *
 * @param failed An error of the OpenAI SDK or the Vercel AI SDK, one that it caused, an exchange, or what `readReply` made
 * of one.
 * @throws {LlmContractsError} `bad-option` for anything else.
 * @example
 * ```ts
 * const error = await client.chat.completions.create({ model, messages }).catch((error: unknown) => error)
 * classifyError(error) // { kind: 'quota', retry: 'never', evidence: '$.error.code "insufficient_quota"' }
 * ```
 */
export function classifyError(failed: unknown): ErrorClass | undefined {
  if (isReply(failed)) return classify(failed)
  const exchange = isExchange(failed) ? failed : exchangeBehind(failed)
  if (exchange !== undefined) return classify(readReply(exchange))
  const what = 'classifyError takes an error of the SDK, an exchange, or what readReply made of one'
  throw new LlmContractsError('bad-option', `${what}, and got ${named(failed)}.`)
}

/** The exchange that an error came from: the one that was seen on the wire, or what the error kept of it. */
function exchangeBehind(error: unknown): Exchange | undefined {
  let at = error
  for (let depth = 0; depth < 8 && typeof at === 'object' && at !== null; depth += 1) {
    const { headers, cause, lastError } = at as { headers?: unknown; cause?: unknown; lastError?: unknown }
    const seen = exchangeOf(at) ?? (typeof headers === 'object' && headers !== null ? exchangeOf(headers) : undefined)
    const kept = seen ?? keptBy(at)
    if (kept !== undefined) return kept
    at = cause ?? lastError
  }
  return undefined
}

interface Kept {
  readonly constructor: { readonly name?: unknown }
  readonly message?: unknown
  readonly cause?: unknown
  /** Of the OpenAI SDK. */
  readonly status?: unknown
  readonly error?: unknown
  readonly headers?: unknown
  /** Of the Vercel AI SDK. */
  readonly statusCode?: unknown
  readonly responseBody?: unknown
  readonly responseHeaders?: unknown
}

function keptBy(thing: object): Exchange | undefined {
  if (!(thing instanceof Error)) return undefined
  const error = thing as unknown as Kept
  const message = String(error.message)
  if (/^APIConnection(Timeout)?Error$/.test(String(error.constructor.name))) {
    const { code } = (error.cause ?? {}) as { readonly code?: unknown }
    const failure = { code: typeof code === 'string' ? code : message, message }
    return given({ status: 0, headers: {}, pieces: [], end: 'aborted', failure })
  }
  // An error inside a stream comes without a status: it came with a 200.
  const status = error.status ?? error.statusCode ?? (isRecord(error.error) ? 200 : undefined)
  if (typeof status !== 'number') return undefined
  const headers = error.headers instanceof Headers ? Object.fromEntries(error.headers) : error.responseHeaders
  const { responseBody: body } = error
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify({ error: error.error ?? { message } }))
  const told = isRecord(headers) ? (headers as Readonly<Record<string, string>>) : {}
  return given({ status, headers: told, pieces: [{ at: 0, bytes }], end: 'closed' })
}

function given(response: WireResponse): Exchange {
  return { request: undefined, response, provider: undefined, evidence: { seen: 'given', number: 1 } }
}

function isReply(thing: unknown): thing is Reply {
  return isRecord(thing) && Array.isArray(thing['answers']) && isExchange(thing['exchange'])
}

function isExchange(thing: unknown): thing is Exchange {
  if (!isRecord(thing) || !isRecord(thing['evidence'])) return false
  const { response } = thing
  if (!isRecord(response) || typeof response.status !== 'number' || !isRecord(response.headers)) return false
  const pieces: readonly unknown[] = list(response.pieces)
  return (
    Array.isArray(response.pieces) &&
    pieces.every((piece) => ArrayBuffer.isView((piece as { bytes?: unknown } | null)?.bytes))
  )
}

function named(thing: unknown): string {
  if (thing === null || thing === undefined) return String(thing)
  if (thing instanceof Error) return `the error ${quoted(thing.message)}, which holds nothing of an answer`
  if (typeof thing !== 'object') return `a ${typeof thing}`
  const name = (thing as { constructor?: { name?: string } }).constructor?.name ?? 'Object'
  return name === 'Object' ? 'another object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}
