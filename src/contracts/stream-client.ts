import { excerpt, quoted } from '../wire/text.ts'
import { filled, isRecord } from '../wire/guards.ts'
import { bodyBytes } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { answersOf, blankLine, differ, errorIn, firstChange, kept, latin1, lostIn, only, payloadOf } from './_reread.ts'
import { own, small, spoilt, trying, uncommented, withPieces, type CheckWith } from './_reread.ts'
import { at, finishOf, isChatStream, spotsOf, type Spot } from './_stream.ts'
import type { Contract } from './contract.ts'

const client = { mode: 'client', needs: ['stream'], blame: 'configuration' } as const
const hint = "Report this exchange to the client's authors: the fault is the reader's, not the provider's."
const sse = 'HTML standard, section 9.2.6 (interpreting an event stream)'
const chunkObject = 'OpenAI API reference, the chat completion chunk object'
const badFrame = 'data: {"id":"cut o'

const deltasOf = (reply: Reply): Spot[] => spotsOf(reply).filter(({ choice }) => isRecord(choice.delta))
const partsOf = (reply: Reply, key: 'content' | 'refusal') =>
  deltasOf(reply).flatMap((spot) => {
    const part = filled(spot.said[key])
    return part === undefined ? [] : [{ ...spot, part }]
  })
const hasEvents = (reply: Reply): boolean =>
  isChatStream(reply) && reply.stream.events.length > 0 && reply.exchange.response.end !== 'open'

/** The checks of the stream contracts with mode `client`, by id: each takes the reader that is to be tried. */
export const streamCheckWith = {
  'stream.sse.comments-ignorable': trying((reply, read) => {
    const { exchange, stream } = reply
    const { comments = 0 } = stream ?? {}
    if (differ(read(kept(exchange)), reply)) {
      return { says: 'was read otherwise with comments between its events', bytes: ': keep-alive' }
    }
    const other = comments === 0 ? reply : read(uncommented(exchange))
    // What is left may begin as no stream any more.
    if (other.stream === undefined || !differ(other, reply)) return undefined
    const says = `was read otherwise without its comments (${comments})`
    return { says, bytes: excerpt(/^:.*/m.exec(latin1(exchange))?.[0] ?? ':') }
  }),
  'stream.sse.rechunk-invariant': trying((reply, read) => {
    const bytes = bodyBytes(reply.exchange.response)
    for (const [cut, pieces] of Object.entries({
      'in one piece': [{ at: 0, bytes }],
      'in small pieces': small(bytes),
    })) {
      const other = read(withPieces(reply.exchange, pieces))
      if (differ(other, reply))
        return { says: `was read otherwise where its bytes came ${cut}`, ...firstChange(other, reply) }
    }
    return undefined
  }),
  'stream.sse.malformed-frame-surfaced': trying((reply, read) => {
    const { events = [], malformed = [] } = reply.stream ?? {}
    const other = read(spoilt(reply.exchange, badFrame))
    if (other.stream?.malformed.length !== malformed.length + 1) {
      return { says: 'was read without a word of a frame that is not JSON', bytes: badFrame }
    }
    if (other.stream.events.length !== events.length + 1 || answersOf(other) !== answersOf(reply)) {
      return { says: 'was read without the frames after one that is not JSON', bytes: badFrame }
    }
    const nothing = read(only(reply.exchange, badFrame, 'data: [DONE]'))
    if (nothing.stream?.malformed.length === 1 && nothing.answers.length === 0) return undefined
    return { says: 'was read as an answer where only a frame that is not JSON and [DONE] came', bytes: badFrame }
  }),
  'stream.finish.payload-in-final-chunk': trying((reply, read) => {
    const answers = new Map(read(reply.exchange).answers.map((answer) => [answer.index, answer]))
    for (const spot of deltasOf(reply).filter((each) => finishOf(each) !== undefined)) {
      const { text = '', toolCalls = [] } = answers.get(spot.index) ?? {}
      const heard = [text, ...toolCalls.map((call) => call.arguments)]
      const lost = payloadOf(spot).find((part) => !heard.some((all) => all.includes(part)))
      if (lost === undefined) continue
      return { says: `was read without ${quoted(lost, 40)} of the chunk with the finish_reason`, ...at(spot, '.delta') }
    }
    return undefined
  }),
  'stream.refusal-delta': trying((reply, read) => {
    const { answers } = read(reply.exchange)
    const lost = lostIn(partsOf(reply, 'refusal'), answers, ({ refusal }) => refusal)
    if (lost === undefined) return undefined
    const says = `was read without its refusal ${quoted(lost.part, 40)}`
    return { says, ...at(lost, '.delta.refusal') }
  }),
  'stream.error.midstream-surfaced': trying((reply, read) => {
    const error = errorIn(reply)
    if (error === undefined) return undefined
    const seen = read(reply.exchange)
    if (seen.error?.eventIndex === undefined)
      return { says: 'was read as a success in spite of an error inside', ...error }
    const lost = lostIn(partsOf(reply, 'content'), seen.answers, ({ text }) => text)
    return lost && { says: 'was read without the text that came beside an error', ...at(lost, '.delta.content') }
  }),
} as const satisfies Readonly<Record<string, CheckWith>>

