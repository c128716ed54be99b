import { setMaxListeners } from 'node:events'

/** What a client asks for, read from what it gave to `fetch`. */
export interface Asked {
  readonly method: string
  /** As `URL.href` writes it. */
  readonly url: string
  /** The same, taken apart. */
  readonly address: URL
  readonly contentType: string | undefined
  readonly redirect: RequestRedirect
  /** Undefined where nobody can give up. */
  readonly signal: AbortSignal | undefined
  /** The body of a client that gave it as text, empty without one; undefined where it must be read from the request. */
  readonly text: string | undefined
  /** The same as the platform has it; made when first wanted, with the headers that the client's object has then. */
  readonly request: Request
}

type Input = Parameters<typeof fetch>[0]

/**
 * Reads what was given to `fetch`. Where it will only be looked at later, the headers are copied: the client may change its
 * own meanwhile.
 *
 * @throws what `new Request` throws.
 */
export function readAsked(input: Input, init: RequestInit | undefined, isForLater = false): Asked {
  return readPlainly(input, init, isForLater) ?? askedBy(new Request(resolved(input), init))
}

/** What a `Request` asks for. */
export function askedBy(request: Request): Asked {
  const { method, url, redirect, signal } = request
  const contentType = request.headers.get('content-type') ?? undefined
  return { method, url, address: new URL(url), contentType, redirect, signal, text: undefined, request }
}

// In jsdom a URL may be relative to the page.
function resolved(input: Input): Input {
  const page = (globalThis as { location?: Location }).location
  return typeof input === 'string' && page !== undefined && !URL.canParse(input) ? new URL(input, page.href) : input
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Members of `init` that Node.js reads and we do not. */
const OTHER = [
  'cache',
  'credentials',
  'dispatcher',
  'duplex',
  'integrity',
  'keepalive',
  'mode',
  'priority',
  'redirect',
  'referrer',
  'referrerPolicy',
  'window',
] as const

/**
 * Reads a call such as SDKs make, to a URL and with a text or without a body; undefined for any other, and for one that is
 * wrong, so that Node.js says what is. A `Request` costs more than all the rest of an answer that is replayed.
 */
function readPlainly(input: Input, given: RequestInit | null | undefined, isForLater: boolean): Asked | undefined {
  const init = given ?? {}
  const { method = 'GET', body = null, signal = null } = init
  if (typeof input !== 'string' && !(input instanceof URL)) return undefined
  if (!METHODS.has(method) || (body !== null && (typeof body !== 'string' || method === 'GET' || method === 'HEAD')))
    return undefined
  if (signal !== null && !(signal instanceof AbortSignal)) return undefined
  if (OTHER.some((name) => (init as Record<string, unknown>)[name] !== undefined)) return undefined
  const url = URL.parse(`${input}`)
  if (url === null || url.username !== '' || url.password !== '') return undefined
  try {
    const headers = init.headers instanceof Headers && !isForLater ? init.headers : new Headers(init.headers)
    // As Node.js does, where many requests share a signal.
    if (signal !== null) setMaxListeners(0, signal)
    return new PlainlyAsked(method, url, headers, signal, body)
  } catch {
    return undefined
  }
}

class PlainlyAsked implements Asked {
  readonly method: string
  readonly url: string
  readonly address: URL
  readonly contentType: string | undefined
  readonly redirect = 'follow'
  readonly signal: AbortSignal | undefined
  readonly text: string
  readonly #headers: Headers
  readonly #body: string | null
  #request: Request | undefined

  constructor(method: string, address: URL, headers: Headers, signal: AbortSignal | null, body: string | null) {
    this.method = method
    this.url = address.href
    this.address = address
    this.contentType = headers.get('content-type') ?? (body === null ? undefined : 'text/plain;charset=UTF-8')
    this.signal = signal ?? undefined
    this.text = body?.toWellFormed() ?? ''
    this.#headers = headers
    this.#body = body
  }

  get request(): Request {
    const { method, signal = null } = this
    return (this.#request ??= new Request(this.url, { method, headers: this.#headers, signal, body: this.#body }))
  }
}
