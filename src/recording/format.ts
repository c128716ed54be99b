import type { Failure, FormPart, Json, Piece, WireResponse } from '../wire/exchange.ts'
import { bodyBytes } from '../wire/exchange.ts'
import { LlmContractsError } from '../errors.ts'
import { flawOf } from './flaw.ts'
import { layoutOf, type Layout } from './layout.ts'
import { lineOf } from './line.ts'

/** The only format this version writes and reads. */
export const FORMAT = 1

/** Where a recording came from. */
export interface Origin {
  /** `live` from the provider itself, `stand-in` from a loopback endpoint written from public documentation. */
  readonly kind: 'live' | 'stand-in'
  /** The address that answered; a loopback address is kept without its port. */
  readonly baseURL: string
  /** The client as its `user-agent` names it, such as `OpenAI/JS 7.57.0`. */
  readonly sdk: string
  /** Name and version of this package. */
  readonly package: string
  readonly modelsAsked: readonly string[]
  readonly modelsAnswered: readonly string[]
}

/** A request as a recording keeps it. */
export interface RecordedRequest {
  readonly method: string
  /** URL path with its query, secrets in the query replaced. */
  readonly path: string
  readonly headers: { readonly 'content-type'?: string }
  /** JSON (its keys sorted in the file), or the text as it was. Absent without a body. */
  readonly body?: Json
  /** A multipart body, part by part; files that are no text by their digest. */
  readonly parts?: readonly FormPart[]
  /** Digest of a body that is neither. */
  readonly sha256?: string
}

/** A piece of a stream: milliseconds since the request, then text, or base64 where the bytes are not whole UTF-8. */
type RecordedPiece = readonly [ms: number, bytes: string | { readonly base64: string }]

/** A response as a recording keeps it. */
export interface RecordedResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** A JSON body as a value (rendered as `layout` says), any other text as it was. */
  readonly body?: Json
  /** How a JSON body was laid out on the wire; compact where absent. */
  readonly layout?: Layout
  /** A body that is no text. */
  readonly base64?: string
  /** An event stream, piece by piece as it arrived. */
  readonly stream?: readonly RecordedPiece[]
  /** Milliseconds from the request to the end of the body, or until the client gave it up. */
  readonly ms: number
  /** `closed` properly, `aborted` by the server, `cancelled` by the client. */
  readonly end: 'closed' | 'aborted' | 'cancelled'
  /** Why an aborted body broke off; absent where the server just closed the connection. */
  readonly broke?: Failure
}

/** A connection that broke before a response. */
interface RecordedFailure extends Failure {
  readonly ms: number
}

/** A request with its response, or with why there was none. */
export type RecordedExchange =
  | { readonly request: RecordedRequest; readonly response: RecordedResponse; readonly failure?: never }
  | { readonly request: RecordedRequest; readonly failure: RecordedFailure; readonly response?: never }

