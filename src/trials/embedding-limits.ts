import type { Json } from '../wire/exchange.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { answerTo, noModel, unlessLacking } from './_honest.ts'
import { isRefusal, WHOLE, wordsOf } from './_parts.ts'
import { embedder } from './_vectors.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** One more than OpenAI takes. */
const MANY = 2049
/** Words of one token each: more than the 8,192 tokens that most models take. */
const LONG = 9000

const base = {
  level: 'should',
  mode: 'live',
  needs: ['embeddings'],
  profiles: ['rag', 'strict'],
  ways: WHOLE,
  blame: 'wire format',
} as const satisfies Partial<Trial>

/** What is promised where an embeddings request is too much, or nothing. */
export const embeddingLimitTrials: readonly Trial[] = [
  {
    ...base,
    id: 'emb.batch-limit-4xx',
    needs: ['embeddings', 'embedding_batch'],
    promise: 'Refuses more inputs than it takes with 4xx, and names the limit.',
    hint: 'Split the inputs into batches of the size that is noted.',
    source: 'OpenAI API reference, create embeddings, input: at most 2048; measured: DashScope 10, Mistral 256',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const reply = await asked(ask, {
        model,
        input: Array.from({ length: MANY }, () => 'a'),
        encoding_format: 'base64',
      })
      const failed = brokenBy(reply, `${MANY} inputs`)
      if (failed !== undefined) return failed
      if (!isRefusal(reply)) return inconclusive(`it takes ${MANY} inputs: its limit was not met`)
      const limit = (wordsOf(reply).match(/\d+/g) ?? [])
        .map(Number)
        .find((number) => number > 0 && number < MANY && number !== reply.status)
      if (limit !== undefined) return kept(`at most ${limit} inputs`)
      return broken(`refused ${MANY} inputs and did not name the limit`, { bytes: excerpt(wordsOf(reply)) })
    },
  },
  {
    ...base,
    id: 'emb.empty-input-400',
    level: 'may',
    promise: 'Refuses an empty list and an empty text with 4xx.',
    hint: 'Leave empty texts out before you ask for vectors.',
    source: 'OpenAI API reference, create embeddings, input: "cannot be an empty string"',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const empties: readonly (readonly [string, Json])[] = [
        ['an empty list', []],
        ['an empty text', ''],
      ]
      for (const [what, input] of empties) {
        const reply = await asked(ask, { model, input, encoding_format: 'float' })
        if (!isRefusal(reply)) return brokenBy(reply, what) ?? broken(`took ${what}`, { bytes: excerpt(reply.text) })
      }
      return kept()
    },
  },
  {
    ...base,
    id: 'emb.overflow-4xx',
    promise: 'Refuses a text that is longer than the model takes with 4xx, in place of cutting it off in silence.',
    hint: 'Split long texts by tokens before you ask for vectors.',
    source: 'OpenAI API reference, create embeddings, input: "must not exceed the max input tokens for the model"',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const reply = await asked(ask, { model, input: 'word '.repeat(LONG).trim(), encoding_format: 'float' })
      const failed = brokenBy(reply, `a text of ${LONG} words`)
      if (failed !== undefined) return failed
      if (isRefusal(reply)) return kept()
      const tokens = reply.usage?.promptTokens
      if (tokens === undefined) return inconclusive('it took the text and did not count its tokens')
      if (tokens >= LONG) return inconclusive(`it takes ${tokens} tokens: its limit was not met`)
      return broken(`cut a text of ${LONG} words down to ${tokens} tokens in silence`, {
        path: '$.usage.prompt_tokens',
      })
    },
  },
]

async function asked(ask: Asker, body: { readonly [key: string]: Json }): Promise<Reply> {
  const reply = await answerTo(ask, 'POST', '/embeddings', body)
  unlessLacking(ask, reply, 'embeddings')
  return reply
}

function brokenBy({ status, text }: Reply, what: string): Outcome | undefined {
  return status >= 500 ? broken(`answered HTTP ${status} to ${what}`, { bytes: excerpt(text) }) : undefined
}
