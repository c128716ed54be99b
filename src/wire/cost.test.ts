import { expect, test } from 'vitest'
import { completion, stream, whole } from '../contracts/seed.ts'
import { dollars, readCost } from './cost.ts'
import { readReply } from './reply.ts'

const tokens = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 }
const perplexity = { input_tokens_cost: 0.00001, output_tokens_cost: 0.00001, request_cost: 0.005, total_cost: 0.00502 }

test('the cost is read wherever a provider or a gateway writes it, in dollars', () => {
  const body = (more: object) => readCost(readReply(whole({ ...completion(), usage: tokens, ...more })))

  expect(body({ usage: { ...tokens, cost: 0.000044 } })).toEqual({
    usd: 0.000044,
    place: '$.usage.cost',
    said: '0.000044',
  })
  expect(body({ usage: { ...tokens, cost_in_usd_ticks: 731000 } })?.usd).toBe(0.0000731)
  expect(body({ usage: { ...tokens, cost: perplexity } })).toMatchObject({
    usd: 0.00502,
    place: '$.usage.cost.total_cost',
  })
  expect(body({ cost: { diem: 0, usd: 0.00015 } })).toMatchObject({ usd: 0.00015, place: '$.cost.usd' })
  expect(body({ usage: { ...tokens, cost: { total_cost: 1 } } })).toBeUndefined()
  expect(body({ cost: 1 })).toBeUndefined()
  expect(body({ usage: { ...tokens, cost: '1' } })).toBeUndefined()
})

test('with a key of the user, a fee and the price upstream add up, and a fee alone is no cost', () => {
  const cost = (more: object) =>
    readCost(readReply(whole({ ...completion(), usage: { ...tokens, cost: 0.1, ...more } })))

  expect(cost({ is_byok: true, cost_details: { upstream_inference_cost: 0.4 } })?.usd).toBe(0.5)
  expect(cost({ is_byok: true })).toBeUndefined()
})

test('of a stream the last event that tells counts, and its headers do not', () => {
  const events = [{ usage: { cost: 1 } }, { usage: { cost: 2 } }, { choices: [] }]

  expect(readCost(readReply(stream(events)))).toEqual({ usd: 2, place: '$.usage.cost of event 2 of 3', said: '2' })
  const headers = { 'x-litellm-response-cost': '0.5' }
  expect(readCost(readReply(stream([{ choices: [] }], { headers })))).toBeUndefined()
  expect(readCost(readReply(whole(completion(), { headers })))?.usd).toBe(0.5)
})

test('an amount shows the digits that it needs', () => {
  expect([0, 0.00021, 1.5, 2].map(dollars)).toEqual(['$0', '$0.00021', '$1.5', '$2'])
})
