import { counted, excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { BOTH, textOf, user, WHOLE } from './_parts.ts'
import { answerTo, unanswered } from './_refusal.ts'
import { Unreachable } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** Requests at one time. */
const AT_ONCE = 5
/** Requests for a rate. */
const REQUESTS = 10
/** Share of them that must be answered. */
const ENOUGH = 0.9

const isAnswer = ({ status, error }: Reply) => status >= 200 && status < 300 && error === undefined

async function isolation(ask: Asker): Promise<Outcome> {
  const words = Array.from({ length: AT_ONCE }, (_, at) => ask.nonce(String(at)))
  const replies = await Promise.all(
    words.map((word) =>
      answerTo(ask, { messages: [user(`Reply with exactly this word and nothing else: ${word}`)] }).catch(limited),
    ),
  )
  let own = 0
  for (const [at, reply] of replies.entries()) {
    if (reply === undefined) continue
    if (!isAnswer(reply)) return broken(`answered HTTP ${reply.status} to one of ${AT_ONCE} requests at one time`)
    const text = textOf(reply)
    const stranger = words.find((word, place) => place !== at && text.includes(word))
    if (stranger !== undefined) {
      return broken(`was asked for ${words[at]} and for ${stranger} at one time, and mixed them up`, {
        bytes: excerpt(text),
      })
    }
    if (text.includes(words[at] ?? '')) own += 1
  }
  return own > 1 ? kept() : inconclusive(`of ${AT_ONCE} answers ${own} repeated the word, too few to tell them apart`)
}

/** A request that met the rate limit says nothing of the others. */
function limited(error: unknown): undefined {
  if (!(error instanceof Unreachable) || error.reply.status !== 429) throw error
}

async function successRate(ask: Asker): Promise<Outcome> {
  const replies: Reply[] = []
  for (let from = 0; from < REQUESTS; from += AT_ONCE) {
    const words = Array.from({ length: AT_ONCE }, (_, at) => ask.nonce(String(from + at)))
    const asked = words.map((word) =>
      ask.attempt({ messages: [user(`Reply with exactly this word: ${word}`)] }, { failing: true }),
    )
    replies.push(...(await Promise.all(asked)))
  }
  const answered = replies.filter(isAnswer).length
  const note = `${answered} of ${counted(REQUESTS, 'request')} were answered, ${AT_ONCE} at one time`
  if (answered / REQUESTS >= ENOUGH) return kept(note)
  const failed = replies.filter((reply) => !isAnswer(reply))
  if (failed.length === REQUESTS) return unanswered(failed[0] as Reply) ?? broken(note)
  const statuses = [...new Set(failed.map(({ status }) => status))].join(', ')
  return broken(`answered too few: ${note}, the others with HTTP ${statuses}`)
}

/** What many requests at one time promise. */
export const concurrencyTrials: readonly Trial[] = [
  {
    id: 'concurrency.isolation',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: BOTH,
    promise: 'Gives each of several requests at one time its own answer.',
    hint: 'Ask one after the other, and look for a gateway that shares connections.',
    source: 'contract catalogue: pooled gateways',
    blame: 'gateway',
    run: isolation,
  },
  {
    id: 'perf.success-rate',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['economics'],
    ways: WHOLE,
    promise: 'Answers nine of ten requests, five at one time.',
    hint: 'Lower the concurrency, or ask for a higher limit.',
    source: 'contract catalogue: rate of 2xx at a given concurrency',
    blame: 'infrastructure',
    run: successRate,
  },
]
