import type { Exchange, Failure, Json, Piece, WireRequest, WireResponse } from '../wire/exchange.ts'
import { LlmContractsError } from '../errors.ts'
import type { RecordedExchange, RecordedRequest } from './format.ts'
import { packResponse } from './format.ts'
import { unpackPieces } from './pieces.ts'
import { keptHeaders, keptPath } from './redact.ts'
import { readReply } from '../wire/reply.ts'
import { maskText, secretsIn } from '../wire/secrets.ts'

/** A request as a recording keeps it, secrets masked or not. */
export function packRequest(request: WireRequest, secrets: 'masked' | 'as they are'): RecordedRequest {
  const mask = secrets === 'masked' ? maskText : (text: string) => text
  const { method, url, contentType, text, parts, sha256 } = request
  const type = parts === undefined ? contentType : 'multipart/form-data'
  const shell = { method, path: mask(keptPath(url)), headers: type === undefined ? {} : { 'content-type': type } }
  if (parts !== undefined) {
    return {
      ...shell,
      parts: parts.map((part) => ({
        ...part,
        ...(part.filename === undefined ? {} : { filename: mask(part.filename) }),
        ...(part.text === undefined ? {} : { text: mask(`${part.name}=${part.text}`).slice(part.name.length + 1) }),
      })),
    }
  }
  if (sha256 !== undefined) return { ...shell, sha256 }
  if (text === '') return shell
  const kept = mask(text)
  try {
    return { ...shell, body: losesDigits(kept) ? kept : (JSON.parse(kept) as Json) }
  } catch {
    return { ...shell, body: kept }
  }
}

type Revive = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** Whether JSON holds an integer, such as a long seed, that a number of JavaScript would take for its neighbour. */
function losesDigits(text: string): boolean {
  if (!/\d{16}/.test(text)) return false
  let loses = false
  const look: Revive = (_, value, { source }) => {
    if (typeof value === 'number' && /^-?\d+$/.test(source ?? '')) loses ||= BigInt(value) !== BigInt(source ?? '')
    return null
  }
  JSON.parse(text, look as Parameters<typeof JSON.parse>[1])
  return loses
}

/** An exchange as a recording keeps it, secrets masked. */
export function packExchange(exchange: Exchange): RecordedExchange {
  const { request, response } = exchange
  const packed = packRequest(request as WireRequest, 'masked')
  const { failure, pieces } = response
  if (failure !== undefined)
    return {
      request: packed,
      failure: { ...packFailure(failure), ms: Math.round(pieces[0]?.at ?? 0) },
    }
  const kept = masked(response)
  mustHideSecrets({ ...exchange, response: kept })
  const packedResponse = packResponse(kept, keptHeaders(response.headers))
  const { broke } = response
  return {
    request: packed,
    response: broke === undefined ? packedResponse : { ...packedResponse, broke: packFailure(broke) },
  }
}

// Without the port, which is another every time.
const packFailure = ({ code, message }: Failure): Failure => ({
  code,
  message: maskText(message.replace(/:\d+$/, '')),
})

/** The answer of a recorded exchange, byte for byte. */
export function unpackResponse({ response, failure }: RecordedExchange): WireResponse {
  if (failure !== undefined) {
    const { code, message } = failure
    return { status: 0, headers: {}, pieces: [], end: 'aborted', failure: { code, message } }
  }
  const { status, headers, end, broke } = response
  const cancelled = end === 'cancelled' && { cancelledAt: response.ms }
  return { status, headers, pieces: unpackPieces(response), end, ...cancelled, ...(broke && { broke }) }
}

/** A secret that a stream spells out over several events cannot be masked in any of them, so it must not be kept at all. */
function mustHideSecrets(exchange: Exchange): void {
  const { answers } = readReply(exchange)
  const said = answers.flatMap(({ text, reasoning, refusal, toolCalls }) => [
    text,
    reasoning,
    refusal,
    ...toolCalls.map((call) => call.arguments),
  ])
  const found = said.flatMap((text) => (text === undefined ? [] : secretsIn(text, process.env)))
  if (found[0] === undefined) return
  throw new LlmContractsError(
    'secret-found',
    `The recording was not written, because the answer spells out ${found[0]}. Keep the secret out of what the model is given.`,
  )
}

// Over the whole body, so that a secret cut in two by the network is found; sign for sign, so that the cuts stay.
function masked(response: WireResponse): WireResponse {
  const text = response.pieces.map(({ bytes }) => Buffer.from(bytes).toString('latin1')).join('')
  const hidden = maskText(text, process.env, 'answer')
  if (hidden === text) return response
  let from = 0
  const pieces = response.pieces.map(({ at, bytes }): Piece => {
    const piece = { at, bytes: Buffer.from(hidden.slice(from, from + bytes.length), 'latin1') }
    from += bytes.length
    return piece
  })
  return { ...response, pieces }
}
