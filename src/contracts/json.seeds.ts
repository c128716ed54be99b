import { readReply } from '../wire/reply.ts'
import type { Reader } from './_reread.ts'
import type { Seed } from './contract.ts'
import { completion, whole } from './seed.ts'

const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] }
const ask = { response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } } }

/** An answer to a request for JSON that fits a schema. */
export const structured = (
  message: Record<string, unknown>,
  finish: string | null = 'stop',
  more: Record<string, unknown> = {},
) => whole(completion(message, {}, { finish_reason: finish }), { ask: { ...ask, ...more } })

const clean = structured({ content: '{"name":"Ada"}' })
const refused = structured({ content: null, refusal: "I can't help with that." })

/** Seeds of structured output; the defect of the refusal is judged with the wrong readers below. */
export const jsonSeeds: readonly Seed[] = [
  { contract: 'json_schema.string-content', clean, defect: structured({ content: { name: 'Ada' } }) },
  {
    contract: 'json_schema.truncated-is-length',
    clean: structured({ content: '{"name":"A' }, 'length'),
    defect: structured({ content: '{"name":"A' }),
  },
  { contract: 'json_schema.refusal-safe', clean: refused, defect: refused },
]

/** Deliberately wrong readers by contract, each of which must break it on the defect of its seed. */
export const jsonWrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'json_schema.refusal-safe': {
    'parses whatever came': () => JSON.parse("I can't help with that."),
    'knows no refusal': (exchange) => {
      const reply = readReply(exchange)
      return { ...reply, answers: reply.answers.map((answer) => ({ ...answer, refusal: undefined })) }
    },
    'takes the refusal for JSON': (exchange) => {
      const reply = readReply(exchange)
      return { ...reply, answers: reply.answers.map((answer) => ({ ...answer, text: answer.refusal })) }
    },
  },
}
