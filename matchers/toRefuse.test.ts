import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const refusal = 'I cannot help with that.'
const filtered = { error: { message: 'The response was filtered', type: null, code: 'content_filter' } }

describe('passes for', () => {
  test('a refusal, whole or streamed', async () => {
    await expect(completion({ content: null, refusal })).toRefuse()
    await expect(
      stream(chunk({ refusal: 'I can' }), chunk({ refusal: 'not.' }), chunk({}, 'stop'), '[DONE]'),
    ).toRefuse()
  })

  test('a refusal part of the Responses API, whole or streamed', async () => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'refusal', refusal }] }]
    await expect(Response.json({ object: 'response', status: 'completed', output })).toRefuse()
    const last = { type: 'response.completed', response: { object: 'response', status: 'completed', output: [] } }
    await expect(stream({ type: 'response.refusal.delta', output_index: 0, delta: refusal }, last)).toRefuse()
  })

  test('a content filter, as a finish reason or as an HTTP error', async () => {
    await expect(completion({ content: null }, 'content_filter')).toRefuse()
    await expect(stream(chunk('First'), chunk({}, 'content_filter'), '[DONE]')).toRefuse()
    await expect(failure(400, filtered)).toRefuse()
  })

  test('.not where it answered', async () => {
    await expect(completion('Gladly.')).not.toRefuse()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for an answer', async () => {
    const exchange = await recorded(completion('Gladly.'))
    await expect(expect(exchange).toRefuse()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toRefuse()

      Expected deepseek to refuse.
      It answered with text instead of refusing (finish_reason "stop").
      $.choices[0].message.content: Gladly.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    const reply = completion({ content: null, refusal })
    await expect(expect(reply).not.toRefuse()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toRefuse()

      Expected the provider not to refuse.
      It did: refusal "I cannot help with that."

      a Response given to the matcher, HTTP 200]
    `)
    await expect(expect(failure(400, filtered)).not.toRefuse()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toRefuse()

      Expected the provider not to refuse.
      It did: HTTP 400, "The response was filtered"

      a Response given to the matcher, HTTP 400]
    `)
  })
})

describe('names what came in place of the refusal', () => {
  const fault = (reply: unknown) => said(expect(reply).toRefuse())

  test('a refusal in plain words, a call', async () => {
    expect(await fault(completion("I'm sorry, but I cannot help with that."))).toMatchInlineSnapshot(`
      "It answered with text instead of refusing (finish_reason "stop").
      $.choices[0].message.content: I'm sorry, but I cannot help with that."
    `)
    expect(
      await fault(completion({ content: null, tool_calls: [call('get_time', {})] }, 'tool_calls')),
    ).toMatchInlineSnapshot(`"It called "get_time" instead of refusing (finish_reason "tool_calls")."`)
  })

  test('nothing, reasoning, a token limit, a cut connection', async () => {
    expect(await fault(completion({ content: null }))).toMatchInlineSnapshot(
      `"It returned neither a refusal nor text (finish_reason "stop")."`,
    )
    expect(await fault(completion({ content: '', reasoning_content: 'Is this allowed?' }))).toMatchInlineSnapshot(`
      "It returned neither a refusal nor text (finish_reason "stop").
      reasoning: Is this allowed?"
    `)
    expect(await fault(completion({ content: '' }, 'length'))).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") before it said anything.
      Next: raise max_tokens, or ask for less reasoning."
    `)
    expect(await fault(await recorded(stream(chunk({ role: 'assistant' })), {}, 'aborted'))).toMatchInlineSnapshot(
      `"It returned no refusal: the connection was cut after 1 event."`,
    )
  })

  test('one choice of several', async () => {
    const messages = [{ content: null, refusal }, { content: 'Gladly.' }]
    const choices = messages.map((message, index) => ({ index, message, finish_reason: 'stop' }))
    expect(await fault(completion('', 'stop', { choices }))).toMatchInlineSnapshot(`
      "It answered with text in choice 1 instead of refusing (finish_reason "stop").
      $.choices[1].message.content: Gladly."
    `)
  })

  test('an error of another kind, and a content filter with HTTP 200', async () => {
    expect(await fault(failure(429, { error: { message: 'Slow down' } }))).toMatchInlineSnapshot(
      `
      "It answered HTTP 429 (Too Many Requests): "Slow down"
      Next: try again later, or send fewer requests at a time."
    `,
    )
    expect(await fault(failure(200, filtered))).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "The response was filtered" (code "content_filter")"`,
    )
  })
})
