import type { Failure } from '../wire/exchange.ts'
import type { ResolvedProvider } from '../providers/resolve.ts'
import { note } from '../wire/seen.ts'
import type { Asked } from './asked.ts'
import { realFetch } from './network.ts'
import type { ReadRequest } from './request.ts'
import { CLOSED } from './playback.ts'
import type { Tape } from './tape.ts'
import type { LiveExchange, Slot } from './track.ts'
import { elapsed } from '../wire/clock.ts'

/** An exchange with the network that has begun: its body is still arriving. */
export interface Arriving {
  readonly exchange: LiveExchange
  /** The body for the client; null where there is none. */
  readonly body: ReadableStream<Uint8Array> | null
  /** Resolves when the whole body has arrived, or never will. */
  readonly arrived: Promise<void>
}

/**
 * Asks the network. A redirect that the client wants followed is followed here, and the answer kept is the last one.
 *
 * @throws what `fetch` throws; a connection that broke is noted on the tape first.
 */
export async function ask(
  tape: Tape,
  slot: Slot,
  provider: ResolvedProvider,
  asked: Asked,
  read: ReadRequest,
): Promise<Arriving> {
  const started = elapsed()
  const { request, signal } = asked
  const { headers } = request
  const isRetry = Number(headers.get('x-stainless-retry-count') ?? 0) > 0
  const client = { sdk: headers.get('user-agent') ?? 'fetch', isRetry }
  let response: Response
  try {
    response = await realFetch(request, request.bodyUsed ? { body: read.bytes ?? new Uint8Array() } : {})
  } catch (error) {
    const failure = signal?.aborted === true ? { code: GIVEN_UP, message: 'the client gave up' } : failureOf(error)
    note(
      tape.open(slot, provider, read.request, { status: 0, headers: {}, pieces: [], end: 'aborted', failure }, client),
      started,
    )
    throw error
  }
  const head = { status: response.status, headers: Object.fromEntries(response.headers) }
  if (response.body === null) {
    const exchange = tape.open(slot, provider, read.request, { ...head, pieces: [], end: 'closed' }, client)
    return { exchange, body: null, arrived: Promise.resolve() }
  }
  const exchange = tape.open(slot, provider, read.request, { ...head, pieces: [], end: 'open' }, client)
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  return { exchange, body: copy(response.body, exchange, started, signal, resolve), arrived }
}

/** The code of a failure that was the client's own: it gave up before a response. */
export const GIVEN_UP = 'GIVEN_UP'

function failureOf(error: unknown): Failure {
  const cause = ((error as Error | null)?.cause ?? error) as {
    code?: unknown
    name?: unknown
    message?: unknown
  } | null
  const word = [cause?.code, cause?.name].find((one) => typeof one === 'string') ?? 'UNKNOWN'
  return { code: word, message: typeof cause?.message === 'string' ? cause.message : '' }
}

const isDone = (last: Uint8Array | undefined) =>
  last !== undefined && /data: ?\[DONE\]\s*$/.test(Buffer.from(last.subarray(-24)).toString('latin1'))

/** Hands a body on while noting its pieces. It reads ahead of the client, so that arrival times are the network's. */
function copy(
  body: ReadableStream<Uint8Array>,
  { response }: LiveExchange,
  started: number,
  signal: AbortSignal | undefined,
  arrived: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  const finish = (end: 'closed' | 'aborted' | 'cancelled') => {
    if (response.end === 'open') {
      response.end = end
      if (end === 'cancelled') response.cancelledAt = elapsed() - started
    }
    arrived()
  }
  const readOn = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        response.pieces.push({ at: elapsed() - started, bytes: new Uint8Array(value) })
        if (response.end === 'open') handOn(() => controller.enqueue(value))
      }
      finish('closed')
      handOn(() => controller.close())
    } catch (error) {
      const broke = failureOf(error)
      if (signal?.aborted !== true && broke.code !== CLOSED && response.end === 'open') response.broke = broke
      finish(signal?.aborted === true ? 'cancelled' : 'aborted')
      controller.error(error)
    }
  }
  let cancelled = false
  const handOn = (step: () => void) => (cancelled ? undefined : step())
  return new ReadableStream<Uint8Array>({
    start(controller) {
      // Not awaited: a source is not pulled before its `start` has ended. What fails after a cancel concerns nobody.
      readOn(controller).catch(() => undefined)
    },
    async cancel(reason) {
      cancelled = true
      // The OpenAI SDK cancels what is behind [DONE]: the stream is over, and its end is worth knowing.
      if (isDone(response.pieces.at(-1)?.bytes)) return
      finish('cancelled')
      await reader.cancel(reason)
    },
  })
}