/** What a client must make of a chat stream, tried on this package's own reader. */
export const streamClientContracts: readonly Contract[] = [
  {
    ...client,
    id: 'stream.sse.comments-ignorable',
    level: 'must',
    promise: 'Reads the same with and without comments, blank lines and events that carry no data.',
    hint,
    source: `${sse}: comments; measured: OpenRouter sends them in most streams`,
    applies: hasEvents,
    check: own(streamCheckWith['stream.sse.comments-ignorable']),
  },
  {
    ...client,
    id: 'stream.sse.rechunk-invariant',
    level: 'must',
    promise: 'Reads the same wherever the network cuts its bytes, even inside a character or a line end.',
    hint,
    source: `${sse}: the stream is decoded as UTF-8, then split into lines`,
    applies: hasEvents,
    check: own(streamCheckWith['stream.sse.rechunk-invariant']),
  },
  {
    ...client,
    id: 'stream.sse.malformed-frame-surfaced',
    level: 'must',
    promise: 'Reads with each frame that is not JSON named, and every frame after it kept.',
    hint,
    source: `${sse}: an event ends at a blank line, whatever its data is`,
    applies: (reply) => hasEvents(reply) && blankLine.test(latin1(reply.exchange)),
    check: own(streamCheckWith['stream.sse.malformed-frame-surfaced']),
  },
  {
    ...client,
    id: 'stream.finish.payload-in-final-chunk',
    level: 'should',
    promise: 'Reads with the text and arguments kept that come in the chunk with the finish_reason.',
    hint,
    source: `${chunkObject}; measured: Mistral sends its last piece so in most streams`,
    applies: (reply) =>
      isChatStream(reply) && deltasOf(reply).some((spot) => finishOf(spot) && payloadOf(spot).length > 0),
    check: own(streamCheckWith['stream.finish.payload-in-final-chunk']),
  },
  {
    ...client,
    id: 'stream.refusal-delta',
    level: 'may',
    needs: ['refusal'],
    promise: 'Reads with the text of a refusal kept.',
    hint,
    source: `${chunkObject}: delta.refusal`,
    applies: (reply) => isChatStream(reply) && deltasOf(reply).some(({ said }) => filled(said.refusal) !== undefined),
    check: own(streamCheckWith['stream.refusal-delta']),
  },
  {
    ...client,
    id: 'stream.error.midstream-surfaced',
    level: 'must',
    promise: 'Reads as an error where one comes inside the stream, with the text before it kept.',
    hint,
    source:
      "As OpenAI's client libraries do; measured: Groq sends an event named error, OpenRouter an error in a chunk",
    applies: (reply) => isChatStream(reply) && errorIn(reply) !== undefined,
    check: own(streamCheckWith['stream.error.midstream-surfaced']),
  },
]
