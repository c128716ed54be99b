import { filled, isClosed, isFailure, isRecord, isSuccess, jsonText, list } from './_failures.ts'
import { secretsIn } from '../wire/secrets.ts'
import type { Blame, Breach, Contract } from './contract.ts'
import type { ErrorForm, Reply, WireError } from '../wire/types.ts'
import { excerpt } from '../wire/text.ts'
import { shown } from './_chat.ts'

const wire = { mode: 'wire', needs: [], blame: 'wire format' } as const

const OBJECT = 'OpenAI API reference, the error object: error.message, error.type, error.param, error.code'

/** What an error body promises: the shape, the type, the status, and that it is silent about the key. */
export const errorBodyContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'error.envelope',
    level: 'must',
    promise: 'Answers every failure with JSON whose `error` is an object with a non-empty `message`.',
    hint: 'Read the message from where the body has it; where it is no JSON, as of a proxy, go by the status and log the body.',
    source: OBJECT,
    applies: isFailure,
    check: unlikeEnvelope,
  },
  {
    ...wire,
    id: 'error.envelope.strict',
    level: 'may',
    promise: 'Gives every `error` a `type` that is a string, a `code` that is a string or null, and the key `param`.',
    hint: 'Compare codes as text, `String(error.code)`, and do without `type` and `param`.',
    source: OBJECT,
    applies: (reply) => isFailure(reply) && unlikeEnvelope(reply) === undefined,
    check: unlikeStrict,
  },
  {
    ...wire,
    id: 'error.content-type',
    level: 'should',
    promise: 'Labels every JSON error body as JSON.',
    hint: 'Parse the body of a failure as JSON whatever its content type says, and fall back to text.',
    source:
      'RFC 9110, section 8.3 (Content-Type) and RFC 8259, section 11; measured: one provider sends 3 of 11 error bodies as application/octet-stream.',
    // A recording without any header says nothing about this one.
    applies: (reply) => isFailure(reply) && reply.json !== undefined && Object.keys(reply.headers).length > 0,
    check({ headers }) {
      const type = headers['content-type']
      if (type !== undefined && /^\s*application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) return undefined
      return { says: `sent its JSON error ${type === undefined ? 'without a content type' : `as ${excerpt(type)}`}` }
    },
  },
  {
    ...wire,
    id: 'error.not-200',
    level: 'must',
    promise: 'Answers with a failing status where it has an error and no answer.',
    hint: 'Look for `error` in every 2xx body before `choices`, and count it as a failure.',
    source:
      'OpenAI guide, Error codes: every error has a status of its own; measured: content filters, busy backends and gateways have put errors into HTTP 200.',
    applies: (reply) => isSuccess(reply) && isClosed(reply) && (reply.stream !== undefined || reply.json !== undefined),
    check: errorInSuccess,
  },
  {
    ...wire,
    id: 'error.401.no-secret-echo',
    level: 'must',
    promise: 'Never repeats an API key in a failure, unless masked.',
    hint: 'Revoke the key if this answer was logged anywhere, mask messages of this provider, and tell it.',
    source: 'CWE-209 (error message with sensitive information); OpenAI masks the key that it names in a 401.',
    applies: (reply) => isFailure(reply) && !MASKED_WHOLE.test(reply.text),
    check: keyInReply,
  },
  {
    ...wire,
    id: 'error.midstream.no-success-finish',
    level: 'should',
    needs: ['stream'],
    promise: 'Ends no stream as a success after an error inside it.',
    hint: 'Throw the answer away at the first `error` in a stream, whatever finish reason follows.',
    source:
      'OpenAI API reference, streaming: `finish_reason` "stop" means a natural end; measured: gateways have closed a failed upstream with "stop".',
    applies: ({ stream, status, error }) =>
      stream !== undefined && status >= 200 && status < 300 && error?.eventIndex !== undefined,
    check: successAfterError,
  },
]

const FORMS: Readonly<Record<ErrorForm, (error: WireError) => string>> = {
  openai: () => '`error` but no text in `error.message`',
  flat: ({ path }) => `its message at ${path}, with no \`error\` around it`,
  'string-error': () => '`error` as a text, not an object with a `message`',
  detail: () => '`detail` in place of `error`',
  array: () => 'an array around the error',
  'base-resp': () => '`base_resp` in place of `error`',
  string: () => 'a bare JSON string',
  html: () => 'an HTML page',
  text: () => 'plain text',
  sse: () => 'an event-stream line in place of a JSON body',
  empty: () => 'no body',
  other: () => 'JSON that has no `error.message`',
}

function unlikeEnvelope({ status, json, error, text }: Reply): Breach | undefined {
  if (isRecord(json) && isRecord(json.error) && filled(json.error.message) !== undefined) return undefined
  const form = error?.form ?? 'other'
  const says = `answered HTTP ${status} with ${error ? FORMS[form](error) : 'JSON that is no error'}`
  const infrastructure: Blame | undefined =
    form === 'html' || (status >= 500 && (form === 'text' || form === 'empty')) ? 'infrastructure' : undefined
  return {
    says,
    ...(infrastructure === undefined ? {} : { blame: infrastructure }),
    ...(json === undefined || error === undefined ? {} : { path: error.path }),
    ...(text === '' ? {} : { bytes: excerpt(text, 120) }),
  }
}