/** One file under `fixtures/`: the exchanges of one test with one provider. */
export interface Recording {
  readonly format: typeof FORMAT
  readonly provider: string
  readonly test: { readonly file: string; readonly name: string }
  readonly recordedAt: string
  readonly origin: Origin
  readonly exchanges: readonly RecordedExchange[]
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function asText(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

const isJson = (headers: Readonly<Record<string, string>>) => /json/i.test(headers['content-type'] ?? 'json')
const isStream = (headers: Readonly<Record<string, string>>) =>
  /text\/event-stream|ndjson|jsonl/i.test(headers['content-type'] ?? '')

/** A response as a recording keeps it. `headers` are the ones allowed to be kept. */
export function packResponse(response: WireResponse, headers: Readonly<Record<string, string>>): RecordedResponse {
  const rest = {
    status: response.status,
    headers,
    ms: Math.round(response.cancelledAt ?? response.pieces.at(-1)?.at ?? 0),
    end: response.end === 'open' ? ('cancelled' as const) : response.end,
  }
  if (isStream(response.headers) || (!isJson(response.headers) && response.pieces.length > 1))
    return { ...rest, stream: response.pieces.map(packPiece) }
  const bytes = bodyBytes(response)
  if (bytes.length === 0) return rest
  const text = asText(bytes)
  if (text === undefined) return { ...rest, base64: Buffer.from(bytes).toString('base64') }
  const found = layoutOf(text)
  if (found === undefined) return { ...rest, body: text }
  return found.layout === 'compact'
    ? { ...rest, body: found.value }
    : { ...rest, body: found.value, layout: found.layout }
}

function packPiece(piece: Piece): RecordedPiece {
  const text = asText(piece.bytes)
  return [Math.round(piece.at), text ?? { base64: Buffer.from(piece.bytes).toString('base64') }]
}

/**
 * Reads a recording's text.
 *
 * @throws {LlmContractsError} `bad-recording`, naming file and line, for text that is not a recording of this format.
 */
export function readRecording(text: string, file: string): Recording {
  let value: Recording
  try {
    value = JSON.parse(text) as Recording
  } catch (error) {
    if (text.startsWith('\uFEFF'))
      throw bad(file, 1, 'begins with a byte order mark, which JSON does not allow', 'Save it as UTF-8 without one')
    const conflict = text.split('\n').findIndex((line) => /^(<{7}|={7}|>{7})( |$)/.test(line))
    if (conflict >= 0) throw bad(file, conflict + 1, 'has a merge conflict', 'Resolve it, or record the test again')
    throw bad(
      file,
      lineOfError(text, error),
      'is not JSON (cut off or edited by hand?)',
      'Restore it, or record the test again',
    )
  }
  if (typeof value?.format === 'number' && value.format > FORMAT) {
    throw bad(
      file,
      1,
      `has format ${value.format}, newer than this version reads (${FORMAT})`,
      'Update vitest-llm-contracts',
    )
  }
  const flaw = flawOf(value, FORMAT)
  if (flaw === undefined) return value
  const what = `is no recording of format ${FORMAT}: \`${flaw.path}\` ${flaw.says}`
  throw bad(file, lineOf(text, flaw.path), what, 'Record the test again')
}

function lineOfError(text: string, error: unknown): number {
  const position = /position (\d+)/.exec(String(error))
  return text.slice(0, position ? Number(position[1]) : text.length).split('\n').length
}

function bad(file: string, line: number, what: string, advice: string): LlmContractsError {
  return new LlmContractsError('bad-recording', `${file}:${line} ${what}. ${advice}.`)
}

/** A recording as the text of its file: sorted keys, one line per stream piece, a newline at the end. */
export function renderRecording(recording: Recording): string {
  return `${render(recording as unknown as Json, '', '')}\n`
}

const isShortList = (list: Json[]) =>
  list.every((item) => typeof item === 'number') ||
  (list.every((item) => typeof item === 'string') && list.join().length < 80)

const PIECES = /^\.exchanges\[\d+\]\.response\.stream$/
// A response body keeps the provider's own key order: it is part of the bytes.
const BODY = /^\.exchanges\[\d+\]\.response\.body/

function render(value: Json, indent: string, path: string): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    if (PIECES.test(path)) return `[\n${value.map((item) => inner + JSON.stringify(item)).join(',\n')}\n${indent}]`
    if (isShortList(value)) return JSON.stringify(value)
    return `[\n${value.map((item, index) => inner + render(item, inner, `${path}[${index}]`)).join(',\n')}\n${indent}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const keys = Object.keys(value).filter((key) => value[key] !== undefined)
  if (keys.length === 0) return '{}'
  if (!BODY.test(path)) keys.sort()
  const lines = keys.map(
    (key) => `${inner}${JSON.stringify(key)}: ${render(value[key] as Json, inner, `${path}.${key}`)}`,
  )
  return `{\n${lines.join(',\n')}\n${indent}}`
}
