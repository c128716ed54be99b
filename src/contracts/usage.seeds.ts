import { isRecord } from '../wire/guards.ts'
import { readReply } from '../wire/reply.ts'
import type { Usage } from '../wire/types.ts'
import { readUsage } from '../wire/usage.ts'
import type { Reader } from './_reread.ts'
import type { Seed } from './contract.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'

const count = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 }
const counted = (usage: Record<string, unknown>) => whole(completion({}, { usage: { ...count, ...usage } }))
const capped = (completionTokens: number) => {
  const usage = { prompt_tokens: 8, completion_tokens: completionTokens, total_tokens: 8 + completionTokens }
  return whole(completion({}, { usage }, { finish_reason: 'length' }), { ask: { max_completion_tokens: 2 } })
}

const clean = counted({})
const DONE = 'data: [DONE]'
const ask = { stream_options: { include_usage: true } }
const none = { usage: null }
const [role, text, end] = [
  chunk({ role: 'assistant', content: '', refusal: null }, null, none),
  chunk({ content: 'Hello there' }, null, none),
  chunk({}, 'stop', none),
]
const last = chunk({}, null, { choices: [], usage: count })
const asked = stream([role, text, end, last, DONE], { ask })
const running = { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 }
const inChoice = { choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: 'stop', usage: count }] }

/** For every contract of usage an exchange that keeps it and one that breaks it. */
export const usageSeeds: readonly Seed[] = [
  { contract: 'usage.present', clean, defect: whole(completion({}, { usage: undefined })) },
  { contract: 'usage.integers', clean, defect: counted({ prompt_tokens: 8.5, total_tokens: 10.5 }) },
  { contract: 'usage.sum', clean, defect: counted({ total_tokens: 11 }) },
  { contract: 'usage.positive', clean, defect: counted({ completion_tokens: 0, total_tokens: 8 }) },
  {
    contract: 'usage.reasoning-le-completion',
    clean: counted({ completion_tokens_details: { reasoning_tokens: 1 } }),
    defect: counted({ completion_tokens_details: { reasoning_tokens: 3 } }),
  },
  {
    contract: 'usage.cached-le-prompt',
    clean: counted({ prompt_tokens_details: { cached_tokens: 8 } }),
    defect: counted({ prompt_tokens_details: { cached_tokens: 9 } }),
  },
  {
    contract: 'usage.details-location',
    clean: counted({ prompt_tokens_details: { cached_tokens: 4 } }),
    defect: counted({ prompt_cache_hit_tokens: 4 }),
  },
  { contract: 'usage.completion-le-cap', clean: capped(2), defect: capped(3) },
  { contract: 'usage.stream.present', clean: asked, defect: stream([role, text, end, DONE], { ask }) },
  {
    contract: 'usage.stream.exactly-one',
    clean: asked,
    defect: stream([role, chunk({ content: 'Hello there' }, null, { usage: running }), end, last, DONE], { ask }),
    also: ['usage.stream.null-elsewhere'],
  },
  { contract: 'usage.stream.never-summed', clean: asked, defect: asked },
  { contract: 'usage.stream.final-position', clean: asked, defect: stream([role, text, last, end, DONE], { ask }) },
  {
    contract: 'usage.stream.choices-empty',
    clean: asked,
    defect: stream([role, text, chunk({}, 'stop', { usage: count }), DONE], { ask }),
  },
  {
    contract: 'usage.stream.null-elsewhere',
    clean: asked,
    defect: stream([role, chunk({ content: 'Hello there' }), end, last, DONE], { ask }),
  },
  {
    contract: 'usage.stream.absent-when-off',
    clean: stream(hello),
    defect: stream([...hello.slice(0, -1), last, DONE]),
  },
  {
    contract: 'usage.stream.not-in-choices',
    clean: asked,
    defect: stream([role, text, chunk({}, 'stop', { ...none, ...inChoice }), DONE], { ask }),
    also: ['usage.stream.choices-empty'],
  },
]

/** By contract of mode `client` readers that are wrong: with each of them the seed's defect breaks its contract. */
export const usageWrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'usage.stream.never-summed': {
    'adds up every usage': (exchange) => {
      let sum: Usage | undefined
      const reply = readReply(exchange)
      for (const { json } of reply.stream?.events ?? []) {
        const usage = isRecord(json) ? readUsage(json.usage, '$.usage') : undefined
        if (usage) sum = { ...usage, totalTokens: (sum?.totalTokens ?? 0) + (usage.totalTokens ?? 0) }
      }
      return { ...reply, usage: sum }
    },
    'reads no usage': (exchange) => ({ ...readReply(exchange), usage: undefined }),
  },
}
