import { setTimeout as sleep } from 'node:timers/promises'
import { LlmContractsError } from '../errors.ts'
import type { Exchange, Failure, Piece, WireResponse } from '../wire/exchange.ts'
import { statusWords } from '../wire/status.ts'
import { knownText } from './pieces.ts'
import { elapsed } from '../wire/clock.ts'

export type Body = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null

const WITHOUT_BODY = new Set([101, 103, 204, 205, 304])

/** What a client is given. */
export function responseOf({ status, headers }: Pick<WireResponse, 'status' | 'headers'>, body: Body): Response {
  const statusText = statusWords(status) ?? ''
  return new Response(WITHOUT_BODY.has(status) ? null : body, { status, statusText, headers })
}

const made = new WeakMap<WireResponse, Response>()

/** Makes what a client will be given before it asks, where nothing of it depends on time. */
export function makeAhead(response: WireResponse): void {
  const body = wholeBody(response)
  if (body !== undefined) made.set(response, responseOf(response, body))
}

/** What was made ahead, for the one client that asks for it. */
export function takeMade(response: WireResponse): Response | undefined {
  const found = made.get(response)
  made.delete(response)
  return found
}

/** A body that is there as a whole: its text, where a recording has it at hand, or its bytes. */
function wholeBody({ pieces, end, headers }: WireResponse): Uint8Array<ArrayBuffer> | string | undefined {
  if (end !== 'closed' || pieces.length > 1) return undefined
  const [whole] = pieces
  // `Response` reads a text faster than bytes, but says text/plain of it where nobody says what it is.
  const text = headers['content-type'] === undefined || whole === undefined ? undefined : knownText(whole)
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

/** How many pieces are handed out in one go: enough to cost nothing, too few to hold a long stream twice. */
const READ_AHEAD = 256

/** The body of a replayed response: a text or plain bytes where nothing depends on time, else a stream of the very pieces. */
export function playedBody(
  exchange: Exchange,
  signal: AbortSignal | undefined,
  { timing, before, complained }: Playing,
): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string {
  const { pieces, end, broke } = exchange.response
  const isAtOnce = timing === 0 && before === undefined
  const whole = isAtOnce ? wholeBody(exchange.response) : undefined
  if (whole !== undefined) return whole
  const started = elapsed()
  let next = 0
  const step = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (next === pieces.length) return finish(controller)
    const until = isAtOnce ? Math.min(next + READ_AHEAD, pieces.length) : next + 1
    while (next < until) controller.enqueue((pieces[next++] as Piece).bytes)
  }
  const finish = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    forget()
    if (end === 'closed') controller.close()
    else if (end === 'aborted') controller.error(brokenOff('terminated', broke))
    else {
      const error = endOfRecording(exchange)
      complained?.(error)
      controller.error(error)
    }
  }
  const waitAndStep = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const due = (pieces[next]?.at ?? 0) * timing - (elapsed() - started)
    if (due > 0) await sleep(due, undefined, { signal }).catch(() => undefined)
    await before?.(next)
    if (signal?.aborted !== true) step(controller)
  }
  let forget = () => {}
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const giveUp = () => controller.error(signal?.reason)
        if (signal?.aborted === true) return giveUp()
        signal?.addEventListener('abort', giveUp, { once: true })
        forget = () => signal?.removeEventListener('abort', giveUp)
      },
      pull: isAtOnce ? step : waitAndStep,
      cancel: () => forget(),
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
