import { AsyncLocalStorage } from 'node:async_hooks'
import type { Exchange, Piece, WireRequest } from '../wire/exchange.ts'
import { complain, note, tie, type Seen } from '../wire/seen.ts'
import { LlmContractsError } from '../errors.ts'
import { addressOf, whyNotLive, type ResolvedProvider } from '../providers/_resolve.ts'
import type { Settings } from '../settings.ts'
import type { TestIdentity } from './identity.ts'
import { intercept, realFetch } from './network.ts'
import { Tape, type LiveExchange } from './tape.ts'

/** Plays and records the requests of tests. One per worker. */
export class Recorder {
  readonly #settings: () => Settings
  readonly #providers: () => readonly ResolvedProvider[]
  readonly #running = new AsyncLocalStorage<Tape>()
  readonly #arriving = new WeakMap<Tape, Set<Promise<void>>>()
  readonly #strays: LlmContractsError[] = []

  /** `providers` gives everyone whose addresses are known, selected or not. */
  constructor(settings: () => Settings, providers: () => readonly ResolvedProvider[]) {
    this.#settings = settings
    this.#providers = providers
  }

  /** Begins to answer every `fetch` of this process; returns the way back. */
  enable(): () => void {
    return intercept((request) => this.#answer(request))
  }

  /** A tape for one attempt at one test. */
  tape(test: TestIdentity, seen: Seen): Tape {
    return new Tape(this.#settings(), test, seen)
  }

  /** Runs a test with its tape. */
  run<T>(tape: Tape, work: () => T): T {
    return this.#running.run(tape, work)
  }

  /** Waits until every body that is still arriving has ended; gives up those that have not after `patience` ms. */
  async settle(tape: Tape, patience = 2000): Promise<void> {
    const arriving = [...(this.#arriving.get(tape) ?? [])]
    if (arriving.length === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, patience)
    await Promise.race([Promise.allSettled(arriving), promise])
    clearTimeout(timer)
  }

  /** Requests made outside any test since the last call. */
  takeStrays(): LlmContractsError[] {
    return this.#strays.splice(0)
  }

  async #answer(request: Request): Promise<Response> {
    const { mode, allow } = this.#settings()
    const url = new URL(request.url)
    if (allow.includes(url.host) || allow.includes(url.hostname)) return realFetch(request)
    const tape = this.#running.getStore()
    const provider = this.#providerAt(url, tape?.provider)
    if (mode === 'live' && (tape === undefined || provider === undefined)) return realFetch(request)
    try {
      if (tape === undefined) throw outsideATest(request)
      if (provider === undefined) throw unknownAddress(url)
      const wire = await readRequest(request)
      const recorded = tape.play(provider, wire.request)
      if (recorded !== undefined) return respond(recorded, replayedBody(recorded, request.signal))
      const obstacle = whyNotLive(provider, process.env)
      if (obstacle !== undefined) throw new LlmContractsError('missing-key', obstacle)
      return await this.#ask(tape, provider, request, wire)
    } catch (error) {
      if (!(error instanceof LlmContractsError)) throw error
      if (tape === undefined) this.#strays.push(error)
      complain(error)
      return refusal(error)
    }
  }

  async #ask(tape: Tape, provider: ResolvedProvider, request: Request, wire: ReadRequest): Promise<Response> {
    const started = performance.now()
    const { method, headers, signal } = request
    const response = await realFetch(request.url, { method, headers, body: wire.bytes, signal, redirect: 'manual' })
    const received = Object.fromEntries(response.headers)
    const sdk = headers.get('user-agent') ?? 'fetch'
    const exchange = tape.open(provider, wire.request, response.status, received, sdk)
    const arriving = Promise.withResolvers<void>()
    const body = response.body === null ? null : copy(response.body, exchange, started, signal, arriving.resolve)
    if (body === null) {
      exchange.response.end = 'closed'
      arriving.resolve()
    }
    const all = this.#arriving.get(tape) ?? new Set()
    this.#arriving.set(tape, all.add(arriving.promise))
    return respond(exchange, body)
  }

  /** Whose address it is; where several share it, such as models behind one gateway, the one the test is about. */
  #providerAt(url: URL, preferred: string | undefined): ResolvedProvider | undefined {
    let best: { provider: ResolvedProvider; length: number } | undefined
    for (const provider of this.#providers()) {
      for (const address of new Set([addressOf(provider), ...provider.declaredBaseURLs])) {
        const length = overlap(url, new URL(address))
        const longest = best?.length ?? 0
        if (length > longest || (length > 0 && length === longest && provider.name === preferred))
          best = { provider, length }
      }
    }
    return best?.provider
  }
}

/** How well an address fits a URL: 0 for another origin, more for a longer common base path. */
function overlap(url: URL, address: URL): number {
  if (url.origin !== address.origin) return 0
  const base = address.pathname.replace(/\/$/, '')
  return url.pathname === base || url.pathname.startsWith(`${base}/`) ? 2 + base.length : 1
}

interface ReadRequest {
  readonly request: WireRequest
  readonly bytes: Uint8Array<ArrayBuffer> | null
}

async function readRequest(request: Request): Promise<ReadRequest> {
  const bytes = request.body === null ? null : new Uint8Array(await request.arrayBuffer())
  return {
    bytes,
    request: {
      method: request.method,
      url: request.url,
      contentType: request.headers.get('content-type') ?? undefined,
      text: bytes === null ? '' : new TextDecoder().decode(bytes),
    },
  }
}

// `fetch` has decoded the body already, so these would lie.
const UNTRUE_AFTER_DECODING = ['content-encoding', 'content-length', 'transfer-encoding']
const WITHOUT_BODY = new Set([101, 103, 204, 205, 304])

function respond(exchange: Exchange, body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null): Response {
  const headers = new Headers(exchange.response.headers)
  for (const name of UNTRUE_AFTER_DECODING) headers.delete(name)
  const { status } = exchange.response
  const response = new Response(WITHOUT_BODY.has(status) ? null : body, { status, headers })
  tie(exchange, response, response.headers)
  note(exchange)
  return response
}

function replayedBody(exchange: Exchange, signal: AbortSignal): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> {
  const { pieces, end } = exchange.response
  const [only] = pieces
  if (end === 'closed' && pieces.length <= 1) return (only?.bytes ?? new Uint8Array()) as Uint8Array<ArrayBuffer>
  let next = 0
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true })
      },
      pull(controller) {
        const piece = pieces[next++]
        if (piece !== undefined) controller.enqueue(piece.bytes)
        else if (end === 'closed') controller.close()
        else controller.error(end === 'aborted' ? terminated() : endOfRecording(exchange))
      },
    },
    { highWaterMark: 0 },
  )
}

