import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const streamed = [chunk({ role: 'assistant', content: '' }), chunk('Hel'), chunk('lo.'), chunk({}, 'stop'), '[DONE]']

function response(content: unknown, rest = {}): Response {
  const output = [{ type: 'message', role: 'assistant', content: [content] }]
  return Response.json({ object: 'response', status: 'completed', output, ...rest })
}

describe('passes for', () => {
  test('a text, a part of it, a pattern in it', async () => {
    await expect(completion('Hello.')).toReturnText()
    await expect(completion('Hello.')).toReturnText('ello')
    await expect(completion('Hello.')).toReturnText(/^hello/i)
  })

  test('a streamed text, and those of the Responses API', async () => {
    await expect(stream(...streamed)).toReturnText('Hello.')
    await expect(response({ type: 'output_text', text: 'Hello.' })).toReturnText('Hello.')
    const deltas = ['Hel', 'lo.'].map((delta) => ({ type: 'response.output_text.delta', output_index: 0, delta }))
    const last = { type: 'response.completed', response: { object: 'response', status: 'completed', output: [] } }
    await expect(stream(...deltas, last)).toReturnText(/^Hello\.$/)
  })

  test('a text that its token limit ended, where what is wanted had come', async () => {
    await expect(completion('Hello, and', 'length')).toReturnText('Hello')
  })

  test('a stream that the client gave up', async () => {
    await expect(await recorded(stream(chunk('Hello')), {}, 'cancelled')).toReturnText('Hello')
  })

  test('.not where the text is another', async () => {
    await expect(completion('Hello.')).not.toReturnText('Bye')
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for another text', async () => {
    const exchange = await recorded(completion('It is sunny in Paris.'))
    await expect(expect(exchange).toReturnText(/rain/)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toReturnText(/rain/)

      Expected deepseek to return text that matches /rain/.
      It returned another text (finish_reason "stop").
      $.choices[0].message.content: It is sunny in Paris.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(completion('Hello.')).not.toReturnText('Hello')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toReturnText("Hello")

      Expected the provider not to return text that contains "Hello".
      It did: Hello.

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what came in place of the text', () => {
  const fault = (reply: unknown) => said(expect(reply).toReturnText('Paris'))

  test('a refusal, whole or as a part of the Responses API', async () => {
    expect(await fault(completion({ content: null, refusal: 'I cannot.' }))).toMatchInlineSnapshot(
      `"It refused: "I cannot.""`,
    )
    expect(await fault(response({ type: 'refusal', refusal: 'I cannot.' }))).toMatchInlineSnapshot(
      `"It refused: "I cannot.""`,
    )
  })

  test('a call', async () => {
    const calling = completion(
      { content: null, tool_calls: [call('get_weather', {}), call('get_time', {}, 1)] },
      'tool_calls',
    )
    expect(await fault(calling)).toMatchInlineSnapshot(
      `"It called "get_weather" and "get_time" instead of returning text (finish_reason "tool_calls")."`,
    )
  })

  test('nothing, white space, only reasoning', async () => {
    expect(await fault(completion({ content: null }))).toMatchInlineSnapshot(
      `"It returned no text (finish_reason "stop")."`,
    )
    expect(await fault(completion(''))).toMatchInlineSnapshot(`"It returned an empty text (finish_reason "stop")."`)
    expect(await fault(completion(' \n'))).toMatchInlineSnapshot(
      `"It returned nothing but white space (finish_reason "stop")."`,
    )
    expect(await fault(completion({ content: '', reasoning_content: 'First I need' }))).toMatchInlineSnapshot(`
      "It returned its reasoning and an empty text (finish_reason "stop").
      reasoning: First I need"
    `)
  })

  test('content that is JSON', async () => {
    expect(await fault(completion({ content: { city: 'Paris' } }))).toMatchInlineSnapshot(`
      "It returned content that is an object in place of a string.
      $.choices[0].message.content: {"city":"Paris"}"
    `)
  })

  test('a token limit, before or within the text', async () => {
    const reasoning = completion({ content: '', reasoning_content: 'First I need' }, 'length')
    expect(await fault(await recorded(reasoning, { max_tokens: 16 }))).toMatchInlineSnapshot(`
      "It was cut off after 16 tokens (finish_reason "length") while it was still reasoning.
      Next: raise max_tokens above 16, or ask for less reasoning."
    `)
    expect(await fault(completion('It is in', 'length'))).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") before it said that.
      $.choices[0].message.content: It is in
      Next: raise max_tokens, or ask for a shorter answer."
    `)
  })

  test('a content filter, before or within the text', async () => {
    expect(await fault(completion({ content: null }, 'content_filter'))).toMatchInlineSnapshot(
      `"It returned no text: its content filter stopped it (finish_reason "content_filter")."`,
    )
    expect(await fault(completion('It is in', 'content_filter'))).toMatchInlineSnapshot(`
      "It was stopped by its content filter before it said that (finish_reason "content_filter").
      $.choices[0].message.content: It is in"
    `)
  })

  test('a connection that was cut', async () => {
    expect(await fault(await recorded(stream(chunk('It is Paris')), {}, 'aborted'))).toMatchInlineSnapshot(`
      "It returned text that is not whole: the connection was cut after 1 event and 11 characters of text.
      content of choice 0, put together from the stream: It is Paris"
    `)
    expect(await fault(stream(chunk({ role: 'assistant', content: '' })))).toMatchInlineSnapshot(
      `"It returned no text: the stream ended after 1 event, without finish_reason or [DONE]."`,
    )
    expect(await fault(await recorded(completion('Paris.'), {}, 'aborted'))).toMatchInlineSnapshot(`
      "It returned text, but the connection was cut after 172 characters of its body.
      $.choices[0].message.content: Paris."
    `)
  })

  test('an HTTP error, also with .not', async () => {
    const error = { message: 'Slow down', type: 'rate_limit_error' }
    expect(await fault(failure(429, { error }))).toMatchInlineSnapshot(
      `
      "It answered HTTP 429 (Too Many Requests): "Slow down" (type "rate_limit_error")
      Next: try again later, or send fewer requests at a time."
    `,
    )
    await expect(expect(failure(429, { error })).not.toReturnText()).rejects.toThrow('keeps no promise and breaks none')
  })

  test('one choice of several', async () => {
    const choices = ['Paris.', ''].map((content, index) => ({ index, message: { content }, finish_reason: 'stop' }))
    expect(await fault(completion('', 'stop', { choices }))).toMatchInlineSnapshot(
      `"It returned an empty text (finish_reason "stop")."`,
    )
  })
})

test('throws for an expectation that means nothing', async () => {
  await expect(expect(completion('Hi.')).toReturnText('')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReturnText takes a string or a RegExp, and got an empty string, which every text holds.]`,
  )
  // @ts-expect-error neither a string nor a pattern
  await expect(expect(completion('Hi.')).toReturnText({})).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReturnText takes a string or a RegExp, and got an object.]`,
  )
})
