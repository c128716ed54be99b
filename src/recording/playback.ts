import { setTimeout as sleep } from 'node:timers/promises'
import { LlmContractsError } from '../errors.ts'
import type { Exchange, Failure, Piece } from '../wire/exchange.ts'
import { knownText } from './pieces.ts'
import { elapsed } from '../wire/clock.ts'

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
  const { pieces, end, headers, broke } = exchange.response
  if (end === 'closed' && pieces.length <= 1 && timing === 0 && before === undefined) {
    const [whole] = pieces
    // `Response` reads a text faster than bytes, but says text/plain of it where nobody says what it is.
    const text = headers['content-type'] === undefined || whole === undefined ? undefined : knownText(whole)
    return text ?? ((whole?.bytes ?? new Uint8Array()) as Uint8Array<ArrayBuffer>)
  }
  const started = elapsed()
  let next = 0
  const isAtOnce = timing === 0 && before === undefined
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