function unlikeStrict({ json }: Reply): Breach | undefined {
  const error = isRecord(json) && isRecord(json.error) ? json.error : {}
  const { type, code } = error
  const missing = ['type', 'code', 'param'].filter((key) => error[key] === undefined)
  const odd = [
    type !== undefined && typeof type !== 'string' ? `\`type\` as ${shown(type)}` : [],
    code !== undefined && code !== null && typeof code !== 'string' ? `\`code\` as ${shown(code)}` : [],
  ].flat()
  if (missing.length === 0 && odd.length === 0) return undefined
  const parts = [
    missing.length > 0 ? `left out ${missing.map((key) => `\`${key}\``).join(' and ')}` : [],
    odd.length > 0 ? `sent ${odd.join(' and ')}` : [],
  ].flat()
  return { says: parts.join(' and '), path: '$.error' }
}

function errorInSuccess({ api, status, error, answers, json, stream }: Reply): Breach | undefined {
  // A message beside nothing else may well be the good answer of an API that is none of OpenAI's.
  if (api === 'unknown' && (error?.form === 'flat' || error?.form === 'detail')) return undefined
  if (!error || answers.some((answer) => answer.contentEvents > 0)) return undefined
  const says = `answered HTTP ${status} with an error in place of an answer`
  const bytes = error.message === undefined ? {} : { bytes: excerpt(error.message, 120) }
  if (!stream) {
    // A response, a batch or a job that failed is itself a good answer, and says so in its own `error`.
    const ofItsOwn = isRecord(json) && filled(json.object) !== undefined && json.object !== 'error'
    return ofItsOwn && !Array.isArray(isRecord(json) && json.choices) ? undefined : { says, path: error.path, ...bytes }
  }
  // An event named `error` is the protocol's own word for what went wrong after the status had been sent.
  const { eventIndex = 0, path } = error
  const isNamed = stream.events[eventIndex]?.event === 'error' || stream.comments > 0
  return eventIndex > 0 || isNamed
    ? undefined
    : { says: `began its stream, HTTP ${status}, with an error`, path, event: 0, ...bytes }
}

const MASK = /[\w-]{0,100}(\*{2,}|•{2,}|…|\.{3})[\w-]{0,100}/g
// Stars alone, as long as a key: a mask of the provider's own, or of the recording; no reader can tell which.
const MASKED_WHOLE = /(?<![\w*-])\*{16,}(?![\w*-])/
const NAMED_KEY =
  /(?:api[ _-]?key(?: provided| is)?["']?\s{0,2}[:=]|key expected\. received=)\s{0,2}["'`]?([\w-]{12,200})/gi
// Words joined by signs or by capitals: `Authorization-Header`, `InvalidApiKey`.
const WORDS = /^([A-Z]?[a-z]+|[A-Z]+)([-_]?[A-Z][a-z]+|[-_][a-z]+|[-_][A-Z]+)*$/

/** True for a word that a key could be: letters with digits among them, or in both cases and no joined words. */
function isKey(word: string): boolean {
  return /[a-z]/i.test(word) && (/\d/.test(word) || (/[a-z]/.test(word) && /[A-Z]/.test(word) && !WORDS.test(word)))
}

/** True for what stands in documentation in place of a key, and is sent by who forgot to replace it. */
function isPlaceholder(word: string): boolean {
  return !/\d/.test(word) && /(.)\1{5}|your|example|xxx|key/i.test(word)
}

const LONGEST = 200_000

function keyInReply({ text, headers, exchange }: Reply): Breach | undefined {
  const asked = secretsIn(exchange.request?.text ?? '', {})
  const places = [
    ['its body', text] as const,
    ...Object.entries(headers).map(([name, value]) => [`its header ${name}`, value] as const),
  ]
  for (const [place, value] of places) {
    const bare = value
      .slice(0, LONGEST)
      .replace(MASK, '')
      .replace(/[\w.~+/-]{8,}/g, (word) => (isPlaceholder(word) ? '' : word))
    const secret = secretsIn(bare, {}).find((kind) => !asked.includes(kind))
    const named = [...bare.matchAll(NAMED_KEY)].some(([, word = '']) => isKey(word))
    const kind = secret ?? (named ? 'what it calls an API key' : undefined)
    if (kind !== undefined) return { says: `repeated ${kind}, unmasked, in ${place}` }
  }
  return undefined
}

const SUCCESS = new Set<unknown>(['stop', 'tool_calls', 'function_call'])

function successAfterError({ stream, error }: Reply): Breach | undefined {
  const from = error?.eventIndex ?? 0
  for (let event = from; event < (stream?.events.length ?? 0); event++) {
    const json = stream?.events[event]?.json
    if (!isRecord(json)) continue
    const at = list(json.choices).findIndex((choice) => isRecord(choice) && SUCCESS.has(choice.finish_reason))
    const choice = list(json.choices)[at]
    const said = isRecord(choice)
      ? `finish_reason ${jsonText(choice.finish_reason ?? null)}`
      : json.type === 'response.completed'
        ? 'response.completed'
        : undefined
    if (said === undefined) continue
    const path = isRecord(choice) ? `$.choices[${at}].finish_reason` : '$.type'
    return { says: `sent ${said} in event ${event + 1}, after the error in event ${from + 1}`, path, event }
  }
  return undefined
}