// What Node's fetch reports when a server drops the connection in the middle of a body.
function terminated(): TypeError {
  return new TypeError('terminated', {
    cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
  })
}

function endOfRecording(exchange: Exchange): LlmContractsError {
  return new LlmContractsError(
    'missing-recording',
    `${exchange.evidence.file}, exchange ${exchange.evidence.number} ends here, because the client cancelled the stream when it was recorded. ` +
      'Record the test again with LLM_CONTRACTS=rerecord.',
  )
}

/** Hands a live body on while noting its pieces; reads ahead of the client, so that arrival times are the network's. */
function copy(
  body: ReadableStream<Uint8Array>,
  exchange: LiveExchange,
  started: number,
  signal: AbortSignal,
  ended: () => void,
): ReadableStream<Uint8Array> {
  const { response } = exchange
  const reader = body.getReader()
  const finish = (end: 'closed' | 'aborted' | 'cancelled') => {
    if (response.end === 'open') response.end = end
    ended()
  }
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      // Started, not awaited: a source whose `start` is pending is never pulled.
      void (async () => {
        try {
          for (;;) {
            const { done, value } = await reader.read()
            if (done) break
            const piece: Piece = { at: performance.now() - started, bytes: value }
            response.pieces.push(piece)
            if (response.end === 'open') controller.enqueue(value)
          }
          finish('closed')
          controller.close()
        } catch (error) {
          finish(signal.aborted ? 'cancelled' : 'aborted')
          controller.error(error)
        }
      })().catch(() => undefined)
    },
    cancel(reason) {
      finish('cancelled')
      return reader.cancel(reason)
    },
  })
}

function outsideATest(request: Request): LlmContractsError {
  return new LlmContractsError(
    'not-on-the-wire',
    `${request.method} ${new URL(request.url).pathname} was asked outside a test, where nothing can be recorded. ` +
      'Move the call from beforeAll or the top of the file into beforeEach or the test.',
  )
}

function unknownAddress(url: URL): LlmContractsError {
  return new LlmContractsError(
    'unknown-provider',
    `${url.origin}${url.pathname} belongs to no known provider, and only live runs reach the network freely. ` +
      `Declare it with defineProvider({ baseURL }), or let it pass with llmContracts({ allow: ['${url.host}'] }).`,
  )
}

/** What the client is told: an OpenAI-shaped error that SDKs throw at once, with the whole text. */
function refusal(error: LlmContractsError): Response {
  const body = { error: { message: error.message, type: 'llm_contracts', param: null, code: error.code } }
  return Response.json(body, { status: 400, headers: { 'x-should-retry': 'false' } })
}
