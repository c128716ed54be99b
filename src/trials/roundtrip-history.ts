import { counted, excerpt, listed } from '../wire/text.ts'
import { provokeWith, resume, weatherTalk } from './_history.ts'
import { isRefusal, textOf, toolResult, user, WHOLE, wordsOf } from './_parts.ts'
import { crash, refusal } from './_provoke.ts'
import { broken, ignored, kept, type Outcome, type Trial } from './trial.ts'

const shared = {
  level: 'should',
  mode: 'live',
  needs: ['tools'],
  profiles: ['agent'],
  ways: WHOLE,
  blame: 'wire format',
} as const

/** Ids as other vendors write them, by their form. */
const FOREIGN: Readonly<Record<string, string>> = {
  'functions.x:0': 'functions.get_weather:0',
  toolu: 'toolu_01A09q90qw90lq917835lq9',
  '40 characters': 'call_5HqCVzDo4eBwEVXZ7dBtYPRsXyZ01234567',
  uuid: '7c1d2f7e-3b0a-4a52-9d0c-5a2f6d1e8b90',
}

/** What a conversation that began elsewhere, or went wrong, promises. */
export const roundtripHistoryTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'roundtrip.foreign-ids',
    promise: 'Accepts a history with the call ids of other vendors, or refuses it with a 4xx.',
    hint: 'Rewrite the ids of a history before you hand it over.',
    source: 'https://github.com/langchain-ai/langchain/issues/24668: ids of 9 letters and digits alone',
    run: async (ask) => {
      const refused: string[] = []
      for (const [form, id] of Object.entries(FOREIGN)) {
        const reply = await provokeWith(ask, weatherTalk('It is sunny.', { id }))
        const crashed = crash(reply, `a history with an id of the form ${form}`)
        if (crashed !== undefined) return crashed
        if (isRefusal(reply)) refused.push(form)
        else if (reply.answers.length === 0) return broken(`answered without a choice to an id of the form ${form}`)
      }
      return kept(
        refused.length === 0
          ? `accepts all ${counted(Object.keys(FOREIGN).length, 'form')}`
          : `refuses ${listed(refused)}`,
      )
    },
  },
  {
    ...shared,
    id: 'roundtrip.content-shapes',
    promise: 'Takes a tool result as a string and as a list of text parts.',
    hint: 'Send tool results as one string.',
    source: 'OpenAI API reference, tool message: content (string or array of text parts)',
    run: async (ask) => {
      for (const shape of ['a string', 'a list of text parts'] as const) {
        const word = ask.nonce(shape)
        const words = `The weather is ${word}.`
        const content = shape === 'a string' ? words : [{ type: 'text', text: words }]
        const reply = await provokeWith(ask, weatherTalk(content))
        if (isRefusal(reply)) return broken(`refused a tool result that is ${shape}: ${refusal(reply)}`)
        const crashed = crash(reply, `a tool result that is ${shape}`)
        if (crashed !== undefined) return crashed
        if (!textOf(reply).includes(word)) {
          return broken(`did not see a tool result that is ${shape}`, { bytes: excerpt(textOf(reply)) })
        }
      }
      return kept()
    },
  },
  {
    ...shared,
    id: 'roundtrip.orphan-call',
    promise: 'Refuses a call without a result with a 4xx, or answers all the same.',
    hint: 'Add a result for every call before the next message, if only "cancelled".',
    source: 'https://github.com/BerriAI/litellm/issues/28995: "must be followed by tool messages"',
    run: async (ask) => {
      const { messages, ...rest } = weatherTalk('')
      const reply = await provokeWith(ask, {
        ...rest,
        messages: [...messages.slice(0, 2), user('Never mind. Say hello.')],
      })
      if (isRefusal(reply)) return kept(`refuses it with ${refusal(reply)}`)
      const crashed = crash(reply, 'a call without a result')
      if (crashed !== undefined) return crashed
      return reply.answers.length > 0
        ? kept('answers all the same')
        : broken('answered a call without a result with no choice')
    },
  },
  {
    ...shared,
    id: 'roundtrip.unknown-tool-call-id',
    level: 'may',
    needs: ['tools', 'validation'],
    promise: 'Refuses a tool result whose id is missing or belongs to no call.',
    hint: 'Check the ids of the results before you send.',
    source: 'OpenAI API reference, tool message: tool_call_id (required)',
    run: async (ask) => {
      const { messages, ...rest } = weatherTalk('It is sunny.')
      const strays = {
        'a tool result of an unknown id': toolResult('call_of_nobody', 'It is sunny.'),
        'a tool result without an id': { role: 'tool', content: 'It is sunny.' },
      }
      for (const [what, stray] of Object.entries(strays)) {
        const reply = await provokeWith(ask, { ...rest, messages: [...messages.slice(0, 2), stray] })
        if (!isRefusal(reply)) return crash(reply, what) ?? ignored(`accepted ${what}`)
      }
      return kept()
    },
  },
  {
    ...shared,
    id: 'roundtrip.empty-args-history',
    promise: 'Accepts a history in which a call had no arguments, written "{}" or "".',
    hint: 'Write "{}" for the arguments of a call that has none.',
    source: 'vllm-project/vllm: a chat template that parses the arguments falls over ""',
    run: async (ask) => {
      for (const args of ['{}', '']) {
        const reply = await provokeWith(ask, weatherTalk('It is sunny.', { args }))
        const what = `a history with the arguments "${args}"`
        if (isRefusal(reply)) return broken(`refused ${what}: ${refusal(reply)}`)
        const crashed = crash(reply, what)
        if (crashed !== undefined) return crashed
      }
      return kept()
    },
  },
  {
    ...shared,
    id: 'roundtrip.poisoned-args-history',
    needs: ['tools', 'validation'],
    promise: 'Refuses a history whose call has arguments that are no JSON, and says so.',
    hint: 'Never send back a call whose arguments do not parse: the whole conversation is lost.',
    source: 'contract catalogue: DSpark#55, every later turn of the conversation is answered 400',
    run: async (ask) => {
      const what = 'arguments in the history that are no JSON'
      const reply = await provokeWith(ask, weatherTalk('It is sunny.', { args: '{"city": "Os' }))
      if (!isRefusal(reply)) return crash(reply, what) ?? ignored(`accepted ${what}`)
      if (/argument|json|tool_call|function/i.test(wordsOf(reply))) return kept()
      return broken(`refused ${what} without naming them: ${refusal(reply)}`)
    },
  },
  {
    ...shared,
    id: 'roundtrip.no-tools-second-turn',
    level: 'may',
    promise: 'Accepts the turn after a tool result without the tools.',
    hint: 'Send the tools in every turn of the conversation.',
    source: 'BerriAI/litellm: gateways in front of Anthropic demand the tools',
    blame: 'gateway',
    run: async (ask): Promise<Outcome> => {
      const word = ask.nonce()
      const { messages } = weatherTalk(`The weather is ${word}.`)
      const reply = await resume(ask, { messages })
      if (textOf(reply).trim() !== '') return kept()
      return broken('said nothing once the tools were left out')
    },
  },
]
