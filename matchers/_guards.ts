import type { Exchange } from '../src/wire/exchange.ts'
import type { Reply } from '../src/wire/types.ts'

/** What the SDK's calls return: a promise that also gives the raw response. */
export interface ApiPromise extends PromiseLike<unknown> {
  asResponse(): Promise<Response>
}

/** Whether a thing is a call of the SDK. */
export function isApiPromise(thing: unknown): thing is ApiPromise {
  return isThenable(thing) && typeof (thing as Partial<ApiPromise>).asResponse === 'function'
}

/** Whether a thing can be awaited to some effect. */
export function isThenable(thing: unknown): thing is PromiseLike<unknown> {
  return typeof (thing as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}

/** Whether a thing is a stream of any kind. */
export function isAsyncIterable(thing: unknown): thing is AsyncIterable<unknown> {
  return typeof (thing as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === 'function'
}

/** Whether a thing looks like a `Response`, which may come from another realm or another fetch. */
export function isResponse(thing: unknown): thing is Response {
  const { status, headers, clone } = (thing ?? {}) as Partial<Response>
  return typeof status === 'number' && typeof headers?.get === 'function' && typeof clone === 'function'
}

/** Whether a thing is what `withResponse()` of the SDK resolves to for a stream. */
export function isStreamWithResponse(thing: unknown): thing is { data: AsyncIterable<unknown>; response: Response } {
  const { data, response } = (thing ?? {}) as { data?: unknown; response?: unknown }
  return isAsyncIterable(data) && isResponse(response)
}

/** Whether a thing is what `streamText` of the Vercel AI SDK returns, whose `text` resolves when the stream has ended. */
export function isStreamResult(thing: unknown): thing is { readonly text: PromiseLike<string> } {
  return (
    typeof thing === 'object' && thing !== null && 'textStream' in thing && 'text' in thing && isThenable(thing.text)
  )
}

/** Whether a thing is a reply, read already. */
export function isReply(thing: unknown): thing is Reply {
  const { exchange, answers } = (thing ?? {}) as Partial<Reply>
  return Array.isArray(answers) && isExchange(exchange)
}

/** Whether a thing is an exchange, as the recorder has it. */
export function isExchange(thing: unknown): thing is Exchange {
  const { response, evidence } = (thing ?? {}) as Partial<Exchange>
  return Array.isArray(response?.pieces) && typeof evidence?.seen === 'string'
}
