import { parseJson } from './guards.ts'
import { apiOfBody, apiOfEvents, apiOfUrl, readAsked } from './ask.ts'
import { readChat, readChatStream, type Facts } from './chat.ts'
import { readBodyError, readStreamError } from './error.ts'
import { bodyText, type Exchange, type WireResponse } from './exchange.ts'
import { readResponse, readResponseStream } from './responses.ts'
import { readStream } from './sse.ts'
import type { Reply } from './types.ts'

const replies = new WeakMap<Exchange, Reply>()

/**
 * Reads an exchange into plain facts, once: a later call gives the same object, except while the body is still `open`.
 * Never throws, whatever the bytes are.
 *
 * The API is the one the request's path names, else the one the body shows. The body is a stream where its content type
 * is `text/event-stream`, and where it begins as one (a field name or a comment colon) though the type is missing or
 * says otherwise, as in old recordings. It is no stream where it begins as JSON or HTML, whatever the type says:
 * gateways answer a streaming request with a bare error body under the stream's content type.
 *
 * Answers are read from 2xx responses only, and from those also where an error stands beside them.
 *
 * @example
 * ```ts
 * const { answers, usage, error } = readReply(exchange)
 * ```
 */
export function readReply(exchange: Exchange): Reply {
  const known = replies.get(exchange)
  if (known) return known
  const reply = read(exchange)
  if (exchange.response.end !== 'open') replies.set(exchange, reply)
  return reply
}

const nothing: Facts = { answers: [], usage: undefined, model: undefined }

function read(exchange: Exchange): Reply {
  const { request, response } = exchange
  const { status, headers } = response
  const asked = request && readAsked(request)
  const named = request ? apiOfUrl(request.url) : 'unknown'
  const ok = status >= 200 && status < 300

  if (isStream(response)) {
    const stream = readStream(response.pieces, named)
    const api = named === 'unknown' ? apiOfEvents(stream.events) : named
    const facts = !ok ? nothing : (api === 'responses' ? readResponseStream : readChatStream)(stream.events)
    const error = readStreamError(stream.events, ok)
    let text: string | undefined
    return {
      exchange,
      api,
      asked,
      status,
      headers,
      get text() {
        return (text ??= bodyText(response))
      },
      json: undefined,
      stream,
      ...facts,
      error,
    }
  }

  const text = bodyText(response)
  const json = parseJson(text)
  const api = named === 'unknown' ? apiOfBody(json) : named
  const facts = !ok ? nothing : (api === 'responses' ? readResponse : readChat)(json)
  const error = readBodyError(text, json, ok)
  return { exchange, api, asked, status, headers, text, json, stream: undefined, ...facts, error }
}

function isStream({ headers, pieces }: WireResponse): boolean {
  let start = ''
  for (const { bytes } of pieces) {
    start += Buffer.from(bytes.subarray(0, 256)).toString('latin1')
    start = start.replace(/^(\xEF\xBB\xBF)?\s*/, '')
    if (start.length > 5) break
  }
  if (/^(:|(data|event|id|retry):)/.test(start)) return true
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '') && !/^[[{"<]/.test(start)
}
