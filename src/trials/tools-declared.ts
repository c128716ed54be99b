import type { Capability } from '../providers/spec.ts'
import { excerpt } from '../wire/text.ts'
import { documentIn } from './_document.ts'
import { callsOf, isRefusal, object, textOf, tool, user, WHOLE } from './_parts.ts'
import { crash, provoke, mustRefuse, refusal } from './_provoke.ts'
import { getWeather } from './_tools.ts'
import { broken, ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'
import type { Asker } from './asker.ts'

const shared = {
  level: 'may',
  mode: 'live',
  needs: ['tools'],
  profiles: ['agent', 'strict'],
  ways: WHOLE,
  blame: 'wire format',
} as const

const named = (name: string) => tool(name, 'Tells the weather of a city.', object({ city: { type: 'string' } }))
const useOf = (name: string) => `Use the tool ${name} to tell the weather in the city "Oslo".`

const LONG = `get_weather_${'of_a_city_'.repeat(6)}`.slice(0, 64)

/** What the declaration of tools promises. */
export const toolsDeclaredTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'tools.empty-array',
    needs: ['chat'],
    promise: 'Accepts an empty list of tools, or refuses it with a 4xx.',
    hint: 'Leave tools out where there are none.',
    source: 'measured: some accept it, some answer 400',
    run: async (ask) => {
      const reply = await provoke(ask, { messages: [user('Say hello.')], tools: [] })
      if (isRefusal(reply)) return kept(`refuses tools: [] with ${refusal(reply)}`)
      return crash(reply, 'tools: []') ?? kept('accepts tools: []')
    },
  },
  {
    ...shared,
    id: 'tools.name.charset',
    needs: ['tools', 'validation'],
    promise: 'Takes tool names of letters, digits, _ and -, up to 64, as they are, and refuses others.',
    hint: 'Keep to letters, digits and _, and map the names back yourself.',
    source:
      'OpenAI API reference, function.name: "a-z, A-Z, 0-9, or contain underscores and dashes, … maximum length of 64"',
    run: async (ask) => {
      for (const name of ['get_weather-2', LONG]) {
        const reply = await provoke(ask, { messages: [user(useOf(name))], tools: [named(name)] })
        if (isRefusal(reply)) return broken(`refused the tool name ${name} with ${refusal(reply)}`)
        const crashed = crash(reply, `the tool name ${name}`)
        if (crashed !== undefined) return crashed
        const stranger = callsOf(reply).find((call) => call.name !== name)
        if (stranger !== undefined) return broken(`renamed ${name} to ${excerpt(stranger.name, 80)}`)
      }
      const bad = 'get weather!'
      return mustRefuse(ask, `the tool name "${bad}"`, { messages: [user(useOf(bad))], tools: [named(bad)] })
    },
  },
  {
    ...shared,
    id: 'tools.duplicate-names',
    needs: ['tools', 'validation'],
    promise: 'Refuses two tools of one name.',
    hint: 'Check for names that come twice before you send.',
    source: 'contract catalogue: a call of such a name cannot be told apart',
    run: (ask) =>
      mustRefuse(ask, 'two tools of one name', {
        messages: [user(useOf('get_weather'))],
        tools: [getWeather, named('get_weather')],
      }),
  },
  {
    ...shared,
    id: 'tools.with-response-format',
    level: 'should',
    promise: 'Honours tools and response_format together, or refuses them.',
    hint: 'Ask for the call first and for the JSON in a request of its own.',
    source: 'https://github.com/vercel/ai/pull/16540; 0xPlaygrounds/rig, request_shape',
    run: async (ask) => {
      const format = formatOf(ask)
      if (format === undefined) return inconclusive('no response_format is known to be offered')
      return bothHonoured(ask, format)
    },
  },
]

const capital = object({ capital: { type: 'string' } })

function formatOf(ask: Asker) {
  const offers = (capability: Capability) => ask.target.supports(capability)
  if (offers('json_schema')) {
    return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: capital } }
  }
  return offers('json_object') ? { type: 'json_object' } : undefined
}

async function bothHonoured(ask: Asker, response_format: NonNullable<ReturnType<typeof formatOf>>): Promise<Outcome> {
  const both = { tools: [getWeather], response_format }
  const prompts = {
    call: `${useOf('get_weather')} Write no JSON before you have called it.`,
    text: 'Tell me the capital of France as JSON with the key capital.',
  }
  const called = await ask.attempt({ ...both, messages: [user(prompts.call)] })
  if (isRefusal(called)) return kept(`refuses both together with ${refusal(called)}`)
  if (callsOf(called).length === 0) {
    return ignored('called no tool beside response_format', { bytes: excerpt(textOf(called)) })
  }
  const told = await ask.attempt({ ...both, messages: [user(prompts.text)] })
  if (isRefusal(told)) return kept(`refuses both together with ${refusal(told)}`)
  if (callsOf(told).length > 0) return inconclusive('it called the tool where JSON was asked for')
  const read = documentIn(textOf(told))
  return 'value' in read ? kept() : ignored(`${read.says} beside tools`, { bytes: read.bytes })
}
