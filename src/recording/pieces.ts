import type { Piece } from '../wire/exchange.ts'
import type { RecordedResponse } from './format.ts'
import { layOut } from './layout.ts'

/** The pieces of a recorded response, the very bytes that were recorded. */
export function unpackPieces(response: RecordedResponse): Piece[] {
  const { stream, base64, body, ms: at } = response
  if (stream !== undefined) {
    const pieces = stream.map(([ms, bytes]) => ({ at: ms, bytes: encoded(bytes) }))
    sources.set(pieces, stream)
    return pieces
  }
  if (base64 !== undefined) return [{ at, bytes: Buffer.from(base64, 'base64') }]
  if (body === undefined) return []
  const text = typeof body === 'string' ? body : layOut(body, response.layout ?? 'compact')
  const pieces = [textPiece(at, text)]
  sources.set(pieces, [[at, text]])
  return pieces
}

const encoded = (bytes: string | { readonly base64: string }) =>
  typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes.base64, 'base64')

// A replayed client takes the text, and matchers may want neither, so its bytes are made when first wanted.
function textPiece(at: number, text: string): Piece {
  let bytes: Uint8Array | undefined
  return {
    at,
    get bytes() {
      return (bytes ??= Buffer.from(text))
    },
  }
}

const sources = new WeakMap<readonly Piece[], NonNullable<RecordedResponse['stream']>>()

/** The text whose UTF-8 a piece is, where a recording has it at hand. */
export function knownText(pieces: readonly Piece[], index: number): string | undefined {
  const bytes = sources.get(pieces)?.[index]?.[1]
  return typeof bytes === 'string' ? bytes : undefined
}

/**
 * The bytes of a piece for a client, who may write into them. They lie in memory that Node.js shares among small buffers, so
 * that they cannot be transferred: memory of its own for each would cost a tenth of all the rest of a stream.
 */
export function ownBytes(pieces: readonly Piece[], index: number): Uint8Array {
  const text = knownText(pieces, index)
  const bytes = Buffer.from(text ?? (pieces[index] as Piece).bytes)
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}
