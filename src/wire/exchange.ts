/** A value as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** One read of a response body: what arrived together, and when. */
export interface Piece {
  /** Milliseconds since the request was sent. */
  readonly at: number
  readonly bytes: Uint8Array
}

export interface WireRequest {
  readonly method: string
  /** Absolute URL as the client asked for it. */
  readonly url: string
  /** The request's `content-type`, or undefined without a body. */
  readonly contentType: string | undefined
  /** Body bytes as text (lone bytes replaced); empty without a body. */
  readonly text: string
  /** The parts of a multipart body, in order. */
  readonly parts?: readonly FormPart[]
  /** SHA-256 of a body that is neither text nor multipart, in hex. */
  readonly sha256?: string
}

/** One part of a multipart body. A file that is no text is known by its digest. */
export interface FormPart {
  readonly name: string
  readonly filename?: string
  readonly type?: string
  readonly text?: string
  readonly sha256?: string
}

/** Why a request got no response at all, or a body broke off. */
export interface Failure {
  /** The system's word, such as `ECONNRESET`. */
  readonly code: string
  readonly message: string
}

export interface WireResponse {
  readonly status: number
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>
  readonly pieces: readonly Piece[]
  /**
   * How the body ended: `closed` is a proper end, `aborted` a connection cut by the server, `cancelled` one that
   * the client gave up, `open` one that is still arriving.
   */
  readonly end: 'closed' | 'aborted' | 'cancelled' | 'open'
  /** Milliseconds from the request until the client gave up, where that is how the body ended. */
  readonly cancelledAt?: number
  /** Why a body was `aborted`; absent where the server just closed the connection. */
  readonly broke?: Failure
  /** Present where the connection broke before a response: the status is then 0. */
  readonly failure?: Failure
}

/** Where an exchange can be looked up: the last line of every failure. */
interface Evidence {
  /** `live`, `replay`, or `given` for a `Response` that was handed to a matcher without having passed the recorder. */
  readonly seen: 'live' | 'replay' | 'given'
  /** Path of the recording, relative to the project, where there is one. */
  readonly file?: string
  /** Place in the recording or in the test, counted from 1. */
  readonly number: number
  /** True where the answer came from a stand-in, never from the provider. */
  readonly standIn?: boolean
  /** What the test did to the answer on purpose. */
  readonly fault?: string
}

/** Who answered, as far as a message needs it. */
interface Answerer {
  readonly name: string
  readonly label: string
}

/** One HTTP request and its response, byte for byte as they passed. */
export interface Exchange {
  /** Absent only for a `Response` handed to a matcher from outside the recorder. */
  readonly request: WireRequest | undefined
  readonly response: WireResponse
  readonly provider: Answerer | undefined
  readonly evidence: Evidence
}

/** All bytes of a response in one array. */
export function bodyBytes(response: WireResponse): Uint8Array {
  const [only, second] = response.pieces
  if (second === undefined) return only?.bytes ?? new Uint8Array()
  return Buffer.concat(response.pieces.map((piece) => piece.bytes))
}

/** The body as text; bytes that are not UTF-8 become U+FFFD, as in every client. */
export function bodyText(response: WireResponse): string {
  return new TextDecoder().decode(bodyBytes(response))
}
