import type { Json } from '../wire/exchange.ts'
import { isRecord, list, type JsonObject } from '../wire/guards.ts'
import { excerpt, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { callsOf, isRefusal, object, textOf, tool, toolResult, user, WHOLE, wordsOf } from './_parts.ts'
import { switchedOn } from './_reasoning.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

const badge = tool('get_badge', 'Tells the badge of an employee.', object({ employee: { type: 'string' } }))

/** Fields in which a provider gives its reasoning to be sent back, in plain text, sealed or signed. */
const SEALED = ['reasoning_content', 'reasoning_details', 'thought_signature', 'signature', 'encrypted_content']

/** What is promised of reasoning that a history sends back. */
export const reasoningReplayTrials: readonly Trial[] = [
  {
    id: 'reasoning.signature-roundtrip',
    level: 'must',
    mode: 'live',
    needs: ['tools', 'reasoning', 'reasoning_replay'],
    profiles: ['agent'],
    ways: WHOLE,
    promise: 'Takes back the reasoning it gave with a tool call, and says so clearly where it is missing.',
    hint: 'Keep the whole message of the assistant, unknown fields too, and send it back as it came.',
    source: 'measured: Gemini answers 400 without thought_signature (BerriAI/litellm#16893)',
    blame: 'wire format',
    run: async (ask) => {
      const secret = ask.nonce()
      const asked = [user('Which badge has the employee Ada Novak? Use the tool, then answer with the badge.')]
      const body = { tools: [badge], ...switchedOn(ask) }
      const first = await ask.chat({ messages: asked, ...body })
      const message = messageOf(first)
      const [call] = callsOf(first)
      if (message === undefined || call?.id === undefined) return inconclusive('it called no tool')
      const found = fieldsIn(message)
      if (found.length === 0) return inconclusive('its tool call came without reasoning to send back')
      const rest = toolResult(call.id, `{"badge":"${secret}"}`)
      const verbatim = await ask.chat({ messages: [...asked, message, rest], ...body })
      if (!textOf(verbatim).includes(secret)) {
        return inconclusive(`the answer to the whole history does not hold the tool's value ${secret}`)
      }
      const bare = await ask.attempt({ messages: [...asked, without(message), rest], ...body })
      if (!isRefusal(bare)) return kept(`gives ${listed(found)}, and does without`)
      if (SEALED.some((field) => wordsOf(bare).includes(field))) return kept(`demands ${listed(found)}`)
      return broken(`refused a history without ${listed(found)} and did not say what is missing`, {
        bytes: excerpt(wordsOf(bare)),
      })
    },
  },
]

function messageOf({ json }: Reply): JsonObject | undefined {
  const [choice] = isRecord(json) ? list(json.choices) : []
  return isRecord(choice) && isRecord(choice.message) ? choice.message : undefined
}

/** Names of the fields for reasoning to send back that have something in them, wherever they stand. */
function fieldsIn(value: Json): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap(fieldsIn))]
  if (!isRecord(value)) return []
  const here = Object.keys(value).filter((key) => SEALED.includes(key) && isFilled(value[key]))
  return [...new Set([...here, ...Object.values(value).flatMap(fieldsIn)])]
}

const isFilled = (value: Json | undefined) => (Array.isArray(value) ? value.length > 0 : Boolean(value))

function without(value: JsonObject): JsonObject {
  const copy = (inner: Json): Json => {
    if (Array.isArray(inner)) return inner.map(copy)
    return isRecord(inner) ? without(inner) : inner
  }
  const kept = Object.entries(value).filter(([key]) => !SEALED.includes(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, copy(inner)]))
}
