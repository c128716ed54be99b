import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { LlmContractsError } from '../errors.ts'
import { seenHere } from '../wire/seen.ts'
import { counted } from '../wire/text.ts'
import { counting } from './_cap.ts'
import { judgeFirstByte } from './_pace.ts'
import { STREAMED, user, WHOLE } from './_parts.ts'
import { errorIn, unanswered } from './_refusal.ts'
import { Refused } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** Reads of a stream before it is aborted. */
const READS = 3
/** Milliseconds in which an abort must be felt. */
const PROMPTLY = 1000

type Opener = Pick<Asker, 'open' | 'replyOf' | 'target'>

const long = ({ target }: Opener) => ({ model: target.model, stream: true, messages: [counting(200)] })

/** A request and the way to give it up; `undefined` where no connection was made. */
async function opened(ask: Opener): Promise<{ response: Response; controller: AbortController } | undefined> {
  const controller = new AbortController()
  try {
    return {
      response: await ask.open('POST', '/chat/completions', long(ask), { signal: controller.signal }),
      controller,
    }
  } catch (error) {
    if (error instanceof LlmContractsError) throw error
    return undefined
  }
}

const unconnected = inconclusive('the provider could not be asked: no response')

/** Begins a stream, and gives it up after a few reads. */
export async function abortStream(ask: Opener): Promise<Outcome> {
  const begun = await opened(ask)
  if (begun === undefined) return unconnected
  const { response, controller } = begun
  if (!response.ok) {
    await response.arrayBuffer()
    const reply = ask.replyOf(response)
    const open = unanswered(reply)
    if (open !== undefined) return open
    throw new Refused(reply)
  }
  const reader = response.body?.getReader()
  for (let read = 0; read < READS; read += 1) {
    const { done } = (await reader?.read()) ?? { done: true }
    if (done) return inconclusive(`the stream was over after ${counted(read, 'read')}, before it could be aborted`)
  }
  controller.abort()
  const ended = reader?.read().then(
    () => 'more' as const,
    () => 'ended' as const,
  )
  const found = await Promise.race([ended, sleep(PROMPTLY, 'silent' as const)])
  if (found === 'ended') return kept()
  return broken(
    found === 'more' ? 'went on after the abort' : `did not end the stream within ${PROMPTLY} ms of the abort`,
  )
}

/** Asks, and gives up once the request is out and before anything has come back. */
export async function abortBefore(ask: Opener): Promise<Outcome> {
  const controller = new AbortController()
  const before = passed()
  const asked = ask.open('POST', '/chat/completions', long(ask), { signal: controller.signal }).then(
    () => 'answered' as const,
    (error: unknown) => {
      if (error instanceof LlmContractsError) throw error
      return controller.signal.aborted ? ('ended' as const) : ('failed' as const)
    },
  )
  // Whoever gives up in the same turn of the event loop has asked nobody.
  await Promise.race([asked, nextTurn()])
  controller.abort()
  const found = await Promise.race([asked, sleep(PROMPTLY, 'silent' as const)])
  if (found === 'failed') return unconnected
  if (found === 'answered') return inconclusive('it answered before it could be aborted')
  if (found === 'silent') return broken(`did not end the request within ${PROMPTLY} ms of the abort`)
  return passed() > before ? kept() : inconclusive('nothing was asked before the abort')
}

/** How many exchanges there were until now. */
const passed = () => seenHere()?.exchanges.length ?? 0

async function reuse(ask: Asker): Promise<Outcome> {
  const aborted = await abortStream(ask)
  if (aborted.is !== 'kept') return aborted.is === 'inconclusive' ? aborted : inconclusive('the abort was not felt')
  const refused = await ask.attempt({ messages: [] }, { failing: true, way: 'whole' })
  if (refused.status < 400) return inconclusive('it did not refuse a request without messages')
  const after = await ask.attempt({ messages: [user('Say hello.')] }, { failing: true, way: 'whole' })
  const { status } = after
  if (status === 0) return broken('gave no response after an abort and an error')
  const open = unanswered(after)
  if (open !== undefined) return open
  return status < 300 ? kept() : broken(`answered HTTP ${status} after an abort and an error`, errorIn(after))
}

/** What giving up promises, and waiting. */
export const abortTrials: readonly Trial[] = [
  {
    id: 'abort.stops-stream',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: STREAMED,
    promise: 'Ends a stream at once where it is aborted.',
    hint: 'Look for a client or a proxy that reads on.',
    source: 'Fetch standard, abort; QuantumNous/new-api#4184',
    blame: 'infrastructure',
    run: abortStream,
  },
  {
    id: 'abort.before-first-byte',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['agent'],
    ways: STREAMED,
    promise: 'Ends a request at once where it is aborted before anything came.',
    hint: 'Look for a client or a proxy that waits on.',
    source: 'Fetch standard, abort',
    blame: 'infrastructure',
    run: abortBefore,
  },
  {
    id: 'timeout.ttfb',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: STREAMED,
    promise: 'Sends the first byte within 30 seconds; a keep-alive counts.',
    hint: 'Raise the timeout of your client, or ask another model.',
    source: 'proxies cut silent connections after 30 to 60 seconds; DeepSeek documents keep-alive comments',
    blame: 'infrastructure',
    run: async (ask) => judgeFirstByte(await ask.chat({ messages: [user('Say hello.')] })),
  },
  {
    id: 'concurrency.keepalive-reuse',
    level: 'may',
    mode: 'live',
    needs: ['chat', 'streaming'],
    profiles: ['agent'],
    ways: WHOLE,
    promise: 'Answers on after an abort and an error.',
    hint: 'Open a new connection after an abort.',
    source: 'RFC 9112, section 9.3: persistence',
    blame: 'infrastructure',
    run: reuse,
  },
]
