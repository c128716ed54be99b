import type { Reader } from './_reread.ts'
import type { Seed } from './contract.ts'
import { chunk, completion, hello, stream, whole, type Parts } from './seed.ts'
import { readReply } from '../wire/reply.ts'

const fields = {
  message: 'Incorrect API key provided: sk-a***wxyz.',
  type: 'invalid_request_error',
  param: null,
  code: 'invalid_api_key',
}
const refused = (error: object = {}, parts: Parts = {}) =>
  whole({ error: { ...fields, ...error } }, { status: 401, ...parts })
const limited = {
  message: 'Rate limit reached for acme-1 on requests per min.',
  type: 'requests',
  code: 'rate_limit_exceeded',
}
const overloaded = refused({ message: 'The engine is overloaded.', type: 'server_error', code: null }, { status: 503 })
const failing = (last: string) =>
  stream([...hello.slice(0, 2), { error: { ...fields, message: 'Upstream failed' } }, chunk({}, last), 'data: [DONE]'])
const wrongKey = `Incorrect API key provided: ${['sk', 'proj', 'Ab3'.repeat(12)].join('-')}.`

/** Seeds of what a provider promises where it refuses or fails. */
export const errorSeeds: readonly Seed[] = [
  { contract: 'error.envelope', clean: refused(), defect: whole(fields, { status: 401 }) },
  { contract: 'error.envelope.strict', clean: refused(), defect: refused({ code: 401 }) },
  {
    contract: 'error.content-type',
    clean: refused(),
    defect: refused({}, { headers: { 'content-type': 'application/octet-stream' } }),
  },
  {
    contract: 'error.not-200',
    clean: whole(completion()),
    defect: refused({}, { status: 200 }),
    also: ['chat.envelope.json'],
  },
  { contract: 'error.401.no-secret-echo', clean: refused(), defect: refused({ message: wrongKey }) },
  { contract: 'error.midstream.no-success-finish', clean: failing('length'), defect: failing('stop') },
  {
    contract: 'error.quota-vs-rate',
    clean: refused(limited, { status: 429 }),
    defect: refused({ message: 'No.', code: null }, { status: 429 }),
  },
  { contract: 'error.5xx.classified', clean: overloaded, defect: overloaded },
  { contract: 'error.sdk-class', clean: refused(), defect: refused({}, { status: 400 }) },
]

/** Readers that are wrong on purpose, by contract: each must break it on the clean exchange of its seed. */
export const errorsWrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'error.5xx.classified': {
    'takes a page for an answer': (exchange) => {
      const reply = readReply(exchange)
      return { ...reply, error: reply.json === undefined ? undefined : reply.error }
    },
    'takes an HTML page for an answer': (exchange) => {
      const reply = readReply(exchange)
      return { ...reply, error: reply.text.startsWith('<') ? undefined : reply.error }
    },
    'takes its own body for an answer': (exchange) => {
      const reply = readReply(exchange)
      return { ...reply, error: reply.json === undefined ? reply.error : undefined }
    },
    'reads no error at all': (exchange) => ({ ...readReply(exchange), error: undefined }),
    'takes a failure without a body for a refusal': (exchange) => {
      const reply = readReply(exchange)
      return reply.text === '' ? { ...reply, status: 400 } : reply
    },
  },
  'error.sdk-class': {
    'takes every refusal for a bad request': (exchange) => ({ ...readReply(exchange), status: 400 }),
    'loses the body': (exchange) => ({ ...readReply(exchange), json: undefined, text: '' }),
  },
}
