import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const message = "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."
const tooLong = {
  error: { message, type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
}

describe('passes for', () => {
  test('a 4xx with the code, or only with words that are known', async () => {
    await expect(failure(400, tooLong)).toRejectContextOverflow()
    await expect(failure(422, { error: { message } })).toRejectContextOverflow()
    await expect(failure(413, { error: { message: 'Prompt is too long' } })).toRejectContextOverflow()
  })

  test('.not where it answered, or failed for another reason', async () => {
    await expect(completion('Hello.')).not.toRejectContextOverflow()
    await expect(failure(429, { error: { message: 'Slow down' } })).not.toRejectContextOverflow()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for an answer', async () => {
    const usage = { prompt_tokens: 8192, completion_tokens: 2, total_tokens: 8194 }
    const exchange = await recorded(completion('Hello.', 'stop', { usage }))
    await expect(expect(exchange).toRejectContextOverflow()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toRejectContextOverflow()

      Expected deepseek to reject the request as too long for its context.
      It answered instead of rejecting (HTTP 200).
      content: Hello.
      usage: 8192 prompt tokens
      Next: make sure that the request, of 39 characters, is longer than the model's window; then its input was cut in silence.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(failure(400, tooLong)).not.toRejectContextOverflow()).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toRejectContextOverflow()

      Expected the provider not to reject the request as too long for its context.
      It did: HTTP 400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."

      a Response given to the matcher, HTTP 400]
    `)
  })
})

describe('names what came in place of the rejection', () => {
  const fault = (reply: unknown) => said(expect(reply).toRejectContextOverflow())

  test('a streamed answer, an empty one, embeddings', async () => {
    expect(await fault(stream(chunk('Hello.'), chunk({}, 'stop'), '[DONE]'))).toMatchInlineSnapshot(`
      "It answered instead of rejecting (HTTP 200).
      content: Hello.
      Next: make sure that the request is longer than the model's window; then its input was cut in silence."
    `)
    expect(await fault(completion({ content: '' }))).toMatchInlineSnapshot(`
      "It answered instead of rejecting (HTTP 200).
      Next: make sure that the request is longer than the model's window; then its input was cut in silence."
    `)
    expect(await fault(Response.json({ object: 'list', data: [] }))).toMatchInlineSnapshot(`
      "It answered instead of rejecting (HTTP 200).
      body, JSON: {"object":"list","data":[]}
      Next: make sure that the request is longer than the model's window; then its input was cut in silence."
    `)
  })

  test('the overflow with another status', async () => {
    expect(await fault(failure(500, tooLong))).toMatchInlineSnapshot(`
      "It answered HTTP 500 (Internal Server Error): "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens." (type "invalid_request_error", code "context_length_exceeded")
      It names a context overflow, but not as a 4xx."
    `)
    expect(await fault(failure(200, tooLong))).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens." (type "invalid_request_error", code "context_length_exceeded")"`,
    )
    expect(await fault(stream(tooLong))).toMatchInlineSnapshot(
      `"It answered HTTP 200 and sent an error as event 1 of 1: "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens." (type "invalid_request_error", code "context_length_exceeded")"`,
    )
  })

  test("a proxy's limit of bytes, which is not the model's window", async () => {
    expect(await fault(failure(413, '<html><h1>413 Request Entity Too Large</h1></html>'))).toMatchInlineSnapshot(`
      "It answered HTTP 413 (Payload Too Large): <html><h1>413 Request Entity Too Large</h1></html>
      Nothing in it tells of a context overflow."
    `)
    await expect(failure(413, '<html>')).not.toRejectContextOverflow()
  })

  test('another rejection, which says nothing of length', async () => {
    expect(await fault(failure(400, { error: { message: 'Invalid value', type: 'invalid_request_error' } })))
      .toMatchInlineSnapshot(`
      "It answered HTTP 400 (Bad Request): "Invalid value" (type "invalid_request_error")
      That is of the kind "bad request", and does not tell of a context overflow."
    `)
    expect(await fault(failure(429, { error: { message: 'Slow down', code: 'rate_limit_exceeded' } })))
      .toMatchInlineSnapshot(`
      "It answered HTTP 429 (Too Many Requests): "Slow down" (code "rate_limit_exceeded")
      That is of the kind "rate limit", by $.error.code "rate_limit_exceeded", and does not tell of a context overflow."
    `)
    expect(await fault(failure(401, { error: { message: 'Bad key' } }))).toMatchInlineSnapshot(`
      "It answered HTTP 401 (Unauthorized): "Bad key"
      That is of the kind "authentication", and does not tell of a context overflow."
    `)
    expect(await fault(failure(502, '<html></html>'))).toMatchInlineSnapshot(`
      "It answered HTTP 502 (Bad Gateway): <html></html>
      That is of the kind "server", and does not tell of a context overflow."
    `)
  })
})
