import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const paris = call('get_weather', { city: 'Paris' })

describe('passes for', () => {
  test('a text, whole or streamed, with an empty list of calls too', async () => {
    await expect(completion('Hello.')).toCallNoTool()
    await expect(completion({ content: 'Hello.', tool_calls: [] })).toCallNoTool()
    await expect(stream(chunk('Hel'), chunk('lo.'), chunk({}, 'stop'), '[DONE]')).toCallNoTool()
  })

  test('a text of the Responses API', async () => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }]
    await expect(Response.json({ object: 'response', status: 'completed', output })).toCallNoTool()
  })

  test('.not where there is a call', async () => {
    await expect(completion({ content: null, tool_calls: [paris] }, 'tool_calls')).not.toCallNoTool()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for a call', async () => {
    const exchange = await recorded(completion({ content: null, tool_calls: [paris] }, 'tool_calls'))
    await expect(expect(exchange).toCallNoTool()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toCallNoTool()

      Expected deepseek to answer with text and call no function.
      It called "get_weather" (finish_reason "tool_calls").
      arguments: {"city":"Paris"}

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(completion('Hello.')).not.toCallNoTool()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toCallNoTool()

      Expected the provider not to answer with text and call no function.
      It did: Hello.

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what came in place of the text', () => {
  const fault = (reply: unknown) => said(expect(reply).toCallNoTool())

  test('a call beside the text, and one though tool_choice forbade it', async () => {
    const beside = { content: 'Let me look.', tool_calls: [paris] }
    expect(await fault(completion(beside, 'tool_calls'))).toMatchInlineSnapshot(`
      "It called "get_weather" beside its text (finish_reason "tool_calls").
      arguments: {"city":"Paris"}"
    `)
    const streamed = stream(chunk({ tool_calls: [paris] }), chunk({}, 'stop'), '[DONE]')
    expect(await fault(await recorded(streamed, { tool_choice: 'none' }))).toMatchInlineSnapshot(`
      "It called "get_weather" (finish_reason "stop").
      arguments: {"city":"Paris"}"
    `)
  })

  test('neither text nor call, a refusal, a token limit', async () => {
    expect(await fault(completion({ content: null }))).toMatchInlineSnapshot(
      `"It returned no text (finish_reason "stop")."`,
    )
    expect(await fault(completion({ content: null, refusal: 'I cannot.' }))).toMatchInlineSnapshot(
      `"It refused: "I cannot.""`,
    )
    expect(await fault(completion({ content: '' }, 'length'))).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") before it said anything.
      Next: raise max_tokens, or ask for less reasoning."
    `)
  })

  test('a finish reason that tells of a call', async () => {
    expect(await fault(completion('Hello.', 'tool_calls'))).toMatchInlineSnapshot(`
      "It answered with text and no call, but with finish_reason "tool_calls" instead of "stop".
      $.choices[0].message.content: Hello."
    `)
  })

  test('an HTTP error', async () => {
    expect(await fault(failure(500, { error: { message: 'Oops' } }))).toMatchInlineSnapshot(
      `
      "It answered HTTP 500 (Internal Server Error): "Oops"
      Next: try again later: the fault is the server's."
    `,
    )
  })
})
