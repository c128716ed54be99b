import { clearTimeout, setTimeout } from 'node:timers'
import { setTimeout as sleep } from 'node:timers/promises'
import { LlmContractsError } from '../errors.ts'
import type { Exchange, Failure, WireResponse } from '../wire/exchange.ts'
import { statusWords } from '../wire/status.ts'
import { knownText, ownBytes } from './pieces.ts'
import { elapsed } from '../wire/clock.ts'

/** A body as `Response` takes it. */
export type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null

const WITHOUT_BODY = new Set([101, 103, 204, 205, 304])

let Platform: typeof Response | undefined

/**
 * Has clients be given answers of this class, as the platform's own `fetch` does whatever a test puts in its place; without
 * it, of the one that is there at the first answer. Each environment of Vitest may have another, and Node.js loads its own
 * when it is first looked at.
 */
export function answerWith(platform?: typeof Response): void {
  Platform = platform
}

// `fetch` has decoded the body of a live answer already, so these would lie.
const UNTRUE_AFTER_DECODING = new Set(['content-encoding', 'content-length', 'transfer-encoding'])
const decoded = (headers: WireResponse['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !UNTRUE_AFTER_DECODING.has(name)))

/** What a client is given of an exchange. */
export function responseOf({ response, evidence }: Exchange, body: Body): Response {
  const { status, headers } = response
  return answer({ status, headers: evidence.seen === 'live' ? decoded(headers) : headers }, body)
}

function answer({ status, headers }: Pick<WireResponse, 'status' | 'headers'>, body: Body): Response {
  const statusText = statusWords(status) ?? ''
  Platform ??= globalThis.Response
  return new Platform(WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers })
}

const made = new WeakMap<WireResponse, Response>()

/** Makes the answer of a body that is there as a whole, for the first client that is given it at once. */
export function makeAhead(response: WireResponse): void {
  const body = bodyAtHand(response)
  if (body !== undefined) made.set(response, answer(response, body))
}

/** What was made ahead of an answer, once. */
export function takeMade(response: WireResponse): Response | undefined {
  const found = made.get(response)
  made.delete(response)
  return found
}

/** A body that is there as a whole: its text, where a recording has it at hand, or its bytes. */
function bodyAtHand({ pieces, end, headers }: WireResponse): Uint8Array<ArrayBuffer> | string | undefined {
  if (end !== 'closed' || pieces.length > 1) return undefined
  const [whole] = pieces
  // `Response` reads a text faster than bytes, but says text/plain of it where nobody says what it is.
  const text = headers['content-type'] === undefined || whole === undefined ? undefined : knownText(pieces, 0)
  return text ?? ((whole?.bytes ?? new Uint8Array()) as Uint8Array<ArrayBuffer>)
}

/** How a body is played. */
export interface Playing {
  /** Factor of the recorded times; 0 for at once. */
  readonly timing: number
  /** Told when the client reads past the end of what was recorded. */
  readonly complained?: (error: Error) => void
  /** Runs before the piece of this index is handed out, or before the end. */
  readonly before?: (piece: number) => Promise<void> | undefined
}

/** The answer of a replayed exchange: whole where nothing depends on time, else a stream of the very pieces. */
export function playedResponse(exchange: Exchange, signal: AbortSignal | undefined, playing: Playing): Response {
  const { response } = exchange
  if (playing.timing === 0 && playing.before === undefined) {
    const ready = takeMade(response)
    if (ready !== undefined) return ready
    const whole = bodyAtHand(response)
    if (whole !== undefined) return responseOf(exchange, whole)
  }
  return responseOf(exchange, playedBody(exchange, signal, playing))
}

/** How many pieces are handed out in one go: enough to cost nothing, too few to hold a long stream twice. */
const READ_AHEAD = 256
/** Milliseconds by which a client may be later than it was recorded to give up a body that does not end. */
const PATIENCE = 1_000

function playedBody(
  exchange: Exchange,
  signal: AbortSignal | undefined,
  { timing, before, complained }: Playing,
): ReadableStream<Uint8Array> {
  const { pieces, end, broke, cancelledAt = 0 } = exchange.response
  const isAtOnce = timing === 0 && before === undefined
  const started = elapsed()
  let next = 0
  let isOver = false
  let forget = () => {}
  let wake = () => {}
  const leave = () => {
    isOver = true
    forget()
    wake()
  }
  const step = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (next === pieces.length) return await finish(controller)
    const until = isAtOnce ? Math.min(next + READ_AHEAD, pieces.length) : next + 1
    while (next < until) controller.enqueue(ownBytes(pieces, next++))
  }
  const finish = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (end === 'closed') controller.close()
    else if (end === 'aborted') controller.error(brokenOff('terminated', broke))
    else await waitForCancel(controller)
    forget()
  }
  const waitForCancel = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, cancelledAt + PATIENCE - (elapsed() - started))
    wake = resolve
    await promise
    clearTimeout(timer)
    if (isOver) return
    const error = endOfRecording(exchange)
    complained?.(error)
    controller.error(error)
  }
  const waitAndStep = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const due = (pieces[next]?.at ?? 0) * timing - (elapsed() - started)
    if (due > 0) await sleep(due, undefined, { signal }).catch(() => undefined)
    await before?.(next)
    if (!isOver) await step(controller)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const giveUp = () => {
          leave()
          controller.error(signal?.reason)
        }
        if (signal?.aborted === true) return giveUp()
        signal?.addEventListener('abort', giveUp, { once: true })
        forget = () => signal?.removeEventListener('abort', giveUp)
      },
      pull: isAtOnce ? step : waitAndStep,
      cancel: leave,
    },
    { highWaterMark: 0 },
  )
}

/** The code of a connection that the server just closed. */
export const CLOSED = 'UND_ERR_SOCKET'

/** What Node's `fetch` reports when the connection breaks: before a response, or where a body is read. */
export function brokenOff(
  what: 'fetch failed' | 'terminated',
  { code, message }: Failure = { code: CLOSED, message: 'other side closed' },
): TypeError {
  const cause = Object.assign(new Error(message), { code })
  return new TypeError(what, { cause: code === CLOSED ? Object.assign(cause, { name: 'SocketError' }) : cause })
}

function endOfRecording({ evidence }: Exchange): LlmContractsError {
  return new LlmContractsError(
    'missing-recording',
    `${evidence.file}, exchange ${evidence.number} ends here, because the client cancelled the stream when it was recorded. ` +
      'Record the test again with LLM_CONTRACTS=rerecord.',
  )
}
