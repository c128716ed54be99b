import type { Failure } from '../wire/exchange.ts'
import type { ResolvedProvider } from '../providers/_resolve.ts'
import { note } from '../wire/seen.ts'
import { realFetch } from './network.ts'
import type { ReadRequest } from './request.ts'
import type { LiveExchange, Tape } from './tape.ts'

/** An exchange with the network that has begun: its body is still arriving. */
export interface Arriving {
  readonly exchange: LiveExchange
  /** The body for the client; null where there is none. */
  readonly body: ReadableStream<Uint8Array> | null
  /** Resolves when the whole body has arrived, or never will. */
  readonly arrived: Promise<void>
}

/**
 * Asks the network. Redirects are handed on, so that each is an exchange of its own.
 *
 * @throws what `fetch` throws; a connection that broke is noted on the tape first.
 */
export async function ask(tape: Tape, provider: ResolvedProvider, request: Request, asked: ReadRequest): Promise<Arriving> {
  const started = performance.now()
  const { method, headers, signal } = request
  const sdk = headers.get('user-agent') ?? 'fetch'
  let response: Response
  try {
    response = await realFetch(request.url, { method, headers, body: asked.bytes, signal, redirect: 'manual' })
  } catch (error) {
    const failure = signal.aborted ? undefined : failureOf(error)
    if (failure !== undefined) {
      note(tape.open(provider, asked.request, { status: 0, headers: {}, pieces: [], end: 'aborted', failure }, sdk))
    }
    throw error
  }
  const head = { status: response.status, headers: Object.fromEntries(response.headers) }
  if (response.body === null) {
    const exchange = tape.open(provider, asked.request, { ...head, pieces: [], end: 'closed' }, sdk)
    return { exchange, body: null, arrived: Promise.resolve() }
  }
  const exchange = tape.open(provider, asked.request, { ...head, pieces: [], end: 'open' }, sdk)
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  return { exchange, body: copy(response.body, exchange, started, signal, resolve), arrived }
}

function failureOf(error: unknown): Failure | undefined {
  const { code, message } = ((error as Error | null)?.cause ?? {}) as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? { code, message: String(message ?? '') } : undefined
}

/** Hands a body on while noting its pieces. It reads ahead of the client, so that arrival times are the network's. */
function copy(
  body: ReadableStream<Uint8Array>,
  { response }: LiveExchange,
  started: number,
  signal: AbortSignal,
  arrived: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const finish = (end: 'closed' | 'aborted' | 'cancelled') => {
    if (response.end === 'open') response.end = end
    arrived()
  }
  const readOn = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        response.pieces.push({ at: performance.now() - started, bytes: value })
        if (response.end === 'open') controller.enqueue(value)
      }
      finish('closed')
      controller.close()
    } catch (error) {
      finish(signal.aborted ? 'cancelled' : 'aborted')
      controller.error(error)
    }
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Not awaited: a source is not pulled before its `start` has ended. What fails after a cancel concerns nobody.
      readOn(controller).catch(() => undefined)
    },
    async cancel(reason) {
      finish('cancelled')
      await reader.cancel(reason)
    },
  })
}
