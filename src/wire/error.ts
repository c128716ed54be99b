import { filled, isRecord, jsonText, list, num, str, type JsonObject } from './guards.ts'
import type { Json } from './exchange.ts'
import { isDone } from './sse.ts'
import type { ErrorForm, WireError, WireEvent } from './types.ts'

/**
 * Reads the error of a response body that is no event stream. With a failing status every body is an error, whatever
 * it says. With `ok` only what names itself one is: a filled `error`, `choices[].error` (OpenRouter), `x_groq.error`,
 * MiniMax's `base_resp` with a code other than 0, `object` or `type` of `error`, `success: false`, or a message where
 * an answer should be. An `error` that is null, or whose every field is empty, is none.
 *
 * @example
 * ```ts
 * readBodyError('{"error":{"message":"no"}}', { error: { message: 'no' } }, false)?.path // '$.error'
 * ```
 */
export function readBodyError(text: string, json: Json | undefined, ok: boolean): WireError | undefined {
  if (json !== undefined) return ok ? namedError(json) : anyError(json)
  if (ok) return undefined
  const trimmed = text.trim()
  if (trimmed === '') return fault('empty', undefined, '$')
  if (!trimmed.startsWith('<')) return fault('text', undefined, '$', trimmed)
  return fault('html', undefined, '$', /<title>\s*([^<]+?)\s*<\/title>/i.exec(trimmed.slice(0, 4096))?.[1])
}

/**
 * Reads the first error inside a stream: an event named `error`, or data that names itself an error (see
 * {@link readBodyError}; `response.failed` by its `response.error`). A message alone is none there, since keep-alives have
 * one too: a code, a failing status or a type that speaks of a failure must stand beside it. Of an event with a foreign
 * name (`ping`) only a filled `error` counts, as in OpenAI's clients. With a failing status the form is `sse` and any
 * first event counts (Qwen answers HTTP 400 with one `data:` line).
 *
 * @example
 * ```ts
 * readStreamError(readStream(pieces, 'chat').events, true)?.eventIndex
 * ```
 */
export function readStreamError(events: readonly WireEvent[], ok: boolean): WireError | undefined {
  for (const [eventIndex, { event, json, data }] of events.entries()) {
    const error =
      event === 'error' ? errorOf(json, data) : ok && !isMeant(event, json) ? undefined : namedError(json, ok)
    if (error) return { ...error, form: ok ? error.form : 'sse', eventIndex }
  }
  if (ok) return undefined
  const [first] = events
  if (!first || isDone(first.data)) return fault('empty', undefined, '$')
  return { ...errorOf(first.json, first.data), form: 'sse', eventIndex: 0 }
}

function errorOf(json: Json | undefined, data: string): WireError {
  return json === undefined ? fault('text', undefined, '$', data) : anyError(json)
}

function isMeant(event: string | undefined, json: Json | undefined): boolean {
  return /^(|message|(chat\.completion|response).*)$/.test(event ?? '') || (isRecord(json) && Boolean(json.error))
}

function anyError(json: Json): WireError {
  const named = namedError(json)
  if (named) return named
  if (typeof json === 'string') return fault('string', undefined, '$', json)
  if (Array.isArray(json)) {
    const [first] = json
    if (isRecord(first)) return fault('array', first, '$[0]')
    return fault('array', undefined, '$', filled(first))
  }
  if (!isRecord(json)) return fault('other', undefined, '$')
  if (isRecord(json.error)) return fault('openai', json.error, '$.error')
  return plainError(json)
}

function plainError(json: JsonObject): WireError {
  // ModelScope has an object there, watsonx a list.
  if (isRecord(json.errors)) return fault('other', json.errors, '$.errors')
  const [first] = list(json.errors)
  if (isRecord(first)) return fault('other', first, '$.errors[0]')
  if (filled(json.message) ?? filled(json.msg)) return fault('flat', json, '$')
  if (isRecord(json.detail)) return fault('detail', json.detail, '$.detail')
  if (json.detail !== undefined) return fault('detail', json, '$', detailText(json.detail) ?? filled(json.title))
  return fault('other', json, '$')
}

function namedError(json: Json | undefined, inStream = false): WireError | undefined {
  if (Array.isArray(json)) {
    const [first] = json
    const error = isRecord(first) && 'error' in first ? namedError(first) : undefined
    return error && { ...error, form: 'array', path: error.path.replace('$', '$[0]') }
  }
  if (!isRecord(json)) return undefined
  const { error, response, x_groq: groq } = json
  if (isRecord(error) && hasContent(error)) return fault('openai', error, '$.error')
  if (filled(error)) return fault('string-error', json, '$', filled(error))
  for (const [at, choice] of list(json.choices).entries()) {
    if (isRecord(choice) && isRecord(choice.error) && hasContent(choice.error)) {
      return fault('openai', choice.error, `$.choices[${at}].error`)
    }
  }
  if (isRecord(response) && isRecord(response.error) && hasContent(response.error)) {
    return fault('openai', response.error, '$.response.error')
  }
  if (isRecord(groq) && filled(groq.error)) return fault('string-error', groq, '$.x_groq')
  const failed = isRecord(response) ? response : json
  if (failed.object === 'response' && failed.status === 'failed') {
    return fault('other', failed, failed === json ? '$' : '$.response')
  }
  const base = json.base_resp
  if (isRecord(base) && base.status_code) {
    return { ...fault('base-resp', base, '$.base_resp', filled(base.status_msg)), code: base.status_code }
  }
  const [first] = list(json.errors)
  if (json.success === false && isRecord(first)) return fault('other', first, '$.errors[0]')
  return saysError(json, inStream) ? plainError(json) : undefined
}

function saysError(json: JsonObject, inStream: boolean): boolean {
  if (json.object === 'error' || json.type === 'error' || json.success === false) return true
  const message = filled(json.message) ?? filled(json.msg) ?? filled(json.detail)
  const answers = json.object ?? json.choices ?? json.output ?? json.data
  const isEvent = str(json.type)?.startsWith('response.') === true
  return message !== undefined && (answers ?? null) === null && !isEvent && (!inStream || isCoded(json))
}

function isCoded({ code, status, status_code: number, type }: JsonObject): boolean {
  const hasCode = filled(code) !== undefined || (num(code) ?? 0) >= 400
  return (
    hasCode || [status, number].some((each) => (num(each) ?? 0) >= 400) || /error|exception|fail/i.test(str(type) ?? '')
  )
}

function hasContent(error: JsonObject): boolean {
  return Object.values(error).some(Boolean)
}

function fault(form: ErrorForm, fields: JsonObject | undefined, path: string, message?: string): WireError {
  const best = message ?? (fields && messageIn(fields))
  const { type, code, param } = fields ?? {}
  return { form, message: best, type, code, param, fields, path, eventIndex: undefined }
}

function messageIn(fields: JsonObject): string | undefined {
  for (const key of ['message', 'msg', 'Message', 'detail', 'title', 'error_description', 'error']) {
    const value = fields[key]
    const text = filled(value) ?? (value !== null && typeof value === 'object' ? detailText(value) : undefined)
    if (text !== undefined) return text
  }
  return undefined
}

/** FastAPI's `detail` is a text or a list of `{ loc, msg, type }`. */
function detailText(detail: Json): string | undefined {
  if (typeof detail === 'string') return filled(detail)
  const messages = list(detail).flatMap((item) => (isRecord(item) ? (filled(item.msg) ?? []) : []))
  if (messages.length > 0) return messages.join('; ')
  return detail !== null && typeof detail === 'object' ? filled(jsonText(detail)) : undefined
}
