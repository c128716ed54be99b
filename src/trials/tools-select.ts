import { excerpt, listed } from '../wire/text.ts'
import { callMisfit, noCall } from './_call.ts'
import { BOTH, callsOf, object, tool, user, WHOLE } from './_parts.ts'
import { A_TICKET, createTicket, getWeather, parametersOf, TWO_CITIES, weatherIn } from './_tools.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'may',
  mode: 'sampled',
  needs: ['tools'],
  profiles: ['agent'],
  ways: BOTH,
  blame: 'model',
} as const

const convert = tool(
  'convert_currency',
  'Converts an amount of money.',
  object({ amount: { type: 'number' }, currency: { type: 'string' } }),
)
const names = (calls: readonly { readonly name: string }[]) => calls.map(({ name }) => excerpt(name, 64))

/** What tool calls promise about which tool, how many, and the same in a stream. */
export const toolsSelectTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'tools.select.one-of-many',
    level: 'should',
    promise: 'Picks the one fitting tool out of three.',
    hint: 'Sharpen the descriptions of the tools, or offer fewer at once.',
    source: 'Berkeley Function Calling Leaderboard, category multiple',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(A_TICKET)], tools: [getWeather, convert, createTicket] })
      const called = names(callsOf(reply))
      if (called.length > 0 && called.every((name) => name === 'create_ticket')) return kept()
      return broken(
        `called ${called.length === 0 ? 'no tool' : listed(called)} where create_ticket was the one that fits`,
      )
    },
  },
  {
    ...shared,
    id: 'tools.irrelevance',
    promise: 'Calls no tool where the only one has nothing to do with the question.',
    hint: 'Offer tools only where they may be needed.',
    source: 'Berkeley Function Calling Leaderboard, category irrelevance',
    run: async (ask) => {
      const prompt = `Reply with exactly this word and nothing else: ${ask.nonce()}`
      const reply = await ask.chat({ messages: [user(prompt)], tools: [getWeather] })
      const called = names(callsOf(reply))
      return called.length === 0 ? kept() : broken(`called ${listed(called)}, which the question does not call for`)
    },
  },
  {
    ...shared,
    id: 'tools.parallel.multiple',
    needs: ['tools', 'parallel_tools'],
    promise: 'Makes two calls at once where two independent things are asked for.',
    hint: 'Loop until no call comes any more: one at a time is slower, not wrong.',
    source: 'OpenAI guide, function calling: "the model may choose to call multiple functions in a single turn"',
    run: async (ask) => {
      const calls = callsOf(await ask.chat({ messages: [user(TWO_CITIES)], tools: [weatherIn] }))
      if (calls.length < 2)
        return broken(`made ${calls.length === 0 ? 'no call' : 'one call'} where two were asked for`)
      const ids = new Set(calls.map(({ id }) => id))
      if (ids.size < calls.length) return broken('gave two calls of one answer the same id', { blame: 'wire format' })
      const places = new Set(calls.map(({ index }) => index))
      if (places.size < calls.length)
        return broken('gave two calls of one answer the same index', { blame: 'wire format' })
      return kept()
    },
  },
  {
    ...shared,
    id: 'tools.parallel.disabled',
    level: 'should',
    needs: ['tools', 'parallel_tools'],
    promise: 'Makes one call at most where parallel_tool_calls is false.',
    hint: 'Run the calls one after the other yourself, or take the first alone.',
    source: 'OpenAI API reference, parallel_tool_calls: "whether to enable parallel function calling during tool use"',
    blame: 'wire format',
    run: async (ask) => {
      const body = { messages: [user(TWO_CITIES)], tools: [weatherIn] }
      const free = callsOf(await ask.chat(body)).length
      if (free < 2) return inconclusive('it makes no two calls at once without the parameter either')
      const reply = await ask.chat({ ...body, parallel_tool_calls: false })
      const { length } = callsOf(reply)
      if (length > 1) return ignored(`made ${length} calls although parallel_tool_calls was false`)
      return length === 1 ? kept() : noCall(reply)
    },
  },
  {
    ...shared,
    id: 'tools.stream.parity',
    level: 'should',
    needs: ['tools', 'streaming'],
    ways: WHOLE,
    promise: 'Calls the same tool with fitting arguments whether it streams or not.',
    hint: 'Ask for tool calls in the way that works, and look for the parser of the other.',
    source: 'K2 Vendor Verifier; MoonshotAI, duality of stream and whole',
    blame: 'gateway',
    run: async (ask) => {
      const body = { messages: [user(A_TICKET)], tools: [createTicket] }
      const whole = callsOf(await ask.chat(body, { way: 'whole' }))
      const streamed = callsOf(await ask.chat(body, { way: 'streamed' }))
      if (whole.length === 0 && streamed.length === 0) return inconclusive('it called no tool in either way')
      const [one, other] = [names(whole), names(streamed)].map((list) => listed(list) || 'nothing')
      if (one !== other) return broken(`called ${one} in a whole answer and ${other} in a stream`)
      const misfits = [whole, streamed].map((calls) =>
        calls.map((call) => callMisfit(call, parametersOf(createTicket))).find((wrong) => wrong !== undefined),
      )
      const [inWhole, inStream] = misfits
      if (inWhole === undefined && inStream === undefined) return kept()
      if (inWhole !== undefined && inStream !== undefined) return inconclusive('the arguments fit in neither way')
      return inWhole ?? inStream ?? kept()
    },
  },
]
