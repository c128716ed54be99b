import { expect, test } from 'vitest'
import type { Json } from './exchange.ts'
import { generatedTokens, readUsage } from './usage.ts'

test('usage of chat completions and of the Responses API read the same', () => {
  const chat = {
    prompt_tokens: 10,
    completion_tokens: 5,
    total_tokens: 15,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 3 },
  }
  const responses = {
    input_tokens: 10,
    output_tokens: 5,
    total_tokens: 15,
    input_tokens_details: { cached_tokens: 4 },
    output_tokens_details: { reasoning_tokens: 3 },
  }
  expect(readUsage(chat, '$.usage')).toEqual({
    promptTokens: 10,
    completionTokens: 5,
    totalTokens: 15,
    reasoningTokens: 3,
    cachedTokens: 4,
    path: '$.usage',
  })
  expect(readUsage(responses, '$.usage')).toEqual(readUsage(chat, '$.usage'))
})

test.each<[string, Json]>([
  ['Moonshot', { prompt_tokens: 1, cached_tokens: 7 }],
  ['Mistral', { prompt_tokens: 1, num_cached_tokens: 7 }],
  ['Mistral (sic)', { prompt_tokens: 1, prompt_token_details: { cached_tokens: 7 } }],
  ['DeepSeek', { prompt_tokens: 1, prompt_cache_hit_tokens: 7, prompt_tokens_details: null }],
  ['Databricks', { prompt_tokens: 1, cache_read_input_tokens: 7 }],
])('cached tokens are found where %s puts them', (_, usage) => {
  expect(readUsage(usage, '$.usage')?.cachedTokens).toBe(7)
})

test('an object without any token count is no usage', () => {
  const odd: (Json | undefined)[] = [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { prompt_tokens: '9' },
    { total_tokens: Infinity },
  ]
  for (const value of odd) expect(readUsage(value, '$.usage')).toBeUndefined()
})

test('generated tokens hold reasoning once, whether it is counted within the completion or beside it', () => {
  const of = (usage: Json) => generatedTokens(readUsage(usage, '$.usage'))
  const within = { prompt_tokens: 5, completion_tokens: 12, total_tokens: 17, reasoning_tokens: 10 }

  expect(of(within)).toEqual({ all: 12, visible: 2 })
  expect(of({ ...within, completion_tokens: 2 })).toEqual({ all: 12, visible: 2 })
  expect(of({ ...within, completion_tokens: 2, total_tokens: 7 })).toEqual({ all: 2, visible: 0 })
  expect(of({ prompt_tokens: 5, total_tokens: 5 })).toBeUndefined()
  expect(generatedTokens(undefined)).toBeUndefined()
})
