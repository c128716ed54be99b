import { expect, test } from 'vitest'
import { readReply } from '../src/wire/reply.ts'
import { renderEvidence } from '../src/wire/evidence.ts'
import { renderFailure } from './_message.ts'
import { call, completion, failure, recorded } from './testing/replies.ts'

const claim = { args: ['"get_weather"', '{ city: "Paris" }'], sentence: 'call get_weather with { city: "Paris" }' }

test('a failure restates the check, names the provider, and ends with the evidence', async () => {
  const reply = readReply(await recorded(completion('Sunny.')))
  const finding = {
    contract: 'tools.call.forced',
    lines: ['It answered with text.', 'content: Sunny.'],
    next: 'try again.',
  }
  expect(renderFailure('toCallToolWith', claim, reply, finding)).toMatchInlineSnapshot(`
    "expect(reply).toCallToolWith("get_weather", { city: "Paris" })

    Expected deepseek to call get_weather with { city: "Paris" }.
    It answered with text.
    content: Sunny.
    Next: try again.

    fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200"
  `)
})

test('a failure of .not shows what the provider did', async () => {
  const tool = completion({ content: null, tool_calls: [call('get_weather', { city: 'Paris' })] }, 'tool_calls')
  expect(renderFailure('toCallToolWith', claim, readReply(await recorded(tool)), undefined)).toMatchInlineSnapshot(`
    "expect(reply).not.toCallToolWith("get_weather", { city: "Paris" })

    Expected deepseek not to call get_weather with { city: "Paris" }.
    It did: get_weather({"city":"Paris"})

    fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200"
  `)
})

test('the evidence is a recording, a live exchange, or a Response, with the request id under any known name', async () => {
  const exchange = await recorded(failure(429, {}, { 'x-ds-trace-id': 'abc' }))
  const seen = [
    exchange,
    { ...exchange, evidence: { seen: 'live', number: 2 } as const },
    { ...exchange, evidence: { seen: 'given', number: 1 } as const },
    await recorded(completion('Hi.')),
  ]
  expect(seen.map((one) => renderEvidence(readReply(one)))).toMatchInlineSnapshot(`
    [
      "fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 429, request id abc",
      "live, exchange 2, HTTP 429, request id abc",
      "a Response given to the matcher, HTTP 429, request id abc",
      "fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200",
    ]
  `)
})
