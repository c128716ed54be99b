import { LlmContractsError } from '../src/errors.ts'
import type { Piece, WireResponse } from '../src/wire/exchange.ts'
import { exchangeOf } from '../src/wire/seen.ts'
import { isApiPromise, isAsyncIterable, isResponse, isStreamResult, isStreamWithResponse } from './_guards.ts'
import type { ApiPromise } from './_guards.ts'
import { elapsed } from '../src/wire/clock.ts'

/** What came out of the thing that a matcher was given. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: unknown }
  | { readonly kind: 'response'; readonly response: Response; readonly body: Body | undefined }
  | StreamOutcome

interface StreamOutcome {
  readonly kind: 'stream'
  readonly chunks: readonly unknown[]
  readonly error: unknown
  /** Where the stream came with its response, as from `withResponse()`. */
  readonly response?: Response
}

type Body = Pick<WireResponse, 'pieces' | 'end'>

/** Waits for what a call, a promise or a stream comes to, and reads all of it. */
export async function follow(start: () => unknown): Promise<Outcome> {
  try {
    const thing = start()
    if (isApiPromise(thing)) return await followApiPromise(thing)
    const value = await thing
    if (isResponse(value)) return { kind: 'response', response: value, body: await drain(value) }
    if (isAsyncIterable(value)) return await followStream(value)
    if (isStreamResult(value)) return { kind: 'value', value: { text: await value.text } }
    if (isStreamWithResponse(value)) return { ...(await followStream(value.data)), response: value.response }
    return value instanceof Error ? { kind: 'error', error: value } : { kind: 'value', value }
  } catch (error) {
    return { kind: 'error', error }
  }
}

/** Reads a copy of the raw response, so that the SDK can neither stop at a fault nor lose the stream for its owner. */
async function followApiPromise(promise: ApiPromise): Promise<Outcome> {
  const response = await promise.asResponse()
  if (exchangeOf(response) === undefined && response.bodyUsed) return follow(() => Promise.resolve(promise))
  return { kind: 'response', response, body: await drain(response) }
}

async function followStream(stream: AsyncIterable<unknown> & { readonly ended?: unknown }): Promise<StreamOutcome> {
  const chunks: unknown[] = []
  // The SDK's event streams would keep a late reader waiting for ever.
  if (stream.ended === true) return { kind: 'stream', chunks, error: new Error('The stream was consumed already.') }
  try {
    for await (const chunk of stream) chunks.push(chunk)
    return { kind: 'stream', chunks, error: undefined }
  } catch (error) {
    return { kind: 'stream', chunks, error }
  }
}

async function drain(response: Response): Promise<Body | undefined> {
  if (response.bodyUsed || response.body?.locked === true) return undefined
  const pieces: Piece[] = []
  const start = elapsed()
  try {
    for await (const bytes of response.clone().body ?? []) pieces.push({ at: elapsed() - start, bytes })
    return { pieces, end: 'closed' }
  } catch (error) {
    if (error instanceof LlmContractsError) throw error
    return { pieces, end: 'aborted' }
  }
}

/** Whether the stream had been read before. */
export function wasConsumed(outcome: Outcome): boolean {
  if (outcome.kind !== 'stream') return false
  const { chunks, error } = outcome
  return chunks.length === 0 && error instanceof Error && /consumed|locked/.test(error.message)
}
