import { excerpt } from '../wire/text.ts'
import { BOTH, callsOf, object, textOf, tool, user } from './_parts.ts'
import { broken, kept, type Trial } from './trial.ts'

const weather = tool('get_weather', 'Tells the weather of a city.', object({ city: { type: 'string' } }))

/** What `tool_choice` promises. */
export const toolChoiceTrials: readonly Trial[] = [
  {
    id: 'tool_choice.required',
    level: 'must',
    mode: 'sampled',
    needs: ['tools', 'forced_tools'],
    profiles: ['agent'],
    ways: BOTH,
    promise: 'Calls a tool where tool_choice is required.',
    hint: 'Name the function in tool_choice, or say in the prompt that the tool must be used, and check that it was.',
    source: 'OpenAI API reference, tool_choice: "required means the model must call one or more tools"',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.chat({
        messages: [user('What is the weather in Oslo? Do not guess.')],
        tools: [weather],
        tool_choice: 'required',
      })
      if (callsOf(reply).length > 0) return kept()
      return broken('answered in text where a call was required', { bytes: excerpt(textOf(reply)) })
    },
  },
]
