import type { Capability } from '../providers/spec.ts'
import { isRecord } from '../wire/guards.ts'
import { listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { documentIn, misfit } from './_document.ts'
import { callsOf, isRefusal, textOf, user, WHOLE } from './_parts.ts'
import type { Body } from './_provoke.ts'
import { oddAnswer, schemaFormat } from './_schemas.ts'
import { getWeather, TWO_CITIES, weatherIn } from './_tools.ts'
import { broken, ignored, kept, type Trial } from './trial.ts'

interface Probe {
  readonly body: Body
  /** Whether an answer shows that the feature had its effect; absent where no answer can show it. */
  readonly shows?: (reply: Reply) => boolean
}

const hello = { messages: [user('Say hello.')] }
const capital = { messages: [user('Which city is the capital of France?')] }
const calls = (least: number) => (reply: Reply) => callsOf(reply).length >= least

/** An image of one black pixel. */
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII='

/** One cheap request for each feature whose absence a provider may declare. */
const PROBES: { readonly [Word in Capability]?: Probe } = {
  tools: {
    body: { messages: [user('Use the tool get_weather to tell the weather in Oslo.')], tools: [getWeather] },
    shows: calls(1),
  },
  forced_tools: { body: { ...hello, tools: [getWeather], tool_choice: 'required' }, shows: calls(1) },
  named_tools: {
    body: { ...hello, tools: [getWeather], tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    shows: calls(1),
  },
  strict_tools: {
    body: { ...hello, tools: [{ ...getWeather, function: { ...getWeather.function, strict: true } }] },
  },
  parallel_tools: {
    body: { messages: [user(TWO_CITIES)], tools: [weatherIn], parallel_tool_calls: true },
    shows: calls(2),
  },
  json_object: {
    body: { messages: [user('Say hello as JSON.')], response_format: { type: 'json_object' } },
    shows: (reply) => 'value' in documentIn(textOf(reply)),
  },
  json_schema: {
    body: { ...capital, response_format: schemaFormat(oddAnswer) },
    shows: (reply) => {
      const read = documentIn(textOf(reply))
      return 'value' in read && misfit(oddAnswer, read.value) === undefined
    },
  },
  stop: {
    body: { messages: [user('Reply with exactly: one two three')], stop: ['two'] },
    shows: (reply) => textOf(reply).startsWith('one') && !textOf(reply).includes('two'),
  },
  n: { body: { ...hello, n: 2 }, shows: ({ answers }) => answers.length > 1 },
  seed: { body: { ...hello, seed: 7 } },
  logprobs: { body: { ...hello, logprobs: true }, shows: hasLogprobs },
  logit_bias: { body: { ...hello, logit_bias: { '100': -100 } } },
  vision: {
    body: {
      messages: [
        user([
          { type: 'text', text: 'Which colour is this? One word.' },
          { type: 'image_url', image_url: { url: PIXEL } },
        ]),
      ],
    },
    shows: (reply) => /black/i.test(textOf(reply)),
  },
}

/** What a provider's entry promises of what it does not offer. */
export const honestTrials: readonly Trial[] = [
  {
    id: 'capability.honest',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    ways: WHOLE,
    promise: 'Refuses what it does not offer with a 4xx.',
    hint: 'Check the answer in your own code where a field is dropped without a word.',
    source: 'contract catalogue: silent drops',
    blame: 'gateway',
    run: async (ask) => {
      const lacking = (Object.keys(PROBES) as (keyof typeof PROBES)[]).filter((word) => ask.target.lacks(word))
      if (lacking.length === 0) return kept('nothing that a chat request could probe is declared missing')
      const silent: string[] = []
      for (const word of lacking) {
        const { body, shows } = PROBES[word] as Probe
        const reply = await ask.attempt(body)
        if (isRefusal(reply)) continue
        if (shows?.(reply) === true) return broken(`offers ${word} after all, which its entry declares missing`)
        silent.push(word)
      }
      if (silent.length > 0) return ignored(`accepted ${listed(silent)} without effect`)
      return kept(`refuses ${listed(lacking)}`)
    },
  },
]

function hasLogprobs({ json }: Reply): boolean {
  const choice = isRecord(json) && Array.isArray(json.choices) ? json.choices[0] : undefined
  return isRecord(choice) && isRecord(choice.logprobs)
}
