import type { Json } from '../wire/exchange.ts'
import { listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { Refused } from './_no-answer.ts'
import { documentIn, misfit } from './_document.ts'
import { finishOf, isRefusal, object, textOf, user, WHOLE } from './_parts.ts'
import { mustRefuse } from './_provoke.ts'
import { schemaFormat } from './_schemas.ts'
import { ignored, inconclusive, kept, type Trial } from './trial.ts'

const shared = { needs: ['json_schema'], profiles: ['strict'], ways: WHOLE, blame: 'gateway' } as const

interface Row {
  readonly value: { readonly [key: string]: Json }
  /** Asks for a value that the keyword forbids. */
  readonly prompt: string
}

const text = { type: 'string' }
const TABLE: Readonly<Record<string, Row>> = {
  type: { value: { type: 'integer' }, prompt: 'The value is the word "seven", in letters.' },
  enum: { value: { type: 'string', enum: ['red', 'green'] }, prompt: 'The value is "blue".' },
  const: { value: { type: 'string', const: 'red' }, prompt: 'The value is "blue".' },
  minLength: { value: { ...text, minLength: 12 }, prompt: 'The value is "ab", two letters.' },
  maxLength: { value: { ...text, maxLength: 4 }, prompt: 'The value is "abcdefgh", eight letters.' },
  pattern: { value: { ...text, pattern: '^[A-Z]{3}$' }, prompt: 'The value is "blue", in small letters.' },
  format: { value: { ...text, format: 'date' }, prompt: 'The value is "tomorrow".' },
  minimum: { value: { type: 'integer', minimum: 100 }, prompt: 'The value is 7.' },
  maximum: { value: { type: 'integer', maximum: 5 }, prompt: 'The value is 7.' },
  multipleOf: { value: { type: 'integer', multipleOf: 10 }, prompt: 'The value is 7.' },
  minItems: { value: { type: 'array', items: text, minItems: 3 }, prompt: 'The value is a list of "one" alone.' },
  maxItems: {
    value: { type: 'array', items: text, maxItems: 1 },
    prompt: 'The value is a list: "one", "two", "three".',
  },
  anyOf: { value: { anyOf: [{ type: 'integer' }, { type: 'boolean' }] }, prompt: 'The value is "blue".' },
  required: { value: object({ name: text, mail: text }), prompt: 'The value has the name "Ada" and nothing else.' },
  additionalProperties: { value: object({ name: text }), prompt: 'The value has the name "Ada" and the age 36.' },
}

const question = user('The value is "blue".')
const BAD: Readonly<Record<string, { readonly [key: string]: Json }>> = {
  'a json_schema without a name': { strict: true, schema: object({ value: text }) },
  'a json_schema without a schema': { name: 'answer', strict: true },
  'a schema of an unknown type': { name: 'answer', strict: true, schema: object({ value: { type: 'strnig' } }) },
  'strict that is no boolean': { name: 'answer', strict: 'yes', schema: object({ value: text }) },
}

/** What comes of each keyword of a schema, and of schemas that are none. */
export const jsonSchemaTableTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'json_schema.keyword-matrix',
    level: 'info',
    mode: 'sampled',
    promise: 'Enforces the keywords of a schema, against the prompt.',
    hint: 'Check in your own code what is accepted and not enforced.',
    source: 'JSONSchemaBench, arXiv:2501.10868: coverage by engine',
    run: async (ask) => {
      const came: Record<Came, string[]> = { enforced: [], 'accepted, not enforced': [], rejected: [], 'not told': [] }
      let refused: Reply | undefined
      for (const [keyword, { value, prompt }] of Object.entries(TABLE)) {
        const schema = object({ value })
        const messages = [user(`${prompt} Tell me the value.`)]
        const reply = await ask.attempt({ messages, response_format: schemaFormat(schema) })
        came[cameOf(reply, schema)].push(keyword)
        if (isRefusal(reply)) refused = reply
      }
      const { enforced, 'accepted, not enforced': loose, rejected } = came
      if (refused !== undefined && rejected.length === Object.keys(TABLE).length) throw new Refused(refused)
      if (enforced.length + rejected.length === 0) {
        return loose.length > 0 ? ignored('enforced no keyword at all') : inconclusive('no answer was finished')
      }
      return kept(
        Object.entries(came)
          .flatMap(([what, keywords]) => (keywords.length === 0 ? [] : [`${what}: ${listed(keywords)}`]))
          .join('; '),
      )
    },
  },
  {
    ...shared,
    id: 'json_schema.bad-request-400',
    level: 'should',
    mode: 'live',
    needs: ['json_schema', 'validation'],
    promise: 'Answers 400 to a schema that is malformed.',
    hint: 'Check the schema before you send it.',
    source: 'vllm-project/vllm: a malformed schema was answered with HTTP 500',
    run: async (ask) => {
      for (const [what, json_schema] of Object.entries(BAD)) {
        const response_format = { type: 'json_schema', json_schema }
        const outcome = await mustRefuse(ask, what, { messages: [question], response_format })
        if (outcome.is !== 'kept') return outcome
      }
      return kept()
    },
  },
]

type Came = 'enforced' | 'accepted, not enforced' | 'rejected' | 'not told'

function cameOf(reply: Reply, schema: { readonly [key: string]: Json }): Came {
  if (isRefusal(reply)) return 'rejected'
  if (finishOf(reply) !== 'stop') return 'not told'
  const read = documentIn(textOf(reply))
  return 'value' in read && misfit(schema, read.value) === undefined ? 'enforced' : 'accepted, not enforced'
}
