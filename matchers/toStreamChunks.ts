import type { Answer, Reply } from '../src/wire/types.ts'
import { cutBeforeAnswer } from './_answer.ts'
import { finishSaid } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { brokenStream, notStreamed } from './_stream.ts'
import { counted, excerpt, includes, inCode, it, listed, quoted } from '../src/wire/text.ts'

/** What a test wants of a stream, beyond that it is whole and well formed. */
export interface StreamExpectations {
  /** Least number of events with content (text, reasoning, refusal, tool call) of every choice; 2 where nothing is said. */
  readonly atLeast?: number
  /** Each choice's text, put together: a part of it, or a pattern found in it. */
  readonly text?: string | RegExp
  /** The finish reason of every choice, such as `stop`. */
  readonly finishReason?: string
  /** `true`: token usage must come; `false`: it must not. Left out: it must come if the request asked for it. */
  readonly usage?: boolean
}

const options = {
  atLeast: true,
  text: true,
  finishReason: true,
  usage: true,
} as const satisfies Record<keyof StreamExpectations, true>

/** The reply is a proper event stream: several chunks, one finish reason, its end marked. */
export const toStreamChunks = matcher('toStreamChunks', {
  judges: 'answers',
  demand: (wanted?: StreamExpectations) => mustBeOptions('toStreamChunks', wanted, options),
  claim(wanted: StreamExpectations = {}) {
    const { atLeast = 2, text, finishReason, usage } = wanted
    const wishes = [
      ...(text === undefined ? [] : [`${inCode(text)} in its text`]),
      ...(finishReason === undefined ? [] : [`finish_reason ${inCode(finishReason)}`]),
      ...(usage === undefined ? [] : [usage ? 'usage' : 'no usage']),
    ]
    const withWishes = wishes.length === 0 ? '' : `, with ${listed(wishes)}`
    const sentence = `stream at least ${counted(atLeast, 'chunk')}${withWishes}`
    return { args: Object.keys(wanted).length === 0 ? [] : [inCode(wanted, 100)], sentence }
  },
  saw(reply) {
    const [answer] = reply.answers
    return (
      answer && `${counted(answer.contentEvents, 'chunk')}, ${finishSaid(reply, answer)}: ${excerpt(answer.text ?? '')}`
    )
  },
  judge(reply, wanted = {}) {
    if (reply.stream === undefined) return notStreamed(reply)
    return brokenStream(reply, reply.stream) ?? unwanted(reply, wanted)
  },
})

function unwanted(reply: Reply, wanted: StreamExpectations): Finding | undefined {
  const { answers, usage, asked } = reply
  const { atLeast = 2, text, finishReason } = wanted
  const few = answers.find(({ contentEvents }) => contentEvents < atLeast)
  if (few !== undefined) return cutBeforeAnswer(reply, few) ?? tooFew(few, answers.length)
  const requested = asked?.includeUsage === true
  if ((wanted.usage ?? requested) && usage === undefined) {
    const why = requested ? ', though the request asked for it (stream_options.include_usage)' : ''
    return found('usage.stream.present', it(`streamed no usage${why}`))
  }
  if (wanted.usage === false && usage !== undefined) {
    return found('usage.stream.absent-when-off', it(`streamed usage, at ${usage.path}`))
  }
  for (const answer of answers) {
    const said = answer.text ?? ''
    if (text !== undefined && !includes(said, text)) {
      return (
        cutBeforeAnswer(reply, answer) ?? found('stream.parity.content', it(`streamed another text: ${quoted(said)}`))
      )
    }
    const finish = answer.finishReasons.at(-1) ?? ''
    if (finishReason !== undefined && finish !== finishReason) {
      return found('stream.parity.finish', it(`finished with ${finishSaid(reply, answer)}`))
    }
  }
  return undefined
}

function tooFew({ index, contentEvents }: Answer, choices: number): Finding {
  const [what, whose] = choices === 1 ? ['its content', ''] : [`choice ${index}`, ` for choice ${index}`]
  const clause =
    contentEvents === 0 ? `streamed no content${whose}` : `streamed ${what} in ${counted(contentEvents, 'chunk')}`
  return found('stream.incremental', it(clause))
}
