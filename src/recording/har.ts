import { LlmContractsError } from '../errors.ts'
import type { Exchange, Piece } from '../wire/exchange.ts'
import { askedBy } from './asked.ts'
import { inCode } from '../wire/text.ts'
import { readRequest } from './request.ts'

/** One entry of a HAR file, as far as a recording needs it. */
export interface HarEntry {
  /** Place in the file, counted from 1. */
  readonly number: number
  readonly method: string
  readonly url: string
  readonly startedAt: Date
  /** Status of the response; 0 where none came, undefined where the file does not say. */
  readonly status: number | undefined
  /** Reads it into an exchange; throws `bad-har` where the file lacks what a replay needs. */
  readonly read: () => Promise<Exchange>
}

/** A HAR file, read. */
export interface Har {
  /** The program that wrote it, such as `Firefox 145.0`. */
  readonly creator: string
  readonly entries: readonly HarEntry[]
}

/**
 * Reads HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/).
 *
 * @param name The file as messages show it.
 * @param skip Takes the trouble with a flawed entry, which is then left out; thrown where nobody takes it.
 * @throws {LlmContractsError} `bad-har`, in one sentence.
 */
export function readHar(text: string, name: string, skip?: (trouble: LlmContractsError) => void): Har {
  const log = parse(text, name).log
  if (!isObject(log) || !Array.isArray(log.entries)) throw bad(name, 'is no HAR file: `log.entries` is missing')
  const creator = isObject(log.creator) ? [log.creator.name, log.creator.version].filter(isText).join(' ') : ''
  const entries = log.entries.flatMap((entry: unknown, index) => {
    try {
      return entryOf(entry, index + 1, name)
    } catch (error) {
      if (skip === undefined || !(error instanceof LlmContractsError)) throw error
      skip(error)
      return []
    }
  })
  return { creator: creator || 'a HAR file', entries }
}

/** Whether a text is a HAR file by what it holds. */
export function isHar(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isObject(value) && isObject(value.log) && Array.isArray(value.log.entries)
  } catch {
    return false
  }
}

function entryOf(entry: unknown, number: number, name: string): HarEntry {
  const flawed = (field: string, value: unknown, wanted: string) => {
    const is = value === undefined ? 'is missing' : `is ${inCode(value)}, not ${wanted}`
    return bad(name, `is no HAR 1.2 file: \`${field}\` of entry ${number} ${is}`)
  }
  if (!isObject(entry)) throw flawed('log.entries', entry, 'an object')
  if (!isObject(entry.request)) throw flawed('request', entry.request, 'an object')
  const { method, url } = entry.request
  if (!isText(method)) throw flawed('request.method', method, 'a string')
  if (!isText(url) || !URL.canParse(url)) throw flawed('request.url', url, 'an absolute URL')
  const startedAt = new Date(isText(entry.startedDateTime) ? entry.startedDateTime : Number.NaN)
  if (Number.isNaN(startedAt.getTime())) throw flawed('startedDateTime', entry.startedDateTime, 'a date')
  const { response = null } = entry
  const told = response === null ? 0 : isObject(response) ? response.status : undefined
  const status = typeof told === 'number' ? told : undefined
  return { number, method, url, startedAt, status, read: () => readEntry(entry, { number, method, url }, name) }
}

type Asked = Pick<HarEntry, 'number' | 'method' | 'url'>

async function readEntry(entry: Fields, { number, method, url }: Asked, name: string): Promise<Exchange> {
  const what = `entry ${number} (${method} ${new URL(url).pathname})`
  const request = entry.request as Fields
  const response = isObject(entry.response) ? entry.response : {}
  const status = response.status
  if (status !== undefined && typeof status !== 'number')
    throw bad(name, `is no HAR 1.2 file: the status of ${what} is ${inCode(status)}, not a number`)
  if (status === undefined || status < 100) throw bad(name, `has no response for ${what}`)
  const headers = headersOf(response.headers)
  const content = isObject(response.content) ? response.content : {}
  if (headers['content-type'] === undefined && isText(content.mimeType)) headers['content-type'] = content.mimeType
  const bytes = contentBytes(content)
  const isStream = headers['content-type']?.includes('text/event-stream') === true
  const expected = (typeof content.size === 'number' && content.size > 0) || isStream
  if (bytes.length === 0 && expected) {
    throw bad(name, `does not hold the response body of ${what}: save it with its contents`)
  }
  const pieces: Piece[] = bytes.length === 0 ? [] : [{ at: duration(entry), bytes }]
  const { request: asked } = await readRequest(askedBy(requestOf(request, { number, method, url }, what, name)))
  return {
    request: asked,
    response: { status, headers, pieces, end: 'closed' },
    provider: undefined,
    evidence: { seen: 'live', number },
  }
}

function requestOf(request: Fields, { method, url }: Asked, what: string, name: string): Request {
  const data = isObject(request.postData) ? request.postData : undefined
  if (data === undefined || method === 'GET' || method === 'HEAD') return new Request(url, { method })
  const type = headersOf(request.headers)['content-type'] ?? (isText(data.mimeType) ? data.mimeType : '')
  if (isText(data.text) && data.text !== '') {
    return new Request(url, { method, headers: type === '' ? {} : { 'content-type': type }, body: data.text })
  }
  const params = Array.isArray(data.params) ? data.params.filter(isObject) : []
  if (params.length === 0) return new Request(url, { method })
  if (!type.startsWith('multipart/form-data')) {
    const pairs = params.map(({ name, value }) => [String(name), isText(value) ? value : ''])
    return new Request(url, { method, body: new URLSearchParams(pairs) })
  }
  const form = new FormData()
  for (const param of params) {
    if (!isText(param.value)) throw bad(name, `does not hold the file that ${what} sent`)
    if (isText(param.fileName)) form.append(String(param.name), new File([param.value], param.fileName, typeOf(param)))
    else form.append(String(param.name), param.value)
  }
  return new Request(url, { method, body: form })
}

const typeOf = ({ contentType }: Fields) => (isText(contentType) ? { type: contentType } : {})

function contentBytes({ text, encoding }: Fields): Uint8Array {
  return isText(text) ? Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8') : new Uint8Array()
}

// -1 stands for a phase that did not happen; queueing and connecting come before the request.
function duration({ timings, time }: Fields): number {
  const phases = isObject(timings) ? [timings.send, timings.wait, timings.receive] : []
  const sum = phases.reduce<number>((total, ms) => total + (typeof ms === 'number' && ms > 0 ? ms : 0), 0)
  return sum > 0 ? sum : typeof time === 'number' && time > 0 ? time : 0
}

// Lower case, and HTTP/2's pseudo headers left out.
function headersOf(list: unknown): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const header of Array.isArray(list) ? list.filter(isObject) : []) {
    const key = String(header.name).toLowerCase()
    if (key.startsWith(':')) continue
    headers[key] = key in headers ? `${headers[key]}, ${String(header.value)}` : String(header.value)
  }
  return headers
}

type Fields = Readonly<Record<string, unknown>>

const isText = (value: unknown): value is string => typeof value === 'string'

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string, name: string): Fields {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return isObject(value) ? value : {}
  } catch {
    throw bad(name, 'is not JSON (cut off?)')
  }
}

function bad(name: string, what: string): LlmContractsError {
  return new LlmContractsError('bad-har', `${name} ${what}.`)
}
