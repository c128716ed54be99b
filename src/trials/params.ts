import { excerpt } from '../wire/text.ts'
import { textOf, user, WHOLE, wordsOf } from './_parts.ts'
import { answerTo, clearRefusal } from './_refusal.ts'
import type { Asker } from './asker.ts'
import { ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const question = user('Which city is the capital of France?')

const OUT_OF_RANGE = [
  ['temperature', 99],
  ['top_p', 2],
] as const

async function outOfRange(ask: Asker): Promise<Outcome> {
  for (const [name, value] of OUT_OF_RANGE) {
    const what = `${name} ${value}`
    const reply = await answerTo(ask, { messages: [question], [name]: value })
    const refused = clearRefusal(reply, new RegExp(name, 'i'), what)
    if (refused === undefined) return ignored(`accepted ${what}`, { bytes: excerpt(textOf(reply)) })
    if (refused.is !== 'kept') return refused
  }
  return kept()
}

/** Parameters that have one value where the capability is lacking: the value, and another one. */
const FIXED = [['n', 1, 2]] as const

async function fixed(ask: Asker): Promise<Outcome> {
  const declared = FIXED.filter(([name]) => ask.target.lacks(name))
  if (declared.length === 0) return inconclusive('no parameter of this provider is declared to be fixed')
  for (const [name, only, other] of declared) {
    await ask.chat({ messages: [question], [name]: only })
    const what = `${name} ${other}`
    const reply = await answerTo(ask, { messages: [question], [name]: other })
    const refused = clearRefusal(reply, new RegExp(`\\b${name}\\b`), what)
    if (refused === undefined) return ignored(`accepted ${what}, and is declared to know ${name} ${only} only`)
    if (refused.is !== 'kept') return refused
  }
  return kept()
}

/** What parameters promise whose values are limited, or tell the provider nothing. */
export const paramTrials: readonly Trial[] = [
  {
    id: 'temperature.zero',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: WHOLE,
    promise: 'Takes a temperature of 0.',
    hint: 'Leave the temperature out for this model.',
    source: 'OpenAI API reference, temperature: between 0 and 2; Kimi and reasoning models refuse it',
    blame: 'wire format',
    run: async (ask) => {
      await ask.chat({ messages: [question], temperature: 0 })
      return kept()
    },
  },
  {
    id: 'params.out-of-range-400',
    level: 'should',
    mode: 'live',
    needs: ['strict_params'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Refuses a temperature of 99 and a top_p of 2 by name.',
    hint: 'Check the parameters yourself before you send them.',
    source: 'OpenAI API reference, temperature and top_p',
    blame: 'wire format',
    run: outOfRange,
  },
  {
    id: 'params.immutable-rejected',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes the one value of a fixed parameter, and refuses any other.',
    hint: 'Leave the parameter out for this provider.',
    source: 'Kimi vendor verifier, test_params; here for the parameters that the entry lacks',
    blame: 'wire format',
    run: fixed,
  },
  {
    id: 'metadata-fields.tolerated',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    ways: WHOLE,
    promise: 'Takes user, metadata, store and service_tier, or refuses them by name.',
    hint: 'Leave the field out for this provider.',
    source: 'OpenAI API reference, create chat completion; Groq refuses store, Cerebras service_tier',
    blame: 'wire format',
    run: async (ask) => {
      const fields = { user: 'user-1', metadata: { test: 'yes' }, store: false, service_tier: 'auto' }
      const refusing: string[] = []
      for (const [name, value] of Object.entries(fields)) {
        const reply = await answerTo(ask, { messages: [question], [name]: value })
        const refused = clearRefusal(reply, new RegExp(name, 'i'), name)
        if (refused !== undefined && refused.is !== 'kept') return refused
        if (refused !== undefined) refusing.push(`${name} (${excerpt(wordsOf(reply), 60)})`)
      }
      return kept(refusing.length === 0 ? undefined : `refuses ${refusing.join(', ')}`)
    },
  },
]
