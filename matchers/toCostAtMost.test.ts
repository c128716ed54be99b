import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const tokens = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }
const costing = (usage: object) => completion('Hi', 'stop', { usage: { ...tokens, ...usage } })
const proxied = (cost: string) => failure(200, { usage: tokens, choices: [] }, { 'x-litellm-response-cost': cost })

describe('passes for a cost within the limit', () => {
  test('in dollars, in ticks of 1e-10 dollars, by name and in a header', async () => {
    await expect(costing({ cost: 0.000044 })).toCostAtMost(0.000044)
    await expect(costing({ cost_in_usd_ticks: 37756000 })).toCostAtMost(0.0038)
    await expect(costing({ cost: { diem: 0, usd: 0.00015 } })).toCostAtMost(0.001)
    await expect(proxied('1.5e-05')).toCostAtMost(0.001)
    await expect(costing({ cost: 0 })).toCostAtMost(0)
  })

  test('in the last event of a stream, of the Responses API too', async () => {
    const chunks = [chunk('Hi'), chunk({}, 'stop'), { ...chunk(''), choices: [], usage: { ...tokens, cost: 0.1 } }]
    await expect(stream(...chunks, '[DONE]')).toCostAtMost(0.1)
    const last = { type: 'response.completed', response: { object: 'response', usage: { cost: 0.1 } } }
    await expect(stream(last)).not.toCostAtMost(0.01)
  })
})

describe('a failure shows the cost and where it stands', () => {
  test('in a body', async () => {
    await expect(expect(await recorded(costing({ cost: 0.0042 }))).toCostAtMost(0.001)).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toCostAtMost(0.001)

      Expected deepseek to cost at most $0.001.
      It cost $0.0042.
      $.usage.cost: 0.0042

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test("in ticks, in a header, in a stream, and with the upstream price of a key of one's own", async () => {
    expect(await said(expect(costing({ cost_in_usd_ticks: 37756000 })).toCostAtMost(0.001))).toMatchInlineSnapshot(`
      "It cost $0.0037756.
      $.usage.cost_in_usd_ticks: 37756000"
    `)
    expect(await said(expect(proxied('2')).toCostAtMost(1))).toMatchInlineSnapshot(`
      "It cost $2.
      header x-litellm-response-cost: "2""
    `)
    expect(await said(expect(stream(chunk('', 'stop', { usage: { cost: 1 } }), '[DONE]')).toCostAtMost(0)))
      .toMatchInlineSnapshot(`
      "It cost $1.
      $.usage.cost of event 1 of 2: 1"
    `)
    const own = { cost: 0.001, is_byok: true, cost_details: { upstream_inference_cost: 0.02 } }
    expect(await said(expect(costing(own)).toCostAtMost(0.01))).toMatchInlineSnapshot(`
      "It cost $0.021.
      $.usage.cost: 0.001"
    `)
  })

  test('an error in place of an answer', async () => {
    expect(await said(expect(failure(429, { error: { message: 'Slow down' } })).toCostAtMost(1))).toMatchInlineSnapshot(
      `
      "It answered HTTP 429 (Too Many Requests): "Slow down"
      Next: try again later, or send fewer requests at a time."
    `,
    )
    expect(await said(expect(failure(200, { error: { message: 'Slow down' } })).toCostAtMost(1))).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "Slow down""`,
    )
  })

  test('for .not', async () => {
    await expect(expect(costing({ cost: 1 })).not.toCostAtMost(2)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toCostAtMost(2)

      Expected the provider not to cost at most $2.
      It did: $1, by $.usage.cost: 1

      a Response given to the matcher, HTTP 200]
    `)
  })
})

test('throws where the wire reports no price in a known unit, with .not too', async () => {
  const none = expect(completion('Hi')).toCostAtMost(1)
  await expect(none).rejects.toMatchObject({ code: 'not-on-the-wire' })
  expect(await said(expect(completion('Hi')).toCostAtMost(1))).toMatchInlineSnapshot(
    `
    "The provider reports no price of this call in a known unit, and unknown is never zero. What counts is usage.cost, usage.cost.usd, usage.cost_in_usd_ticks, or the header x-litellm-response-cost of a whole answer.

    a Response given to the matcher, HTTP 200"
  `,
  )
  const unknown = [
    { cost: '0.1' },
    { cost: -1 },
    { cost: { total_cost: 1 } },
    { cost: 0, is_byok: true },
    { estimated_cost: 1 },
  ]
  for (const usage of unknown) {
    await expect(expect(costing(usage)).not.toCostAtMost(1)).rejects.toMatchObject({ code: 'not-on-the-wire' })
  }
  await expect(expect(proxied('None')).toCostAtMost(1)).rejects.toMatchObject({ code: 'not-on-the-wire' })
})

test('refuses what is no amount', async () => {
  expect(await said(expect(completion('Hi')).toCostAtMost(-1))).toMatchInlineSnapshot(
    `"toCostAtMost takes a number of US dollars, 0 or more, and got -1."`,
  )
  expect(await said(expect(completion('Hi')).toCostAtMost('1' as unknown as number))).toMatchInlineSnapshot(
    `"toCostAtMost takes a number of US dollars, 0 or more, and got a string."`,
  )
})
