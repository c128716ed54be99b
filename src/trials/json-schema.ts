import { isRecord } from '../wire/guards.ts'
import { excerpt, listed } from '../wire/text.ts'
import { documentIn, judgeBy, misfit } from './_document.ts'
import { answerOf, BOTH, isRefusal, object, STREAMED, textOf, user, WHOLE, wordsOf } from './_parts.ts'
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
    promise: 'Streams JSON that fits the schema, each piece a part of the one document.',
    hint: 'Parse at the end of the stream only.',
    source: 'OpenAI guide, structured outputs, streaming',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(AN_ORDER)], response_format: schemaFormat(order) })
      if (answerOf(reply).contentEvents < 2) return inconclusive('the answer came in one piece')
      // Every beginning of a valid document can be completed: the end tells of all the pieces.
      return judgeBy(order, reply) ?? kept()
    },
  },
  ...jsonSchemaBesideTrials,
  ...jsonSchemaTableTrials,
]
