import { excerpt } from '../wire/text.ts'
import { filled, isRecord, jsonText, list } from '../wire/guards.ts'
import { bodyBytes, type Exchange, type Json, type Piece } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Answer, Reply } from '../wire/types.ts'
import type { Breach, Check } from './contract.ts'
import { recordsOf, type Spot } from './_stream.ts'

/** The end of an event. */
export const blankLine = /\r\n\r\n|\n\n|\r\r(?!\n)/
const blankLines = new RegExp(blankLine, 'g')
// Not after a lone CR: without the comment it might become a CRLF.
const comments = /(?<=^|\n):[^\r\n]*(?:\r\n|\r|\n|$)/g

/** A body as text, one character for each byte. */
export const latin1 = ({ response }: Exchange): string => Buffer.from(bodyBytes(response)).toString('latin1')

/** An exchange with other pieces. */
export const withPieces = (exchange: Exchange, pieces: readonly Piece[]): Exchange => ({
  ...exchange,
  response: { ...exchange.response, pieces },
})

const withText = (exchange: Exchange, text: string): Exchange =>
  withPieces(exchange, [{ at: 0, bytes: Buffer.from(text, 'latin1') }])

/** An exchange with a comment, a blank line and an event without data after each of its first 1,000 events. */
export function kept(exchange: Exchange): Exchange {
  let left = 1000
  const text = latin1(exchange).replaceAll(blankLines, (end) =>
    left-- > 0 ? `${end}: keep-alive\n\n\nevent: ping\n\n` : end,
  )
  return withText(exchange, text)
}

/** An exchange without its comment lines. */
export const uncommented = (exchange: Exchange): Exchange =>
  withText(exchange, latin1(exchange).replaceAll(comments, ''))

/** An exchange with one more frame after its first event. */
export const spoilt = (exchange: Exchange, frame: string): Exchange =>
  withText(
    exchange,
    latin1(exchange).replace(blankLine, (end) => `${end}${frame}\n\n`),
  )

/** An exchange of these frames alone. */
export const only = (exchange: Exchange, ...frames: readonly string[]): Exchange =>
  withText(exchange, frames.map((frame) => `${frame}\n\n`).join(''))

/** Bytes cut after each of the first 256, then at line ends and inside characters, into 10,000 pieces at most. */
export function small(bytes: Uint8Array): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (let to = 1; to < bytes.length && pieces.length < 9_999; to++) {
    const next = bytes[to] ?? 0
    if (to > 256 && next !== 10 && next !== 13 && next < 128) continue
    pieces.push({ at: 0, bytes: bytes.subarray(from, to) })
    from = to
  }
  return [...pieces, { at: 0, bytes: bytes.subarray(from) }]
}

/** The answers as text, to be compared. */
export const answersOf = ({ answers }: Reply): string => jsonText(answers as unknown as Json)

const keys = new WeakMap<Reply, string>()

function keyOf(reply: Reply): string {
  const known = keys.get(reply)
  if (known !== undefined) return known
  const { stream, usage, error } = reply
  const frames = stream?.events.map(({ event, data }) => [event, data])
  const ends = [stream?.malformed, stream?.doneCount, stream?.terminated, stream?.tail !== '']
  const key = answersOf(reply) + jsonText([frames, ends, usage, error?.eventIndex] as unknown as Json)
  keys.set(reply, key)
  return key
}

/** Whether two readings say different things; comments and times apart. */
export const differ = (one: Reply, other: Reply): boolean => one !== other && keyOf(one) !== keyOf(other)

/** The first event that another reading has otherwise. */
export function firstChange(other: Reply, { stream }: Reply): Pick<Breach, 'event' | 'bytes'> {
  const events = stream?.events ?? []
  const changed = events.findIndex(({ data }, event) => other.stream?.events[event]?.data !== data)
  const event = changed < 0 ? events.length - 1 : changed
  return event < 0 ? { bytes: '' } : { event, bytes: excerpt(events[event]?.data ?? '') }
}

/** The texts and arguments that a choice carries. */
export function payloadOf({ said }: Spot): string[] {
  const calls = list(said.tool_calls).flatMap((call) =>
    isRecord(call) && isRecord(call.function) ? [call.function] : [],
  )
  return [said.content, ...calls.map((call) => call.arguments)].flatMap((part) => filled(part) ?? [])
}

/** The first event that names itself an error, whatever a reader makes of it. */
export function errorIn(reply: Reply): Required<Pick<Breach, 'event' | 'bytes'>> | undefined {
  const named = reply.stream?.events.findIndex(({ event }) => event === 'error') ?? -1
  const inside = recordsOf(reply).find(
    ({ json: { error } }) => filled(error) ?? (isRecord(error) && filled(error.message)),
  )
  const event = named < 0 ? inside?.event : named
  return event === undefined ? undefined : { event, bytes: excerpt(reply.stream?.events[event]?.data ?? '') }
}

/** A piece of text that a choice of the wire carries. */
export interface Part {
  readonly index: number
  readonly part: string
}

/** The first piece that is not in what an answer says; they are looked for in their order, so that no text is read twice. */
export function lostIn<T extends Part>(
  parts: readonly T[],
  answers: readonly Answer[],
  says: (answer: Answer) => string | undefined,
): T | undefined {
  const texts = new Map(answers.map((answer) => [answer.index, says(answer) ?? '']))
  const ends = new Map<number, number>()
  return parts.find(({ index, part }) => {
    const at = texts.get(index)?.indexOf(part, ends.get(index) ?? 0) ?? -1
    ends.set(index, at + part.length)
    return at < 0
  })
}

/** What makes a reply of an exchange: this package's own reader, or another to be tried. */
export type Reader = (exchange: Exchange) => Reply

/** A check of what a reader makes of a reply's bytes; a reader that throws breaks it. */
export type CheckWith = (read: Reader) => Check

/** The check with this package's own reader. */
export const own = (check: CheckWith): Check => check(readReply)

/** Turns a judgement of a reader into a check that survives whatever the reader does. */
export const trying =
  (judge: (reply: Reply, read: Reader) => Breach | undefined): CheckWith =>
  (read) =>
  (reply) => {
    try {
      return judge(reply, read)
    } catch (error) {
      return { says: 'came in bytes on which the reader threw', bytes: String(error).slice(0, 80) }
    }
  }
