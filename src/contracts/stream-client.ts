import { excerpt, quoted } from '../../matchers/_text.ts'
import { filled, isRecord, jsonText, list, str, type JsonObject } from '../wire/_guards.ts'
import { bodyBytes, type Exchange, type Json, type Piece } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { byIndex, finishOf, isChatStream, own, recordsOf, spotsOf, trying } from './_stream.ts'
import type { CheckWith, Spot } from './_stream.ts'
import type { Breach, Contract } from './contract.ts'

const client = { mode: 'client', needs: ['stream'], blame: 'configuration' } as const
const hint = "Report this exchange: the fault is the reader's, not the provider's."
const sse = 'HTML standard, section 9.2.6 (interpreting an event stream)'
const chunkObject = 'OpenAI API reference, the chat completion chunk object'

/** The checks of stream contracts with mode `client`, by id: each takes the reader that is to be tried. */
export const streamCheckWith = {
  'stream.sse.comments-ignorable': trying((reply, read) => {
    const { events = [], comments = 0 } = reply.stream ?? {}
    const text = latin1(reply.exchange)
    const more = text.replaceAll(blankLine, '$&: keep-alive\n\nevent: ping\n\n')
    if (differ(read(withText(reply.exchange, more)), reply)) {
      return {
        says: `was read otherwise with ": keep-alive" between its ${events.length} events`,
        bytes: ': keep-alive',
      }
    }
    if (comments === 0 || !differ(read(withText(reply.exchange, text.replaceAll(commentLine, ''))), reply))
      return undefined
    return { says: `was read otherwise without its comments (${comments})`, bytes: excerpt(commentIn(text)) }
  }),
  'stream.sse.rechunk-invariant': trying((reply, read) => {
    const { exchange } = reply
    const bytes = bodyBytes(exchange.response)
    const whole = [{ at: 0, bytes }]
    for (const [cut, pieces] of [
      ['in one piece', whole],
      ['in small pieces', small(bytes)],
    ] as const) {
      const other = read(withPieces(exchange, pieces))
      if (differ(other, reply))
        return { says: `was read otherwise where its bytes came ${cut}`, ...firstChange(other, reply) }
    }
    return undefined
  }),
  'stream.sse.malformed-frame-surfaced': trying((reply, read) => {
    const { events = [], malformed = [] } = reply.stream ?? {}
    const bad = 'data: {"id":"cut o'
    const spoilt = read(withText(reply.exchange, latin1(reply.exchange).replace(blankLine, `$&${bad}\n\n`)))
    if (spoilt.stream?.malformed.length !== malformed.length + 1) {
      return { says: 'was read without a word of a frame that is not JSON', bytes: bad }
    }
    if (spoilt.stream.events.length !== events.length + 1 || answersOf(spoilt) !== answersOf(reply)) {
      return { says: `lost the frames after a frame that is not JSON (of ${events.length})`, bytes: bad }
    }
    const only = read(withText(reply.exchange, `${bad}\n\ndata: [DONE]\n\n`))
    if (only.stream?.malformed.length === 1 && only.answers.length === 0) return undefined
    return { says: 'was read as an answer where nothing but a frame that is not JSON and [DONE] came', bytes: bad }
  }),
  'stream.finish.payload-in-final-chunk': trying((reply, read) => {
    const { answers } = read(reply.exchange)
    for (const spot of spotsOf(reply).filter((each) => finishOf(each) !== undefined)) {
      const { text = '', toolCalls = [] } = answers.find(({ index }) => index === spot.index) ?? {}
      const heard = [text, ...toolCalls.map((call) => call.arguments)]
      const lost = payloadOf(spot).find((part) => !heard.some((all) => all.includes(part)))
      if (lost !== undefined)
        return lostAt(`lost ${quoted(lost, 40)} from the chunk with the finish_reason`, spot, '.delta')
    }
    return undefined
  }),
  'stream.refusal-delta': trying((reply, read) => {
    const { answers } = read(reply.exchange)
    for (const spots of byIndex(spotsOf(reply))) {
      const refused = spots.filter(({ said }) => filled(said.refusal) !== undefined)
      const all = refused.map(({ said }) => str(said.refusal)).join('')
      const [first] = refused
      if (first === undefined || answers.find(({ index }) => index === first.index)?.refusal === all) continue
      return lostAt(`lost its refusal ${quoted(all, 40)}`, first, '.delta.refusal')
    }
    return undefined
  }),
  'stream.error.midstream-surfaced': trying((reply, read) => {
    const error = errorIn(reply)
    if (error === undefined) return undefined
    const { event, bytes } = error
    const seen = read(reply.exchange)
    if (seen.error?.eventIndex === undefined)
      return { says: 'was read as a success in spite of an error inside', event, bytes }
    for (const spots of byIndex(spotsOf(reply))) {
      const text = spots.map(({ said }) => str(said.content) ?? '').join('')
      if (seen.answers.some(({ index, text: kept = '' }) => index === spots[0]?.index && kept.includes(text))) continue
      return { says: 'lost the text that came before an error inside', event, bytes }
    }
    return undefined
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
    applies: (reply) => isChatStream(reply) && reply.stream.events.length > 0 && isAtRest(reply),
    check: own(streamCheckWith['stream.sse.comments-ignorable']),
  },
  {
    ...client,
    id: 'stream.sse.rechunk-invariant',
    level: 'must',
    promise: 'Reads the same wherever the network cuts its bytes, be it inside a character or a line end.',
    hint,
    source: `${sse}: the stream is decoded as UTF-8, then split into lines`,
    applies: (reply) => isChatStream(reply) && isAtRest(reply),
    check: own(streamCheckWith['stream.sse.rechunk-invariant']),
  },
  {
    ...client,
    id: 'stream.sse.malformed-frame-surfaced',
    level: 'must',
    promise: 'Reads with a frame that is not JSON named, and every frame after it kept.',
    hint,
    source: `${sse}: an event ends at a blank line, whatever its data is`,
    applies: (reply) => isChatStream(reply) && isAtRest(reply) && latin1(reply.exchange).search(blankLine) > 0,
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
      isChatStream(reply) && spotsOf(reply).some((spot) => finishOf(spot) && payloadOf(spot).length > 0),
    check: own(streamCheckWith['stream.finish.payload-in-final-chunk']),
  },
  {
    ...client,
    id: 'stream.refusal-delta',
    level: 'may',
    needs: ['refusal'],
    promise: 'Reads with the text of a refusal kept, apart from the content.',
    hint,
    source: `${chunkObject}: delta.refusal`,
    applies: (reply) => isChatStream(reply) && spotsOf(reply).some(({ said }) => filled(said.refusal) !== undefined),
    check: own(streamCheckWith['stream.refusal-delta']),
  },
  {
    ...client,
    id: 'stream.error.midstream-surfaced',
    level: 'must',
    promise: 'Reads as an error where one comes inside the stream, with the text before it kept.',
    hint,
    source: 'OpenAI API libraries raise on it; measured: Groq sends `event: error`, OpenRouter an error in a chunk',
    applies: (reply) => isChatStream(reply) && errorIn(reply) !== undefined,
    check: own(streamCheckWith['stream.error.midstream-surfaced']),
  },
]

const blankLine = /\r\n\r\n|\n\n|\r\r(?!\n)/g
const commentLine = /(?<=^|[\r\n]):[^\r\n]*(?:\r\n|\r|\n|$)/g
const isAtRest = ({ exchange }: Reply): boolean => exchange.response.end !== 'open'
