import { isCount, isFilled, isRecord, misfit, type JsonObject } from './_chat.ts'
import { unlikeObject } from './_body.ts'
import type { Breach, Contract } from './contract.ts'
import { inputsAsked, readVector } from '../wire/embeddings.ts'
import type { Json } from '../wire/exchange.ts'
import { counted } from '../wire/text.ts'
import type { Asked, Reply } from '../wire/types.ts'

const base = {
  mode: 'wire',
  needs: ['embeddings'],
  source: 'OpenAI API reference, Embeddings, Create embeddings',
  blame: 'wire format',
  applies: (reply: Reply) => vectorsIn(reply) !== undefined,
} as const satisfies Partial<Contract>

/** What a list of embeddings promises. */
export const embeddingsContracts: readonly Contract[] = [
  {
    ...base,
    id: 'emb.envelope',
    level: 'must',
    promise: 'Answers with a `list` that has `data` and `model`, each item an `embedding` of finite numbers.',
    hint: 'Read `data[].embedding` alone, and take the model that you asked for.',
    applies: (reply) => isAnswer(reply) && reply.exchange.response.end === 'closed',
    check: (reply) => {
      const body = bodyIn(reply)
      if (body === undefined) return unlikeObject(reply)
      if (body.object !== 'list') return odd('object', body.object, '"list"')
      if (!Array.isArray(body.data)) return odd('data', body.data, 'an array')
      if (!isFilled(body.model)) return odd('model', body.model, 'a non-empty string')
      if (body.data.length === 0 && inputsAsked(reply.asked) !== undefined) {
        return { says: 'sent no embedding in `data`', path: '$.data' }
      }
      return eachItem(body.data, (item, at) => {
        const vector = readVector(item, at)
        if ('clause' in vector && !(isQuantised(reply.asked) && isBase64(item))) {
          return { says: `sent ${vector.clause}`, path: `$.data[${at}]${isRecord(item) ? '.embedding' : ''}` }
        }
        const object = isRecord(item) ? item.object : undefined
        return object === 'embedding' ? undefined : odd('object', object, '"embedding"', `$.data[${at}]`)
      })
    },
  },
  {
    ...base,
    id: 'emb.index-order',
    level: 'must',
    promise: 'Answers every input once, in the order of the inputs, numbered from 0.',
    hint: 'Sort `data` by `index`, and compare its length with your inputs, before you join them.',
    check: (reply) => {
      const data = vectorsIn(reply) ?? []
      const inputs = inputsAsked(reply.asked)
      if (inputs !== undefined && inputs !== data.length) {
        return { says: `sent ${counted(data.length, 'embedding')} for ${counted(inputs, 'input')}`, path: '$.data' }
      }
      return eachItem(data, (item, at) => {
        const index = isRecord(item) ? item.index : undefined
        return index === at ? undefined : odd('index', index, String(at), `$.data[${at}]`)
      })
    },
  },
  {
    ...base,
    id: 'emb.dimensions-constant',
    level: 'must',
    promise: 'Gives every vector the same length, and the length that the request names.',
    hint: 'Check the length of each vector before it goes into an index.',
    applies: (reply) => (vectorsIn(reply) ?? []).some((item) => lengthOf(item, reply.asked) !== undefined),
    check: (reply) => {
      const asked = reply.asked?.body.dimensions
      let wanted = isCount(asked) && asked > 0 ? asked : undefined
      const why = wanted === undefined ? 'as of the first' : 'as the request names'
      return eachItem(vectorsIn(reply) ?? [], (item, at) => {
        const length = lengthOf(item, reply.asked)
        const path = `$.data[${at}].embedding`
        if (length === undefined) return undefined
        if (length === 0) return { says: 'sent a vector without a number', path }
        wanted ??= length
        return length === wanted
          ? undefined
          : { says: `sent a vector of ${length} numbers, not ${wanted} ${why}`, path }
      })
    },
  },
  {
    ...base,
    id: 'emb.usage',
    level: 'should',
    promise: 'Counts the tokens of the inputs, as `prompt_tokens` and, the same, as `total_tokens`.',
    hint: 'Count the tokens of the inputs yourself where a bill depends on them.',
    check: (reply) => {
      const usage = bodyIn(reply)?.usage
      if (!isRecord(usage)) return odd('usage', usage, 'an object')
      const { prompt_tokens: prompt, total_tokens: total } = usage
      if (!isCount(prompt) || prompt === 0) return odd('prompt_tokens', prompt, 'an integer from 1', '$.usage')
      return total === prompt ? undefined : odd('total_tokens', total, `the ${prompt} of the prompt`, '$.usage')
    },
  },
]

/** True for an answer to a request for embeddings that reports no error. */
function isAnswer({ api, status, error }: Reply): boolean {
  return api === 'embeddings' && status >= 200 && status < 300 && error === undefined
}

/** The whole JSON object of such an answer. */
function bodyIn(reply: Reply): JsonObject | undefined {
  return isAnswer(reply) && isRecord(reply.json) ? reply.json : undefined
}

function vectorsIn(reply: Reply): readonly Json[] | undefined {
  const data = bodyIn(reply)?.data
  return Array.isArray(data) ? data : undefined
}

/** Whether the request asks for numbers that are no 32-bit floats, by the names that Cohere, Mistral and Voyage have for it. */
function isQuantised(asked: Asked | undefined): boolean {
  const { encoding_format: format = 'float', output_dtype: type = 'float' } = asked?.body ?? {}
  return type !== 'float' || (format !== 'float' && format !== 'base64')
}

function isBase64(item: Json): boolean {
  return isRecord(item) && isFilled(item.embedding) && /^[\w+/-]+=*$/.test(item.embedding)
}

/** Numbers in a vector: of an array its length, of base64 one for every four bytes; undefined for quantised vectors. */
function lengthOf(item: Json, asked: Asked | undefined): number | undefined {
  if (!isRecord(item) || isQuantised(asked)) return undefined
  const { embedding } = item
  if (Array.isArray(embedding)) return embedding.length
  return typeof embedding === 'string' ? Buffer.byteLength(embedding, 'base64') / 4 : undefined
}

function odd(key: string, value: Json | undefined, wanted: string, at = '$'): Breach {
  return { says: misfit(key, value, wanted), path: `${at}.${key}` }
}

function eachItem(data: readonly Json[], look: (item: Json, at: number) => Breach | undefined): Breach | undefined {
  for (const [at, item] of data.entries()) {
    const breach = look(item, at)
    if (breach) return breach
  }
  return undefined
}
