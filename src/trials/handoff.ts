import type { Json } from '../wire/exchange.ts'
import { excerpt } from '../wire/text.ts'
import { Refused } from './_no-answer.ts'
import {
  assistant,
  BOTH,
  isRefusal,
  object,
  system,
  textOf,
  tool,
  toolCall,
  toolResult,
  user,
  wordsOf,
} from './_parts.ts'
import { broken, kept, type Trial } from './trial.ts'

const door = tool('get_door_code', 'Tells the code of a door.', object({ door: { type: 'string' } }))

/** What a history of another provider has that this one's own may not. */
const FOREIGN = ['ids', 'reasoning', 'null content', 'parallel'] as const
type Foreign = (typeof FOREIGN)[number]

/** Where each stands in the request. */
const PLACES: Readonly<Record<Foreign, readonly [what: string, path: string]>> = {
  ids: ['the tool ids of another provider', '$.messages[2].tool_calls[0].id'],
  reasoning: ['the field reasoning_content', '$.messages[2].reasoning_content'],
  'null content': ['content null beside tool calls', '$.messages[2].content'],
  parallel: ['two calls in one message, and two results', '$.messages[2].tool_calls'],
}

/** What is promised of a conversation that another provider began. */
export const handoffTrials: readonly Trial[] = [
  {
    id: 'handoff.history-replay',
    level: 'should',
    mode: 'sampled',
    needs: ['tools'],
    profiles: ['agent'],
    ways: BOTH,
    promise:
      'Takes over a conversation with tool calls and reasoning that another provider began, and goes on with it.',
    hint: 'Drop or rename the field that is named before you send a history to this provider.',
    source:
      'measured: Groq refuses reasoning_content in a history (janhq/jan#8136); Mistral takes only its own tool ids',
    blame: 'wire format',
    run: async (ask) => {
      const codes = [ask.nonce('north'), ask.nonce('south')] as const
      const send = (foreign: readonly Foreign[]) => ask.attempt({ messages: history(codes, foreign), tools: [door] })
      const reply = await send(FOREIGN)
      if (!isRefusal(reply)) {
        const missing = codes.find((code) => !textOf(reply).includes(code))
        if (missing === undefined) return kept()
        return broken(`went on without ${missing}, which a tool had told`, {
          bytes: excerpt(textOf(reply)),
          blame: 'model',
        })
      }
      if (isRefusal(await send([]))) throw new Refused(reply)
      for (const one of FOREIGN) {
        const rest = FOREIGN.filter((other) => other !== one)
        if (isRefusal(await send(rest))) continue
        const [what, path] = PLACES[one]
        return broken(`refused ${what}: ${excerpt(wordsOf(reply), 120)}`, { path })
      }
      return broken('refused more than one thing in the history of another provider', {
        path: '$.messages[2]',
        bytes: excerpt(wordsOf(reply), 120),
      })
    },
  },
]

/** A conversation that ends with the results of two tools: without `foreign`, as plainly as OpenAI's reference has it. */
function history([north, south]: readonly [string, string], foreign: readonly Foreign[]): Json[] {
  const has = (feature: Foreign) => foreign.includes(feature)
  const [one, two] = has('ids') ? ['toolu_01XkQmBv7FhT', 'functions.get_door_code:1'] : ['call_1', 'call_2']
  const calls = [
    [toolCall(one, 'get_door_code', '{"door":"north"}'), toolResult(one, `{"code":"${north}"}`)],
    [toolCall(two, 'get_door_code', '{"door":"south"}'), toolResult(two, `{"code":"${south}"}`)],
  ] as const
  const content = has('null content') ? null : 'I look it up.'
  const thought = has('reasoning') ? { reasoning_content: 'I need both codes.' } : {}
  const said = (made: readonly Json[]) => assistant(content, { ...thought, tool_calls: [...made] })
  return [
    system('You are a porter. Answer in one short sentence.'),
    user('What are the codes of the north door and of the south door?'),
    ...(has('parallel')
      ? [said(calls.map(([call]) => call)), ...calls.map(([, result]) => result)]
      : calls.flatMap(([call, result]) => [said([call]), result])),
  ]
}
