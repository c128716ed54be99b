import type { Json } from '../wire/exchange.ts'
import { excerpt, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import type { Asker } from './asker.ts'
import { callsOf, isRefusal, textOf, user, WHOLE, wordsOf } from './_parts.ts'
import { mustRefuse, refusal } from './_provoke.ts'
import { askThinking, showsThought } from './_thinking.ts'
import { getWeather } from './_tools.ts'
import { broken, ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const shared = {
  level: 'may',
  mode: 'live',
  needs: ['tools', 'validation'],
  profiles: ['agent', 'strict'],
  ways: WHOLE,
  blame: 'gateway',
} as const

const hello = { messages: [user('Say hello.')] }
const byName = (name: string) => ({ type: 'function', function: { name } })

/** Each choice, a prompt that calls for the opposite, and whether a call shows that it was honoured. */
const CHOICES: Readonly<Record<string, { readonly choice: Json; readonly prompt: string; readonly calls: boolean }>> = {
  required: { choice: 'required', prompt: 'Say hello.', calls: true },
  'a named function': { choice: byName('get_weather'), prompt: 'Say hello.', calls: true },
  none: { choice: 'none', prompt: 'Use the tool get_weather to tell the weather in Oslo.', calls: false },
}

/** What `tool_choice` promises where it cannot be honoured. */
export const toolChoiceHonestTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'tool_choice.required-no-tools',
    needs: ['chat', 'validation'],
    promise: 'Refuses tool_choice required where there are no tools.',
    hint: 'Set tool_choice only beside tools.',
    source: 'https://github.com/dotnet/extensions/pull/6276: "tool_choice is only allowed when tools are specified"',
    run: (ask) => mustRefuse(ask, 'tool_choice required without tools', { ...hello, tool_choice: 'required' }),
  },
  {
    ...shared,
    id: 'tool_choice.unknown-name',
    promise: 'Refuses tool_choice that names a function which is not offered.',
    hint: 'Check the name against the tools before you send.',
    source: 'contract catalogue (suites VLL and KVV): an undefined function name is 400',
    run: (ask) => {
      const tool_choice = byName('no_such_function')
      return mustRefuse(ask, 'a function in tool_choice that is not offered', {
        ...hello,
        tools: [getWeather],
        tool_choice,
      })
    },
  },
  {
    ...shared,
    id: 'tool_choice.bogus',
    promise: 'Refuses tool_choice with a word that means nothing.',
    hint: 'Check the word before you send.',
    source: 'OpenAI API reference, tool_choice (none, auto, required or an object)',
    run: (ask) => mustRefuse(ask, 'tool_choice "bogus"', { ...hello, tools: [getWeather], tool_choice: 'bogus' }),
  },
  {
    ...shared,
    id: 'tool_choice.honest-fallback',
    level: 'must',
    needs: ['tools'],
    profiles: ['agent'],
    promise: 'Honours every tool_choice, or refuses it by name, and never treats it like auto.',
    hint: 'Check in your code that the call came: the field is dropped on the way.',
    source: 'https://github.com/ollama/ollama/issues/17921; https://github.com/RooCodeInc/Roo-Code/issues/11970',
    run: async (ask) => {
      const refused: string[] = []
      for (const [name, { choice, prompt, calls }] of Object.entries(CHOICES)) {
        const honoured = (reply: Reply) => callsOf(reply).length > 0 === calls
        const asked = { messages: [user(prompt)], tools: [getWeather], tool_choice: choice }
        let reply = await ask.attempt(asked)
        // A model may slip once; a field that is dropped is dropped each time.
        if (!isRefusal(reply) && !honoured(reply)) reply = await ask.attempt(asked)
        if (isRefusal(reply)) {
          if (!/tool|function/i.test(wordsOf(reply)))
            return broken(`refused ${name} without naming it: ${refusal(reply)}`)
          refused.push(name)
        } else if (!honoured(reply))
          return ignored(`took tool_choice ${name} for auto`, { bytes: excerpt(textOf(reply)) })
      }
      return kept(refused.length === 0 ? undefined : `refuses ${listed(refused)}`)
    },
  },
  {
    ...shared,
    id: 'tool_choice.with-thinking',
    level: 'should',
    needs: ['tools', 'reasoning'],
    profiles: ['agent'],
    promise: 'Honours a forced tool_choice while it thinks, or refuses the two together in clear words.',
    hint: 'Switch thinking off for requests that force a tool.',
    source: 'https://api-docs.deepseek.com/guides/thinking_mode/; pydantic/pydantic-ai, OpenRouter profile',
    run: forcedWhileThinking,
  },
]

async function forcedWhileThinking(ask: Asker): Promise<Outcome> {
  const body = { messages: [user('What is the weather in Oslo? Think before you act.')], tools: [getWeather] }
  const free = await askThinking(ask, body)
  if (isRefusal(free) || !showsThought(free)) return inconclusive('no answer shows that the model thinks beside tools')
  const reply = await askThinking(ask, { ...body, tool_choice: 'required' })
  if (isRefusal(reply)) {
    if (/tool|think|reason/i.test(wordsOf(reply))) return kept(`refuses the two together with ${refusal(reply)}`)
    return broken(`refused a forced tool_choice without saying why: ${refusal(reply)}`)
  }
  if (callsOf(reply).length === 0) {
    return ignored('thought, and dropped the forced tool_choice', { bytes: excerpt(textOf(reply)) })
  }
  return showsThought(reply) ? kept() : ignored('honoured the forced tool_choice, and dropped the thinking')
}
