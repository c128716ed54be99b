import { readRetryAfter } from '../src/contracts/classify.ts'
import type { ErrorForm, Reply, WireError } from '../src/wire/types.ts'
import { httpStatus } from './_answer.ts'
import { counted, excerpt, inCode, kindOf, listed, quoted } from '../src/wire/text.ts'

/** One thing wrong with a failure: the promise it breaks, and a clause that continues "It". */
export interface Fault {
  readonly contract: string
  readonly clause: string
}

const forms: Readonly<Record<Exclude<ErrorForm, 'openai'>, string>> = {
  flat: 'a flat object, with no "error" around message and code',
  'string-error': 'an "error" that is a string in place of an object',
  detail: 'an object with "detail" where "error" should be',
  array: 'a JSON array around the error',
  'base-resp': 'an object with "base_resp" where "error" should be',
  string: 'a bare JSON string',
  html: 'HTML in place of JSON',
  text: 'plain text in place of JSON',
  sse: 'an event stream in place of JSON',
  empty: 'an empty body',
  other: 'JSON with no error in it',
}

/** Why a reply is no failure at all, or one that hides behind HTTP 200. */
export function notFailed({ status, error, stream, text, answers }: Reply, contract: string): Fault | undefined {
  if (status < 200 || status > 299) return undefined
  if (error === undefined) {
    const said = answers[0]?.text ?? text
    return { contract, clause: `did not fail: it answered ${httpStatus(status)} with ${quoted(said)}` }
  }
  const message = error.message === undefined ? '' : `: ${quoted(error.message)}`
  const { eventIndex } = error
  if (eventIndex === undefined)
    return { contract: 'error.not-200', clause: `answered ${httpStatus(status)} with an error inside${message}` }
  const inStream = eventIndex === 0 ? 'stream.preflight-error-is-http' : 'stream.error.midstream-surfaced'
  const place = `in event ${eventIndex + 1} of ${stream?.events.length ?? 0}`
  return {
    contract: inStream,
    clause: `answered ${httpStatus(status)} and sent the error into its stream, ${place}${message}`,
  }
}

/** What keeps an error body from being OpenAI's: its form, its content type, fields missing or of another kind. */
export function* envelopeFaults({ headers }: Reply, error: WireError): Iterable<Fault> {
  const type = headers['content-type']
  if (error.form !== 'openai') yield { contract: 'error.envelope', clause: `sent ${forms[error.form]}` }
  else yield* fieldFaults(error.fields ?? {})
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type ?? '')) {
    const said = type === undefined ? 'no content-type' : `content-type ${excerpt(type)}`
    yield { contract: 'error.content-type', clause: `sent ${said} in place of application/json` }
  }
}

const fields = [
  {
    key: 'message',
    contract: 'error.envelope',
    wanted: 'a non-empty string',
    fits: (value: unknown) => typeof value === 'string' && value.trim() !== '',
  },
  {
    key: 'type',
    contract: 'error.envelope.strict',
    wanted: 'a string',
    fits: (value: unknown) => typeof value === 'string',
  },
  {
    key: 'param',
    contract: 'error.envelope.strict',
    wanted: 'a string or null',
    fits: (value: unknown) => value === null || typeof value === 'string',
  },
  {
    key: 'code',
    contract: 'error.envelope.strict',
    wanted: 'a string or null',
    fits: (value: unknown) => value === null || typeof value === 'string',
  },
]

function* fieldFaults(error: Readonly<Record<string, unknown>>): Iterable<Fault> {
  const missing = fields.filter(({ key }) => !(key in error))
  const [worst] = missing
  if (worst !== undefined)
    yield { contract: worst.contract, clause: `left out ${listed(missing.map(({ key }) => `error.${key}`))}` }
  for (const { key, contract, wanted, fits } of fields) {
    const value = error[key]
    if (!(key in error) || fits(value)) continue
    const shown = value === '' ? 'an empty string' : `${kindOf(value)} (${inCode(value, 40)})`
    yield { contract, clause: `sent error.${key} as ${value === null ? 'null' : shown}, where ${wanted} belongs` }
  }
}

/** What is wrong with the advice on when to retry: none that can be read, or one that is too short. */
export function* retryFault({ headers }: Reply, wanted: true | number | undefined): Iterable<Fault> {
  const ms = readRetryAfter(headers)
  const wait = ms === undefined ? undefined : ms / 1000
  if (wanted === undefined || (wait !== undefined && (wanted === true || wait >= wanted))) return
  const clause = wait === undefined ? unreadable(headers['retry-after']) : `advised to wait ${counted(wait, 'second')}`
  yield { contract: 'error.429.retry-after', clause }
}

function unreadable(told: string | undefined): string {
  const none = 'gave no retry-after header that can be read'
  if (told === undefined || told.trim() === '') return none
  const why = /^[A-Z][a-z]{2,8}, |^\d{4}-/.test(told) ? ', a date with no date header to count it from' : ''
  return `${none}: ${quoted(told, 40)}${why}`
}
