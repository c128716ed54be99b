import { LlmContractsError } from '../src/errors.ts'
import { isRecord } from '../src/wire/guards.ts'
import type { Json } from '../src/wire/exchange.ts'
import type { Reply } from '../src/wire/types.ts'
import { bodyKind, noAnswer } from './_answer.ts'
import { inputsAsked, readVector } from '../src/wire/embeddings.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { counted, excerpt, inCode, it } from '../src/wire/text.ts'

/** What a test wants of embeddings, beyond that they are whole. */
export interface EmbeddingExpectations {
  /** How many vectors; as many as the request has inputs where nothing is said. */
  readonly count?: number
  /** How many numbers each vector has; what the request names, or as many as the first, where nothing is said. */
  readonly dimensions?: number
}

const options = { count: true, dimensions: true } as const satisfies Record<keyof EmbeddingExpectations, true>

/** The reply has one vector for each input, in order, all of one length and of finite numbers. */
export const toReturnEmbeddings = matcher('toReturnEmbeddings', {
  judges: 'answers',
  demand(wanted?: EmbeddingExpectations) {
    mustBeOptions('toReturnEmbeddings', wanted, options)
    for (const [key, value] of Object.entries(wanted ?? {}) as [string, unknown][]) {
      if (value === undefined || (Number.isSafeInteger(value) && Number(value) > 0)) continue
      const message = `toReturnEmbeddings takes an integer from 1 for ${key}, and got ${inCode(value)}.`
      throw new LlmContractsError('bad-option', message)
    }
  },
  claim(wanted: EmbeddingExpectations = {}) {
    const { count, dimensions } = wanted
    const what = count === undefined ? 'embeddings' : counted(count, 'embedding')
    const size = dimensions === undefined ? '' : ` of ${counted(dimensions, 'dimension')}`
    return { args: Object.keys(wanted).length === 0 ? [] : [inCode(wanted)], sentence: `return ${what}${size}` }
  },
  saw({ json }) {
    const data = isRecord(json) && Array.isArray(json.data) ? json.data : []
    const [first] = data.map((item, at) => readVector(item, at))
    const size = first !== undefined && 'length' in first ? ` of ${counted(first.length, 'number')}` : ''
    return `${counted(data.length, 'embedding')}${size}`
  },
  judge(reply, { count = inputsAsked(reply.asked), dimensions } = {}) {
    if (reply.status < 200 || reply.status > 299 || reply.error !== undefined) return noAnswer(reply)
    const data = isRecord(reply.json) ? reply.json.data : undefined
    if (!Array.isArray(data) || data.length === 0) return noData(reply, data)
    if (count !== undefined && data.length !== count) {
      return found('emb.index-order', it(`returned ${counted(data.length, 'embedding')}, not ${count}`))
    }
    return badVector(reply, data, dimensions)
  },
})

function noData(reply: Reply, data: Json | undefined): Finding {
  const text = reply.text.trim()
  if (reply.exchange.response.end === 'aborted') {
    const after = `after ${counted(reply.text.length, 'character')} of its body`
    return found('emb.envelope', `It returned no embeddings: the connection was cut ${after}.`)
  }
  if (text === '') return found('emb.envelope', 'It returned an empty body instead of embeddings.')
  const what = data === undefined ? `${bodyKind(reply)} without data` : `${inCode(data)} as $.data`
  return found('emb.envelope', `It returned ${what} instead of embeddings.`, `body: ${excerpt(text)}`)
}

function badVector({ asked }: Reply, data: readonly Json[], dimensions: number | undefined): Finding | undefined {
  const named = Number.isSafeInteger(asked?.body.dimensions) ? Number(asked?.body.dimensions) : undefined
  let wanted = dimensions ?? named
  const contract = wanted === undefined || named !== wanted ? 'emb.dimensions-constant' : 'emb.dimensions-param'
  const why = dimensions === undefined ? (named === undefined ? ' as of the first' : ' as the request names') : ''
  for (const [at, item] of data.entries()) {
    const vector = readVector(item, at)
    if ('clause' in vector) return found(vector.contract, it(`sent ${vector.clause}`))
    const index = isRecord(item) ? item.index : undefined
    const numbered = index === undefined ? 'no index' : `the index ${inCode(index)}`
    if (index !== at) return found('emb.index-order', it(`sent ${numbered} at $.data[${at}], not ${at}`))
    wanted ??= vector.length
    if (vector.length === wanted) continue
    const line = `sent a vector of ${counted(vector.length, 'number')}, not ${wanted}${why}, at $.data[${at}].embedding`
    return found(contract, it(line))
  }
  return undefined
}
