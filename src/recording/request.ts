import { isUtf8 } from 'node:buffer'
import type { FormPart, WireRequest } from '../wire/exchange.ts'
import { sha256 } from '../wire/digest.ts'
import type { Asked } from './asked.ts'
import { FromTheWire } from './from-the-wire.ts'

/** A request read once: what is matched and kept, and the bytes that were taken from its body, if they were. */
export interface ReadRequest {
  readonly request: WireRequest
  readonly bytes: Uint8Array<ArrayBuffer> | null
}

const EMPTY = new Uint8Array()

/**
 * Reads a request, at once where its body is a text at hand. A multipart body is read into its parts, because its boundary
 * is another every time.
 */
export function readRequest(asked: Asked): ReadRequest | Promise<ReadRequest> {
  const { method, url, contentType, text } = asked
  const isForm = contentType?.startsWith('multipart/form-data') === true
  return text === undefined || isForm
    ? readBytes(asked, isForm)
    : { request: { method, url, contentType, text }, bytes: null }
}

async function readBytes(asked: Asked, isForm: boolean): Promise<ReadRequest> {
  const { method, url, contentType } = asked
  const bytes = method === 'GET' || method === 'HEAD' ? EMPTY : new Uint8Array(await wholeBody(asked))
  if (bytes.length === 0) return { bytes: null, request: { method, url, contentType, text: '' } }
  const parts = isForm ? await readParts(bytes, contentType ?? '') : undefined
  if (parts !== undefined) return { bytes, request: { method, url, contentType, text: '', parts } }
  const known = isForm ? withoutBoundary(bytes, contentType ?? '') : { bytes, contentType }
  const text = textOf(known.bytes)
  const rest = text === undefined ? { sha256: sha256(known.bytes) } : {}
  return { bytes, request: { method, url, contentType: known.contentType, text: text ?? '', ...rest } }
}

/** A form that Node.js cannot take apart (in jsdom none with a file), with a boundary that is the same every time. */
function withoutBoundary(bytes: Uint8Array, contentType: string): { bytes: Uint8Array; contentType: string } {
  const [, boundary = ''] = /boundary="?([^";]+)/i.exec(contentType) ?? []
  if (boundary === '') return { bytes, contentType }
  const whole = Buffer.from(bytes).toString('latin1').replaceAll(boundary, 'boundary')
  return { bytes: Buffer.from(whole, 'latin1'), contentType: contentType.replace(boundary, 'boundary') }
}

async function wholeBody({ request, signal }: Asked): Promise<ArrayBuffer> {
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new FromTheWire(signal?.reason))
  signal?.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([request.arrayBuffer(), givenUp])
  } catch (error) {
    // As Node.js tells of a body that the client itself breaks off.
    throw error instanceof FromTheWire ? error : new FromTheWire(new TypeError('fetch failed', { cause: error }))
  } finally {
    signal?.removeEventListener('abort', giveUp)
  }
}

async function readParts(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<FormPart[] | undefined> {
  try {
    const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData()
    return await Promise.all([...form].map(([name, value]) => readPart(name, value)))
  } catch {
    return undefined
  }
}

async function readPart(name: string, value: string | File): Promise<FormPart> {
  if (typeof value === 'string') return { name, text: value }
  const bytes = new Uint8Array(await value.arrayBuffer())
  const text = textOf(bytes)
  const head = { name, filename: value.name, type: value.type }
  return text === undefined ? { ...head, sha256: sha256(bytes) } : { ...head, text }
}

function textOf(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString() : undefined
}
