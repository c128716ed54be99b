import { filled, parseJson } from '../wire/guards.ts'
import { excerpt, inCode } from '../wire/text.ts'
import { refusedHonestly, unlessLacking } from './_honest.ts'
import { BOTH, isRefusal, textOf, user, wordsOf } from './_parts.ts'
import { attempted, itemsIn, responded, responseIn, weather } from './_responses.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

const base = {
  ways: BOTH,
  source: 'OpenAI API reference, create a model response',
  blame: 'wire format',
} as const satisfies Partial<Trial>

const asked = user('What is the weather in Oslo? Use the tool.')

/** What is promised of the Responses API beyond the form of its answers. */
export const responsesTrials: readonly Trial[] = [
  {
    ...base,
    id: 'responses.function-call',
    level: 'must',
    mode: 'sampled',
    needs: ['responses', 'tools'],
    profiles: ['agent'],
    promise: 'Calls a function with a call_id, and with arguments that are JSON in a string.',
    hint: 'Take calls from chat completions for this provider, or repair the item before you read it.',
    run: async (ask) => {
      const items = itemsIn(await responded(ask, { input: [asked], tools: [weather] }))
      const call = items.find(({ type }) => type === 'function_call')
      if (call === undefined) return inconclusive('it called no function')
      const path = '$.output[].call_id'
      if (filled(call.call_id) === undefined)
        return broken('called a function without a call_id', { path, bytes: inCode(call) })
      const args = call.arguments
      if (typeof args === 'string' && parseJson(args) !== undefined) return kept()
      const what = typeof args === 'string' ? 'text that is no JSON' : 'no string'
      return broken(`sent arguments that are ${what}`, { path: '$.output[].arguments', bytes: inCode(args) })
    },
  },
  {
    ...base,
    id: 'responses.function-output-roundtrip',
    level: 'must',
    mode: 'sampled',
    needs: ['responses', 'tools'],
    profiles: ['agent'],
    promise: 'Takes the output of a function, and answers with what it says.',
    hint: 'Send the items of the output back as they came, reasoning too, before the output of the function.',
    run: async (ask) => {
      const word = ask.nonce()
      const items = itemsIn(await responded(ask, { input: [asked], tools: [weather] }))
      const call = items.find(({ type }) => type === 'function_call')
      const call_id = filled(call?.call_id)
      if (call_id === undefined) return inconclusive('it called no function')
      const output = { type: 'function_call_output', call_id, output: `{"weather":"${word}"}` }
      const reply = await responded(ask, { input: [asked, ...items, output], tools: [weather] })
      if (textOf(reply).includes(word)) return kept()
      return broken(`answered without ${word}, which the function had told`, {
        bytes: excerpt(textOf(reply)),
        blame: 'model',
      })
    },
  },
  {
    ...base,
    id: 'responses.previous_response_id',
    level: 'may',
    mode: 'live',
    needs: ['responses', 'response_state'],
    profiles: ['agent', 'strict'],
    promise: 'Goes on from previous_response_id, or refuses it.',
    hint: 'Send the whole conversation as `input` each time.',
    run: async (ask) => {
      const word = ask.nonce()
      const first = await responded(ask, { input: [user(`Remember this word: ${word}. Reply with OK.`)], store: true })
      const previous_response_id = filled(responseIn(first).id)
      if (previous_response_id === undefined) return inconclusive('its first response had no id')
      const question = user('Which word did I ask you to remember? Reply with the word alone.')
      const reply = await attempted(ask, { input: [question], previous_response_id })
      if (isRefusal(reply)) return refusedHonestly(ask, reply, 'response_state')
      if (textOf(reply).includes(word)) return kept()
      return ignored('took previous_response_id and knew nothing of that response', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...base,
    id: 'responses.unknown-param-honest',
    level: 'should',
    mode: 'live',
    needs: ['responses'],
    profiles: ['strict'],
    promise: 'Refuses a parameter that it does not know.',
    hint: 'Check each parameter that you rely on for its effect: silence proves nothing here.',
    source: 'measured: OpenAI answers 400 unknown_parameter, DashScope and DeepSeek ignore it',
    run: async (ask) => {
      const parameter = 'llm_contracts_unknown'
      const reply = await attempted(ask, { input: [user('Say hello.')], [parameter]: true })
      unlessLacking(ask, reply, 'responses')
      if (!isRefusal(reply)) return ignored(`took the parameter ${parameter}, which nobody has`)
      if (wordsOf(reply).includes(parameter)) return kept()
      return broken('refused a parameter and did not say which', { bytes: excerpt(wordsOf(reply)) })
    },
  },
]
