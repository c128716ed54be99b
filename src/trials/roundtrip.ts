import type { Json } from '../wire/exchange.ts'
import { counted, excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { Refused } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { noCall } from './_call.ts'
import { resume, turnOf, weatherTalk } from './_history.ts'
import { answerOf, BOTH, callsOf, isRefusal, textOf, toolResult, user, WHOLE } from './_parts.ts'
import { refusal } from './_provoke.ts'
import { askThinking, reasoningField } from './_thinking.ts'
import { getWeather, TWO_CITIES, weatherIn } from './_tools.ts'
import { roundtripHistoryTrials } from './roundtrip-history.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const shared = {
  level: 'should',
  mode: 'sampled',
  needs: ['tools'],
  profiles: ['agent'],
  ways: BOTH,
  blame: 'wire format',
} as const

const TURNS = 4

/** What an answer after a tool's result must hold. */
function tells(reply: Reply, words: readonly string[]): Outcome {
  const missing = words.find((word) => !textOf(reply).includes(word))
  if (missing === undefined) return kept()
  return broken(`was told ${missing} by the tool and answered without it`, { bytes: excerpt(textOf(reply)) })
}

/** What the way from a call to its result and on to the answer promises. */
export const roundtripTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'roundtrip.basic',
    level: 'must',
    profiles: ['smoke', 'core', 'agent'],
    promise: 'Answers with what the tool told it.',
    hint: 'Look at how the result of the tool is sent back: role tool, and the id of the call.',
    source: 'OpenAI guide, function calling: the model "will incorporate the results into its final response"',
    run: async (ask) => {
      const question = user('What is the weather in Oslo? Use the tool, and repeat its words.')
      const first = await ask.chat({ messages: [question], tools: [getWeather] })
      const calls = callsOf(first)
      if (calls.length === 0) return noCall(first)
      const word = ask.nonce()
      const results = calls.map(({ id = '' }) => toolResult(id, `The weather is ${word}.`))
      return tells(await resume(ask, { messages: [question, turnOf(first), ...results], tools: [getWeather] }), [word])
    },
  },
  {
    ...shared,
    id: 'roundtrip.parallel-results',
    needs: ['tools', 'parallel_tools'],
    promise: 'Accepts the results of two calls in any order.',
    hint: 'Send the results back in the order of the calls.',
    source: '0xPlaygrounds/rig, parallel_tools; https://github.com/pydantic/pydantic-ai/issues/7430',
    run: async (ask) => {
      const question = user(`${TWO_CITIES} Then repeat the words of the tool.`)
      const first = await ask.chat({ messages: [question], tools: [weatherIn] })
      const calls = callsOf(first)
      if (calls.length < 2) return inconclusive('it made no two calls at once')
      const words = calls.map((_, at) => ask.nonce(String(at)))
      const results = calls.map(({ id = '' }, at) => toolResult(id, `It is ${words[at]}.`)).toReversed()
      return tells(await resume(ask, { messages: [question, turnOf(first), ...results], tools: [weatherIn] }), words)
    },
  },
  {
    ...shared,
    id: 'roundtrip.error-result',
    level: 'may',
    promise: 'Says something where the tool reports an error.',
    hint: 'Word the error as text that the model can act on.',
    source: '0xPlaygrounds/rig, tool_that_errors',
    blame: 'model',
    run: async (ask) => {
      const reply = await resume(ask, weatherTalk('error: the weather service is down'))
      if (textOf(reply).trim() !== '' || callsOf(reply).length > 0) return kept()
      return broken('said nothing after the tool had reported an error')
    },
  },
  {
    ...shared,
    id: 'roundtrip.agent-loop-terminates',
    promise: `Comes to an answer within ${TURNS} turns, and makes no call twice.`,
    hint: 'Cap the turns, and set tool_choice required in the first one alone.',
    source: 'https://github.com/mastra-ai/mastra/issues/14187: an endless loop',
    blame: 'model',
    run: loop,
  },
  {
    ...shared,
    id: 'roundtrip.large-result',
    level: 'may',
    mode: 'live',
    ways: WHOLE,
    promise: 'Takes a tool result of 8 KiB in whole.',
    hint: 'Shorten what the tool returns, and look for a proxy with a limit.',
    source: '0xPlaygrounds/rig, content_matrix',
    blame: 'gateway',
    run: async (ask) => {
      const [begin, end] = [ask.nonce('begin'), ask.nonce('end')]
      const filler = 'The sky is clear and the wind is calm.\n'.repeat(220)
      const told = `The first code is ${begin}.\n${filler}The last code is ${end}.`
      const { messages, ...rest } = weatherTalk(told)
      const question = user('Which two codes does the tool report, the first and the last? Repeat both.')
      return tells(await resume(ask, { ...rest, messages: [question, ...messages.slice(1)] }), [begin, end])
    },
  },
  {
    ...shared,
    id: 'roundtrip.reasoning-policy',
    level: 'must',
    mode: 'live',
    needs: ['tools', 'reasoning'],
    ways: WHOLE,
    promise: 'Accepts the turn of a call with its reasoning and without it.',
    hint: 'Keep the reasoning of a turn that calls tools and send it back exactly where the provider demands it.',
    source: 'https://github.com/langchain-ai/langchain/issues/34166; https://github.com/janhq/jan/issues/8136',
    run: policy,
  },
  ...roundtripHistoryTrials,
]

