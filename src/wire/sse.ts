import { createParser } from 'eventsource-parser'
import { isRecord, parseJson } from './guards.ts'
import { bodyText, type Piece } from './exchange.ts'
import type { Api, StreamFacts, WireEvent } from './types.ts'

const terminal = new Set<unknown>(['response.completed', 'response.incomplete', 'response.failed'])

/**
 * Reads the pieces of a response body as server-sent events: the same facts however the bytes were cut, `at` apart.
 * Never throws.
 *
 * Lines, comments and multi-line data follow the HTML standard, section 9.2.6 (event stream interpretation). At the end
 * it does as the OpenAI SDK does: a last event without its blank line is still an event where its data is JSON or
 * `[DONE]`; otherwise its text is the `tail`. White space around `[DONE]` is forgiven here and kept in `data`. For an
 * `unknown` api either terminal event counts.
 *
 * @example
 * ```ts
 * const { events, malformed, tail } = readStream([{ at: 12, bytes: Buffer.from('data: {"id":1}\n\n') }], 'chat')
 * ```
 */
export function readStream(pieces: readonly Piece[], api: Api): StreamFacts {
  const events: WireEvent[] = []
  const malformed: number[] = []
  let [comments, doneCount, at] = [0, 0, 0]
  let [named, flushing] = [false, false]
  let lastText = ''
  const parser = createParser({
    onComment() {
      comments++
    },
    onEvent({ event, data }) {
      const done = isDone(data)
      const json = done ? undefined : parseJson(data)
      if (done) doneCount++
      else if (json === undefined) {
        if (flushing) return
        malformed.push(events.length)
      } else if (terminal.has((isRecord(json) && json.type) || event)) named = true
      events.push({ event, data, json, at })
    },
  })

  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (const { at: arrived, bytes } of pieces) {
    if (bytes.length === 0) continue
    at = arrived
    // A piece that ends in ASCII leaves no character open; decoding it as the last one is 1.5 times as fast.
    lastText = decoder.decode(bytes, { stream: (bytes.at(-1) ?? 0) > 127 })
    parser.feed(lastText)
  }

  const before = events.length
  let tail = ''
  if (!/(\n\n|\r\n\r\n|\r\r)$/.test(lastText.slice(-4))) {
    flushing = true
    parser.feed(`${decoder.decode()}\n\n`)
    if (events.length === before) tail = unfinished(pieces)
  }
  const terminated = api === 'responses' ? named : doneCount > 0 || (api === 'unknown' && named)
  return { events, comments, malformed, doneCount, terminated, tail }
}

/** What stands in a stream, one after the other: an event, a comment, or a line that is neither. */
export type StreamItem = { readonly at: number } & (
  | {
      readonly kind: 'event'
      readonly event: string | undefined
      readonly id: string | undefined
      readonly data: string
    }
  | { readonly kind: 'comment' | 'odd'; readonly text: string }
)

/**
 * The events, comments and odd lines of a stream in the order of the wire, for people to read; `at` as in `readStream`. An
 * unfinished last event is there too.
 *
 * @example
 * ```ts
 * readItems([{ at: 3, bytes: Buffer.from(': hold on\n\ndata: [DONE]\n\n') }]).map(({ kind }) => kind) // ['comment', 'event']
 * ```
 */
export function readItems(pieces: readonly Piece[]): StreamItem[] {
  const items: StreamItem[] = []
  let at = 0
  const parser = createParser({
    onEvent: ({ event, id, data }) => void items.push({ at, kind: 'event', event, id, data }),
    onComment: (text) => void items.push({ at, kind: 'comment', text }),
    onRetry: (retry) => void items.push({ at, kind: 'odd', text: `retry: ${retry}` }),
    onError: ({ line, message }) => void items.push({ at, kind: 'odd', text: line ?? message }),
  })
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  for (const { at: arrived, bytes } of pieces) {
    at = arrived
    parser.feed(decoder.decode(bytes, { stream: true }))
  }
  parser.feed(`${decoder.decode()}\n\n`)
  return items
}

/** True for the data of the event that ends a chat stream: `isDone('[DONE] ')` is true, as in OpenAI's Python client. */
export function isDone(data: string): boolean {
  return data === '[DONE]' || (data.length < 32 && data.trim() === '[DONE]')
}

function unfinished(pieces: readonly Piece[]): string {
  const text = bodyText({ status: 0, headers: {}, pieces, end: 'open' }).replace(/\r\n?/g, '\n')
  const rest = text.slice(text.lastIndexOf('\n\n') + 1).replace(/^\n+/, '')
  return rest.split('\n').every((line) => line === '' || line.startsWith(':')) ? '' : rest
}
