import { isRecord } from '../wire/guards.ts'
import { excerpt, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { readJson } from '../../matchers/json.ts'
import { documentIn, judgeBy, misfit } from './_document.ts'
import { BOTH, isRefusal, object, STREAMED, textOf, user, WHOLE, wordsOf } from './_parts.ts'
import { refusal } from './_provoke.ts'
import { AN_ORDER, oddAnswer, order, schemaFormat } from './_schemas.ts'
import { jsonSchemaBesideTrials } from './json-schema-beside.ts'
import { jsonSchemaTableTrials } from './json-schema-table.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'must',
  mode: 'sampled',
  needs: ['json_schema'],
  profiles: ['core', 'rag'],
  ways: BOTH,
  blame: 'gateway',
} as const

const lone = object({ name: { type: 'string' } })

/** What structured output promises. */
export const jsonSchemaTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'json_schema.supported-or-4xx',
    mode: 'live',
    needs: ['chat'],
    ways: WHOLE,
    promise: 'Obeys a schema, or refuses it by name, and never drops it silently.',
    hint: 'Use JSON mode or a forced tool call for this provider, and validate what comes.',
    source: 'OpenAI API reference, response_format; https://github.com/BerriAI/litellm/pull/31466',
    run: async (ask) => {
      const reply = await ask.attempt({
        messages: [user('Which city is the capital of France?')],
        response_format: schemaFormat(oddAnswer),
      })
      if (isRefusal(reply)) {
        if (/response_format|schema|json/i.test(wordsOf(reply))) return kept(`refuses it with ${refusal(reply)}`)
        return broken(`refused a schema without naming it: ${refusal(reply)}`)
      }
      const read = documentIn(textOf(reply))
      if ('value' in read && misfit(oddAnswer, read.value) === undefined) return kept('obeys it')
      return ignored('accepted a schema and answered without it', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...shared,
    id: 'json_schema.valid',
    promise: 'Answers with JSON that fits the schema.',
    hint: 'Validate every answer, and ask again with the error where it does not fit.',
    source: 'OpenAI guide, structured outputs: "always generate responses that adhere to your supplied JSON Schema"',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(AN_ORDER)], response_format: schemaFormat(order) })
      return judgeBy(order, reply) ?? kept()
    },
  },
  {
    ...shared,
    id: 'json_schema.strict-no-extra',
    profiles: ['core', 'strict'],
    promise: 'Sends exactly the keys of a closed schema, even where the prompt asks for more.',
    hint: 'Drop unknown keys before you use the answer.',
    source: 'OpenAI guide, structured outputs: additionalProperties: false must always be set',
    run: async (ask) => {
      const prompt =
        'Give me the name, the age and the address of "Ada Lovelace", 36, in "London". Make up what is missing.'
      const reply = await ask.chat({ messages: [user(prompt)], response_format: schemaFormat(lone) })
      const read = documentIn(textOf(reply))
      const keys = 'value' in read && isRecord(read.value) ? Object.keys(read.value) : []
      const extra = keys.filter((key) => key !== 'name')
      if (extra.length === 0) return judgeBy(lone, reply) ?? kept()
      return broken(`added ${listed(extra.map((key) => excerpt(key, 40)))} to a closed schema`, {
        bytes: excerpt(textOf(reply)),
      })
    },
  },
  {
    ...shared,
    id: 'json_schema.single-document',
    level: 'should',
    promise: 'Sends one JSON document and no second one after it.',
    hint: 'Parse the first document and drop the rest.',
    source: 'measured: a document twice in 2 of 29 recorded answers beside tools',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(AN_ORDER)], response_format: schemaFormat(order) })
      const read = documentIn(textOf(reply))
      if ('fault' in read && (read.fault === 'several' || read.fault === 'prose')) {
        return broken(read.says, { bytes: read.bytes })
      }
      if ('fault' in read) return inconclusive(`there is no document to be followed by another: it ${read.says}`)
      const wrong = misfit(order, read.value)
      return wrong === undefined ? kept() : inconclusive(`the document is not the one that was asked for: ${wrong}`)
    },
  },
  {
    ...shared,
    id: 'json_schema.stream-valid',
    needs: ['json_schema', 'streaming'],
    ways: STREAMED,
    promise: 'Streams JSON that fits the schema at the end and is the beginning of JSON all the way.',
    hint: 'Parse at the end of the stream only.',
    source: 'OpenAI guide, structured outputs, streaming',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(AN_ORDER)], response_format: schemaFormat(order) })
      const parts = partsOf(reply)
      if (parts.length < 2) return inconclusive('the answer came in one piece')
      const wrong = judgeBy(order, reply)
      if (wrong !== undefined) return wrong
      let text = ''
      for (const { part, event } of parts) {
        text += part
        const read = readJson(text)
        if ('value' in read || read.fault.kind === 'cut' || read.fault.kind === 'empty') continue
        return broken('sent a beginning that no JSON can begin with', { event, bytes: excerpt(text) })
      }
      return kept()
    },
  },
  ...jsonSchemaBesideTrials,
  ...jsonSchemaTableTrials,
]

/** The pieces of text of the first choice, each with the index of its event. */
function partsOf({ stream }: Reply): { readonly part: string; readonly event: number }[] {
  return (stream?.events ?? []).flatMap(({ json }, event) => {
    const choice = isRecord(json) && Array.isArray(json.choices) ? json.choices[0] : undefined
    const delta = isRecord(choice) && isRecord(choice.delta) ? choice.delta : {}
    return typeof delta.content === 'string' && delta.content !== '' ? [{ part: delta.content, event }] : []
  })
}
