import { isRecord } from '../wire/guards.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Answer, Reply, StreamFacts } from '../wire/types.ts'
import { withPieces, type Reader } from './_reread.ts'
import type { Seed } from './contract.ts'
import { chunk, hello, stream } from './seed.ts'

const commented = stream([': PROCESSING', ...hello.slice(0, 2), ': PROCESSING', ...hello.slice(2)])
const umlauts = stream(hello.toSpliced(2, 1, chunk({ content: ' Grüße 🙂' })))
const loaded = stream(hello.toSpliced(3, 1, chunk({ content: '!' }, 'stop')))
const refused = stream([
  chunk({ role: 'assistant', content: null, refusal: '' }),
  chunk({ refusal: "I'm sorry, " }),
  chunk({ refusal: "I can't." }),
  ...hello.slice(3),
])
const failed = stream([
  ...hello.slice(0, 3),
  { error: { message: 'Overloaded', type: 'server_error' } },
  'data: [DONE]',
])

/** Both exchanges of a seed are the same here: the defect is in the reader. */
const seed = (contract: string, exchange: Exchange): Seed => ({ contract, clean: exchange, defect: exchange })

/** Seeds of what a client must make of a chat stream; each defect is judged with the wrong readers below. */
export const streamClientSeeds: readonly Seed[] = [
  seed('stream.sse.comments-ignorable', commented),
  seed('stream.sse.rechunk-invariant', umlauts),
  seed('stream.sse.malformed-frame-surfaced', stream(hello)),
  seed('stream.finish.payload-in-final-chunk', loaded),
  seed('stream.refusal-delta', refused),
  seed('stream.error.midstream-surfaced', failed),
]

const rewritten = (text: (all: string) => string): Reader => {
  return (exchange) => {
    const all = Buffer.concat(exchange.response.pieces.map(({ bytes }) => bytes)).toString()
    return readReply(withPieces(exchange, [{ at: 0, bytes: Buffer.from(text(all)) }]))
  }
}
const changedStream =
  (change: (stream: StreamFacts) => Partial<StreamFacts>): Reader =>
  (exchange) => {
    const reply = readReply(exchange)
    return reply.stream ? { ...reply, stream: { ...reply.stream, ...change(reply.stream) } } : reply
  }
const changedAnswers =
  (change: (answer: Answer) => Partial<Answer>): Reader =>
  (exchange) => {
    const reply = readReply(exchange)
    return { ...reply, answers: reply.answers.map((answer) => ({ ...answer, ...change(answer) })) }
  }
const onlyParsed = ({ events }: StreamFacts) => events.filter(({ json, data }) => isRecord(json) || data === '[DONE]')
const throws: Reader = () => {
  throw new SyntaxError('Unexpected token')
}

/** Deliberately wrong readers by contract, each of which must break it on the defect of its seed. */
export const streamWrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'stream.sse.comments-ignorable': {
    'takes a comment for the end': rewritten((all) => all.split(': keep-alive')[0] ?? ''),
    'gives up without a comment': rewritten((all) => (all.includes(': PROCESSING') ? all : '')),
    throws,
  },
  'stream.sse.rechunk-invariant': {
    'decodes each piece by itself': (exchange) => {
      const text = exchange.response.pieces.map(({ bytes }) => new TextDecoder().decode(bytes)).join('')
      return readReply(withPieces(exchange, [{ at: 0, bytes: Buffer.from(text) }]))
    },
    'reads the first piece of many': ({ response, ...exchange }) =>
      readReply({ ...exchange, response: { ...response, pieces: response.pieces.slice(0, 1) } }),
    'takes one piece for one event': changedStream(({ events }) => ({ events: events.slice(0, 1) })),
  },
  'stream.sse.malformed-frame-surfaced': {
    'skips a bad frame': changedStream((facts) => ({ events: onlyParsed(facts), malformed: [] })),
    'ends at a bad frame': rewritten((all) => `${all.split('{"id":"cut o')[0]}x\n\n`),
    'takes [DONE] for an answer': (exchange) => {
      const reply = readReply(exchange)
      const done: Answer = {
        index: 0,
        text: '',
        refusal: undefined,
        reasoning: undefined,
        toolCalls: [],
        finishReasons: ['stop'],
        contentEvents: 0,
      }
      return reply.answers.length === 0 ? { ...reply, answers: [done] } : reply
    },
  },
  'stream.finish.payload-in-final-chunk': {
    'drops the delta of the last chunk': changedAnswers(({ text = '' }) => ({ text: text.slice(0, -1) })),
  },
  'stream.refusal-delta': {
    'knows no refusal': changedAnswers(() => ({ refusal: undefined })),
    'keeps the first piece': changedAnswers(() => ({ refusal: "I'm sorry, " })),
  },
  'stream.error.midstream-surfaced': {
    'knows no error': (exchange): Reply => ({ ...readReply(exchange), error: undefined }),
    'forgets the text': (exchange): Reply => ({ ...readReply(exchange), answers: [] }),
  },
}
