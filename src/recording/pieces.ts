import type { Piece } from '../wire/exchange.ts'
import type { RecordedResponse } from './format.ts'
import { layOut } from './layout.ts'

/** The pieces of a recorded response, the very bytes that were recorded. */
export function unpackPieces(response: RecordedResponse): Piece[] {
  if (response.stream !== undefined) {
    return response.stream.map(([at, bytes]) => ({ at, bytes: Buffer.from(...encoded(bytes)) }))
  }
  const at = response.ms
  if (response.base64 !== undefined) return [{ at, bytes: Buffer.from(response.base64, 'base64') }]
  if (response.body === undefined) return []
  const text = typeof response.body === 'string' ? response.body : layOut(response.body, response.layout ?? 'compact')
  return [textPiece(at, text)]
}

const texts = new WeakMap<Piece, string>()

/** The text whose UTF-8 a piece is, where a recording has it at hand. */
export const knownText = (piece: Piece): string | undefined => texts.get(piece)

// A replayed client takes the text, and matchers may want neither, so its bytes are made when first wanted.
function textPiece(at: number, text: string): Piece {
  let bytes: Uint8Array | undefined
  const piece = {
    at,
    get bytes() {
      return (bytes ??= Buffer.from(text))
    },
  }
  texts.set(piece, text)
  return piece
}

const encoded = (bytes: string | { readonly base64: string }): [string, BufferEncoding] =>
  typeof bytes === 'string' ? [bytes, 'utf8'] : [bytes.base64, 'base64']
