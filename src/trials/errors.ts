import { excerpt, inCode } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { isRefusal, STREAMED, user, WHOLE, wordsOf } from './_parts.ts'
import { errorIn, NO_MODEL, unanswered, withBadKey } from './_refusal.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const hello = [user('Say hello.')]
/** A request that nobody can answer: it asks nothing. */
const nothing = { messages: [] }

const isJson = ({ json }: Reply) => json !== undefined

async function malformed(ask: Asker): Promise<Outcome> {
  const model = JSON.stringify(ask.target.model)
  const bodies = [
    ['JSON that breaks off', `{"model":${model},"messages":[{"role":"user","content":"Say he`],
    ['a body that is no object', '[]'],
    ['messages that are a text', `{"model":${model},"messages":"Say hello."}`],
  ] as const
  for (const [what, body] of bodies) {
    const reply = await ask.send('POST', '/chat/completions', body, { failing: true })
    const open = unanswered(reply)
    if (open !== undefined) return open
    if (reply.status < 400 || reply.status > 499)
      return broken(`answered HTTP ${reply.status} to ${what}`, errorIn(reply))
  }
  return kept()
}

/** What a request that is wrong in itself, a key or an address promise to be answered with. */
export const errorTrials: readonly Trial[] = [
  {
    id: 'error.400.malformed-json',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Answers a body that is no request with a 4xx.',
    hint: 'Do not retry a 5xx of this provider blindly: it may be your own body that is broken.',
    source: 'RFC 9110, section 15.5.1; measured: llama.cpp answered 500 four times',
    blame: 'wire format',
    run: malformed,
  },
  {
    id: 'error.400.names-param',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Names the parameter that it refuses.',
    hint: 'Log the request beside the error: the error alone will not tell what was wrong.',
    source: 'OpenAI API reference, the error object: param',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt(nothing)
      if (!isRefusal(reply)) return inconclusive('it did not refuse a request without messages')
      if (/messages|prompt|input|消息|输入/i.test(wordsOf(reply))) return kept()
      return broken('refused a request without messages and did not say that they were missing', errorIn(reply))
    },
  },
  {
    id: 'error.401.bad-key',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['smoke', 'core', 'gate'],
    ways: WHOLE,
    promise: 'Answers a wrong key with 401, a message, and a type or code that says so.',
    hint: 'Tell a wrong key by the status alone.',
    source: 'OpenAI error codes: 401 invalid_api_key',
    blame: 'wire format',
    run: async (ask) => {
      if (ask.target.entry.keyOptional === true) return inconclusive('this server needs no key')
      const reply = await withBadKey(ask, { messages: hello })
      const { status, error } = reply
      if (status !== 401) return broken(`answered HTTP ${status} to a wrong key`, { bytes: excerpt(reply.text) })
      if (!error?.message) return broken('answered 401 without a message', errorIn(reply))
      const words = [error.type, error.code].filter((word) => typeof word === 'string').join(' ')
      if (/auth|api_?key|token|credential|permission/i.test(words)) return kept()
      return broken(
        `answered 401 with the type ${inCode(error.type)} and the code ${inCode(error.code)}, neither of which speaks of a key`,
        errorIn(reply),
      )
    },
  },
  {
    id: 'error.404.unknown-model',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    ways: WHOLE,
    promise: 'Answers an unknown model with 404, 400 or 422, and says that it is the model.',
    hint: 'Check the model against the list of models before the first request.',
    source: 'OpenAI error codes: 404 model_not_found; DeepSeek, OpenRouter and Mistral answer 400',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt({ model: NO_MODEL, messages: hello }, { failing: true })
      const open = unanswered(reply)
      if (open !== undefined) return open
      if (![404, 400, 422].includes(reply.status)) {
        return broken(`answered HTTP ${reply.status} to a model that does not exist`, errorIn(reply))
      }
      if (/model|模型/i.test(wordsOf(reply))) return kept()
      return broken(`answered HTTP ${reply.status} and did not say that it was the model`, errorIn(reply))
    },
  },
  {
    id: 'error.404.path-json',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Answers an unknown path with a 4xx in JSON.',
    hint: 'Check the base URL by hand: a page of HTML in place of JSON breaks a client in odd ways.',
    source: 'OpenAI API: "Invalid URL (GET /v1/…)" in JSON; LM Studio answers 200 (bug-tracker #1323)',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.send('GET', '/no-such-path', undefined, { failing: true })
      const open = unanswered(reply)
      if (open !== undefined) return open
      if (reply.status < 400 || reply.status > 499) {
        return broken(`answered HTTP ${reply.status} to a path that does not exist`, errorIn(reply))
      }
      return isJson(reply) ? kept() : broken(`answered HTTP ${reply.status} without JSON`, errorIn(reply))
    },
  },
  {
    id: 'error.413-422.json',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Refuses what does not fit its schema in JSON.',
    hint: 'Read the body of an error as text first, and as JSON only where it is.',
    source: 'OpenAI API reference, the error object; measured: Azure Foundry 422, HTML from proxies',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt(nothing, { failing: true })
      const open = unanswered(reply)
      if (open !== undefined) return open
      if (reply.status < 400) return inconclusive('it did not refuse a request without messages')
      return isJson(reply) ? kept() : broken(`answered HTTP ${reply.status} without JSON`, errorIn(reply))
    },
  },
  {
    id: 'error.stream-parity',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    ways: STREAMED,
    promise: 'Refuses a streamed request with the status and the error of a whole one.',
    hint: 'Handle errors of streamed requests on their own.',
    source: 'OpenAI API: a request is checked before its stream begins',
    blame: 'wire format',
    run: async (ask) => {
      const whole = await ask.attempt(nothing, { way: 'whole' })
      const streamed = await ask.attempt(nothing, { way: 'streamed' })
      if (!isRefusal(whole)) return inconclusive('it did not refuse a request without messages')
      const [one, other] = [factsOf(whole), factsOf(streamed)]
      const differs = Object.keys(one).find((key) => one[key] !== other[key])
      if (differs === undefined) return kept()
      return broken(
        `refused a whole request with the ${differs} ${one[differs]}, and the same one streamed with ${other[differs]}`,
        errorIn(streamed),
      )
    },
  },
]

/** What two forms of one error must agree in: not the message, which may hold a request id. */
const factsOf = ({ status, error }: Reply): Readonly<Record<string, string>> => ({
  status: String(status),
  form: error?.form ?? 'none',
  type: inCode(error?.type),
  code: inCode(error?.code),
  param: inCode(error?.param),
})
