import { excerpt, listed } from '../wire/text.ts'
import { noCall } from './_call.ts'
import { answerOf, BOTH, callsOf, finishOf, isRefusal, object, textOf, tool, user, WHOLE } from './_parts.ts'
import { provoke, crash, refusal } from './_provoke.ts'
import { getWeather } from './_tools.ts'
import { toolChoiceHonestTrials } from './tool-choice-honest.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'must',
  mode: 'sampled',
  needs: ['tools'],
  profiles: ['agent'],
  ways: BOTH,
  blame: 'wire format',
} as const

const weatherNow = user('What is the weather in Oslo? Do not guess.')
const capital = tool('get_capital', 'Tells the capital of a country.', object({ country: { type: 'string' } }))

/** What `tool_choice` promises. */
export const toolChoiceTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'tool_choice.auto',
    level: 'should',
    promise: 'Finishes with tool_calls where it calls a tool under auto, and with stop and a text where it does not.',
    hint: 'Decide by the presence of tool_calls, not by the finish reason.',
    source:
      'OpenAI API reference, tool_choice: "auto means the model can pick between generating a message or calling"',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [weatherNow], tools: [getWeather], tool_choice: 'auto' })
      const [calls, finish] = [callsOf(reply).length, finishOf(reply)]
      if (finish === 'length') return inconclusive('the answer was cut by its limit')
      if (calls > 0 && finish !== 'tool_calls') return broken(`called a tool and finished with ${finish}`)
      if (calls === 0 && finish !== 'stop') return broken(`called no tool and finished with ${finish}`)
      if (calls === 0 && textOf(reply).trim() === '') return broken('neither called a tool nor said anything')
      return kept()
    },
  },
  {
    ...shared,
    id: 'tool_choice.none',
    promise: 'Answers in text where tool_choice is none.',
    hint: 'Leave the tools out of the request in place of tool_choice none.',
    source: 'OpenAI API reference, tool_choice: "none means the model will not call any tool"',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [weatherNow], tools: [getWeather], tool_choice: 'none' })
      const finish = finishOf(reply)
      if (finish === 'length') return inconclusive('the answer was cut by its limit')
      if (callsOf(reply).length > 0) return broken('called a tool although tool_choice was none')
      if (finish !== 'stop') return broken(`finished with ${finish} where stop was due`)
      if (answerOf(reply).text === undefined) {
        return broken('said nothing at all', { path: '$.choices[0].message.content' })
      }
      return kept()
    },
  },
  {
    ...shared,
    id: 'tool_choice.required',
    needs: ['tools', 'forced_tools'],
    promise: 'Calls a tool where tool_choice is required.',
    hint: 'Name the function in tool_choice, or say in the prompt that the tool must be used, and check that it was.',
    source: 'OpenAI API reference, tool_choice: "required means the model must call one or more tools"',
    run: async (ask) => {
      // A prompt that calls for no tool: where one comes, the field had its effect.
      const reply = await ask.chat({ messages: [user('Say hello.')], tools: [getWeather], tool_choice: 'required' })
      if (callsOf(reply).length > 0) return kept()
      return broken('answered in text where a call was required', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...shared,
    id: 'tool_choice.named',
    needs: ['tools', 'named_tools'],
    promise: 'Calls the function that tool_choice names, once, even where another would fit.',
    hint: 'Offer that one tool alone, and say in the prompt that it must be used.',
    source: 'OpenAI API reference, tool_choice: naming a function "forces the model to call that tool"',
    run: async (ask) => {
      const reply = await ask.chat({
        messages: [user('What is the weather in Oslo, the capital of Norway?')],
        tools: [getWeather, capital],
        tool_choice: { type: 'function', function: { name: 'get_capital' } },
      })
      const names = callsOf(reply).map(({ name }) => excerpt(name, 64))
      if (names.length === 1 && names[0] === 'get_capital') return kept()
      if (names.length === 0) {
        return broken('answered in text where get_capital was named', { bytes: excerpt(textOf(reply)) })
      }
      return broken(`called ${listed(names)} where get_capital alone was named`)
    },
  },
  {
    ...shared,
    id: 'tool_choice.null',
    level: 'may',
    mode: 'live',
    profiles: ['agent', 'strict'],
    ways: WHOLE,
    promise: 'Takes tool_choice null as if it were left out.',
    hint: 'Leave the field out in place of null.',
    source: 'vllm-project/vllm, test tool_choice_null',
    run: async (ask) => {
      const prompt = 'Use the tool get_weather to tell the weather in Oslo.'
      const body = { messages: [user(prompt)], tools: [getWeather] }
      const without = await ask.chat(body)
      if (callsOf(without).length === 0) return noCall(without)
      const reply = await provoke(ask, { ...body, tool_choice: null })
      if (isRefusal(reply)) return broken(`refused tool_choice null with ${refusal(reply)}`)
      const crashed = crash(reply, 'tool_choice null')
      if (crashed !== undefined) return crashed
      if (callsOf(reply).length > 0) return kept()
      return ignored('calls the tool without tool_choice, and did not with null', { bytes: excerpt(textOf(reply)) })
    },
  },
  ...toolChoiceHonestTrials,
]