async function loop(ask: Asker): Promise<Outcome> {
  const messages: { readonly [key: string]: Json }[] = [
    user('What is the weather in Oslo? Use the tool once, then tell me.'),
  ]
  const made = new Set<string>()
  const word = ask.nonce()
  for (let turn = 1; turn <= TURNS; turn += 1) {
    const reply = await next(ask, messages, turn)
    const calls = callsOf(reply)
    if (calls.length === 0) return turn === 1 ? noCall(reply) : kept(`answered in turn ${turn}`)
    for (const { name, arguments: args } of calls) {
      const call = `${name} ${args}`
      if (made.has(call)) return broken('made the same call again after it had its result', { bytes: excerpt(call) })
      made.add(call)
    }
    messages.push(turnOf(reply), ...calls.map(({ id = '' }) => toolResult(id, `The weather is ${word}.`)))
  }
  return broken(`was still calling tools after ${counted(TURNS, 'turn')}`)
}

/** A call is required in the first turn where that can be required, and never after. */
async function next(ask: Asker, messages: readonly { readonly [key: string]: Json }[], turn: number): Promise<Reply> {
  const body = { messages: [...messages], tools: [getWeather] }
  if (turn > 1) return resume(ask, body)
  if (!ask.target.supports('forced_tools')) return ask.chat(body)
  const forced = await ask.attempt({ ...body, tool_choice: 'required' })
  return isRefusal(forced) ? ask.chat(body) : forced
}

async function policy(ask: Asker): Promise<Outcome> {
  const question = user('What is the weather in Oslo? Think, then use the tool.')
  const first = await askThinking(ask, { messages: [question], tools: [getWeather] })
  if (isRefusal(first)) throw new Refused(first)
  if (callsOf(first).length === 0) return noCall(first)
  const field = reasoningField(first)
  if (field === undefined) return inconclusive('the turn with the call shows no reasoning text that could be sent back')
  const turn = turnOf(first)
  const results = callsOf(first).map(({ id = '' }) => toolResult(id, 'It is sunny.'))
  const follow = (said: { readonly [key: string]: Json }) =>
    askThinking(ask, { messages: [question, said, ...results], tools: [getWeather] })
  const reasoning = answerOf(first).reasoning ?? ''
  const without = await follow(turn)
  const own = await follow({ ...turn, [field]: reasoning })
  const usual = field === 'reasoning_content' ? own : await follow({ ...turn, reasoning_content: reasoning })
  if (isRefusal(without)) {
    if (isRefusal(own)) throw new Refused(without)
    return broken(`refused a turn without its ${field}: sending it back is required (${refusal(without)})`)
  }
  if (isRefusal(own)) return broken(`refused a turn with its own ${field}: it is forbidden (${refusal(own)})`)
  if (isRefusal(usual)) return broken(`refused a turn with reasoning_content: it is forbidden (${refusal(usual)})`)
  return kept(`${field} may be sent back or left out`)
}
