import { isRecord, type JsonObject } from '../wire/guards.ts'
import { inCode } from '../wire/text.ts'
import { isLayout } from './layout.ts'

/** What keeps a JSON value from being a recording. */
export interface Flaw {
  /** The field, such as `exchanges[0].response.stream`. */
  readonly path: string
  /** The rest of the sentence. */
  readonly says: string
}

const flaw = (path: string, says: string): Flaw => ({ path, says })

/** The first flaw of what should be a recording of a format; undefined where replaying it cannot fail for its form. */
export function flawOf(value: unknown, format: number): Flaw | undefined {
  if (!isRecord(value) || value['format'] === undefined) return flaw('format', 'is missing')
  if (value['format'] !== format) return flaw('format', `is not ${format}`)
  const { provider, test, recordedAt, origin, exchanges } = value
  if (!isText(provider)) return flaw('provider', 'is no name')
  if (!isRecord(test) || !isText(test['file']) || !isText(test['name'])) return flaw('test', 'has no file or no name')
  if (!isText(recordedAt) || Number.isNaN(Date.parse(recordedAt))) return flaw('recordedAt', 'is no date')
  if (!isRecord(origin)) return flaw('origin', 'is missing')
  const inOrigin = flawOfOrigin(origin)
  if (inOrigin !== undefined) return within('origin', inOrigin)
  if (!Array.isArray(exchanges)) return flaw('exchanges', 'is no list')
  for (const [index, exchange] of exchanges.entries()) {
    const found = flawOfExchange(exchange)
    if (found !== undefined) return within(`exchanges[${index}]`, found)
  }
  return undefined
}

const within = (path: string, inner: Flaw): Flaw => flaw(path + inner.path, inner.says)

function flawOfOrigin({ kind, baseURL, sdk, package: version, modelsAsked, modelsAnswered }: JsonObject) {
  if (kind !== 'live' && kind !== 'stand-in') return flaw('.kind', 'is neither live nor stand-in')
  if (!isText(baseURL) || !URL.canParse(baseURL)) return flaw('.baseURL', 'is no URL')
  if (!isText(sdk)) return flaw('.sdk', 'is no text')
  if (!isText(version)) return flaw('.package', 'is no text')
  if (!isListOf(modelsAsked, isText)) return flaw('.modelsAsked', 'is no list of names')
  if (!isListOf(modelsAnswered, isText)) return flaw('.modelsAnswered', 'is no list of names')
  return undefined
}

function flawOfExchange(exchange: unknown): Flaw | undefined {
  if (!isRecord(exchange)) return flaw('', 'is no exchange')
  const { request, response, failure } = exchange
  if (!isRecord(request) || !isText(request['method']) || !isText(request['path']))
    return flaw('.request', 'is incomplete')
  const inHeaders = flawOfHeaders(request['headers'])
  if (inHeaders !== undefined) return within('.request.headers', inHeaders)
  if (request['parts'] !== undefined && !isListOf(request['parts'], isPart))
    return flaw('.request.parts', 'is no list of parts with a name')
  if (failure === undefined) {
    const inResponse = flawOfResponse(response)
    return inResponse && within('.response', inResponse)
  }
  if (response !== undefined) return flaw('', 'has both a response and a failure')
  if (!isFailure(failure)) return flaw('.failure', 'has no code or no message')
  return isNumber((failure as JsonObject)['ms']) ? undefined : flaw('.failure.ms', 'is no number')
}

const ENDS: readonly unknown[] = ['closed', 'aborted', 'cancelled']

function flawOfResponse(response: unknown): Flaw | undefined {
  if (!isRecord(response) || !isNumber(response['status'])) return flaw('', 'is incomplete')
  const { status, headers, end, broke, layout, base64, stream, ms } = response
  if (!(Number.isInteger(status) && status >= 200 && status <= 599))
    return flaw('.status', 'is no HTTP status from 200 to 599')
  const inHeaders = flawOfHeaders(headers)
  if (inHeaders !== undefined) return within('.headers', inHeaders)
  if (!ENDS.includes(end)) return flaw('.end', 'is neither closed, aborted nor cancelled')
  if (broke !== undefined && !isFailure(broke)) return flaw('.broke', 'has no code or no message')
  if (layout !== undefined && !isLayout(layout)) return flaw('.layout', 'is no layout')
  if (base64 !== undefined && !isText(base64)) return flaw('.base64', 'is no text')
  if (stream !== undefined) {
    if (!Array.isArray(stream)) return flaw('.stream', 'is no list of pieces')
    const at = stream.findIndex((piece) => !isPiece(piece))
    if (at >= 0) return flaw(`.stream[${at}]`, 'is no [ms, text]')
  }
  return isNumber(ms) ? undefined : flaw('.ms', 'is no number')
}

// As RFC 9110, 5.1 and 5.5, and what a `Response` takes.
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/
const HEADER_VALUE = /^[^\0\r\n\u0100-\uFFFF]*$/

function flawOfHeaders(headers: unknown): Flaw | undefined {
  if (!isRecord(headers)) return flaw('', 'is no object of headers')
  for (const name of Object.keys(headers)) {
    if (!HEADER_NAME.test(name)) return flaw('', `has ${inCode(name)}, which is no name of a header`)
    const value = headers[name]
    if (!isText(value) || !HEADER_VALUE.test(value))
      return flaw('', `has a value for ${inCode(name)} that no header can have`)
  }
  return undefined
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isNumber = (value: unknown): value is number => typeof value === 'number'

const isListOf = (value: unknown, isItem: (item: unknown) => boolean) => Array.isArray(value) && value.every(isItem)

const isFailure = (value: unknown) => isRecord(value) && isText(value['code']) && isText(value['message'])

const PART_TEXTS = ['filename', 'type', 'text', 'sha256'] as const

const isPart = (value: unknown) =>
  isRecord(value) && isText(value['name']) && PART_TEXTS.every((key) => value[key] === undefined || isText(value[key]))

const isPiece = (piece: unknown) =>
  Array.isArray(piece) && isNumber(piece[0]) && (isText(piece[1]) || (isRecord(piece[1]) && isText(piece[1]['base64'])))
