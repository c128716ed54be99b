import { setTimeout as sleep } from 'node:timers/promises'
import { classifyError } from '../contracts/classify.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { user, WHOLE } from './_parts.ts'
import { errorIn, unanswered } from './_refusal.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** Draws the rate-limit answer of a stand-in. A model says something to it; no limit can be spent on purpose. */
const exhausted = [user('Answer as if my rate limit were exhausted.')]

/** About 22,000 tokens. */
const long = [user(`${'All work and no play makes Jack a dull boy. '.repeat(2000)}Reply with the word OK only.`)]
/** A prompt that is counted with fewer tokens than this was cut. */
const FEWEST = 10_000
/** Milliseconds; a longer wait is not worth a run's time. */
const LONGEST_WAIT = 20_000

/** The reply to a request over the rate limit, or why there is none. */
async function limited(ask: Asker): Promise<Reply | Outcome> {
  const reply = await ask.attempt({ messages: exhausted }, { failing: true })
  if (reply.status !== 429) return inconclusive('no rate limit was met, and none can be provoked safely')
  if (classifyError(reply)?.kind === 'quota') return inconclusive('the 429 speaks of a spent quota, not of a rate')
  return reply
}

const isOutcome = (found: Reply | Outcome): found is Outcome => 'is' in found

/** How long the headers alone ask to wait. */
function waitInHeaders(reply: Reply): number | undefined {
  const { error } = reply
  return classifyError({ ...reply, error: error && { ...error, message: undefined, fields: undefined } })?.afterMs
}

async function overflow(ask: Asker): Promise<Outcome> {
  const reply = await ask.attempt({ messages: long }, { failing: true })
  const open = unanswered(reply)
  if (open !== undefined) return open
  const { status, error, usage } = reply
  if (status >= 500) return broken(`answered HTTP ${status} to a prompt of 22,000 tokens`, errorIn(reply))
  if (error === undefined) {
    if (usage?.promptTokens === undefined) return inconclusive('a prompt of 22,000 tokens was accepted and not counted')
    if (usage.promptTokens >= FEWEST) {
      return inconclusive(`a prompt of ${usage.promptTokens} tokens fits into the context`)
    }
    const says = `counted ${usage.promptTokens} tokens for a prompt of 22,000: it cut the prompt without a word`
    return broken(says, { path: usage.path })
  }
  if (classifyError(reply)?.kind === 'context overflow') return kept()
  return broken(`refused a long prompt with HTTP ${status} and no known word of its length`, errorIn(reply))
}

/** What limits promise: of the context, and of the rate. */
export const limitErrorTrials: readonly Trial[] = [
  {
    id: 'error.context-overflow.detectable',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'rag'],
    ways: WHOLE,
    promise: 'Refuses a prompt longer than its context in words that can be told from other errors.',
    hint: 'Count the tokens before asking.',
    source: 'OpenAI error codes: context_length_exceeded; seven other wordings and silent cuts are recorded',
    blame: 'wire format',
    run: overflow,
  },
  {
    id: 'error.429.shape',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'economics'],
    ways: WHOLE,
    promise: 'Says with a 429 that it is the rate limit.',
    hint: 'Treat every 429 of this provider as a rate limit, and give up after a few retries.',
    source: 'OpenAI error codes: 429 rate_limit_exceeded',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await limited(ask)
      if (isOutcome(reply)) return reply
      if (!reply.error?.message) return broken('answered 429 without a message', errorIn(reply))
      const { kind, evidence } = classifyError(reply) ?? { kind: 'unknown', evidence: 'no error' }
      return kind === 'rate limit'
        ? kept()
        : broken(`answered 429 with ${evidence}, which says ${kind}`, errorIn(reply))
    },
  },
  {
    id: 'error.429.retry-after',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'economics'],
    ways: WHOLE,
    promise: 'Says in the headers of a 429 how long to wait.',
    hint: 'Wait longer with every attempt: the SDK has nothing to go by.',
    source: 'RFC 9110, section 10.2.3: retry-after; OpenAI rate limits: x-ratelimit-reset-*',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await limited(ask)
      if (isOutcome(reply)) return reply
      const wait = waitInHeaders(reply)
      if (wait !== undefined) return kept(`asks to wait ${wait} ms`)
      return broken('answered 429 without a header that says how long to wait', {
        bytes: excerpt(Object.keys(reply.headers).join(', '), 160),
      })
    },
  },
  {
    id: 'headers.retry-after-effective',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['economics'],
    ways: WHOLE,
    promise: 'Answers again after the wait that a 429 asks for.',
    hint: 'Add a margin to the wait.',
    source: 'RFC 9110, section 10.2.3',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await limited(ask)
      if (isOutcome(reply)) return reply
      const wait = classifyError(reply)?.afterMs
      if (wait === undefined) return inconclusive('the 429 asks for no wait')
      if (wait > LONGEST_WAIT) return inconclusive(`the 429 asks to wait ${wait} ms, longer than a run waits`)
      if (reply.exchange.evidence.seen === 'live') await sleep(wait)
      const after = await ask.attempt({ messages: [user('Say hello.')] }, { failing: true })
      if (after.status !== 429) return unanswered(after) ?? kept(`answers after ${wait} ms`)
      return broken(`answered 429 again after the ${wait} ms that it had asked for`, errorIn(after))
    },
  },
  {
    id: 'headers.cors',
    level: 'info',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Says whether a browser may ask it.',
    hint: 'Put a server of your own between the browser and the provider.',
    source: 'Fetch standard, CORS-preflight request',
    blame: 'wire format',
    run: async (ask) => {
      const { status, headers } = await ask.send('OPTIONS', '/chat/completions', undefined, {
        failing: true,
        headers: {
          origin: 'https://app.example',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      })
      if (status === 0) return inconclusive('the provider could not be asked')
      const origin = headers['access-control-allow-origin']
      const may = status < 300 && (origin === '*' || origin === 'https://app.example')
      return kept(`${may ? 'lets' : 'does not let'} a browser ask: a preflight is answered with HTTP ${status}`)
    },
  },
]
