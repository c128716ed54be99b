import { expect, test } from 'vitest'
import { completion, whole } from '../contracts/seed.ts'
import { billOf } from './bill.ts'
import { readReply } from './reply.ts'

test('an answer is billed by its host, its models, its tokens, and what it says that it cost', () => {
  const details = { prompt_tokens_details: { cached_tokens: 4 } }
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cost: 0.5, ...details }
  const exchange = whole(completion({}, { usage, model: 'acme-1-2026' }), { path: '/chat/completions?key=k' })

  expect(billOf(readReply(exchange))).toEqual({
    provider: 'acme',
    address: 'https://api.acme.example/v1/chat/completions',
    asked: 'acme-1',
    answered: 'acme-1-2026',
    input: 10,
    output: 5,
    cached: 4,
    usd: 0.5,
  })
})

test('embeddings generate nothing, and what is not told is absent', () => {
  const list = { object: 'list', data: [], model: 'acme-e', usage: { prompt_tokens: 7, total_tokens: 7 } }
  const embedded = billOf(readReply(whole(list, { path: '/embeddings' })))
  expect(embedded).toMatchObject({ input: 7, output: 0 })

  const silent = { provider: 'acme', address: 'https://api.acme.example/v1/embeddings', asked: 'acme-1' }
  expect(billOf(readReply(whole({ object: 'list', data: [] }, { path: '/embeddings' })))).toEqual(silent)
  const chat = billOf(readReply(whole(completion({}, { usage: { prompt_tokens: 7 } }))))
  expect(chat).not.toHaveProperty('output')
})
