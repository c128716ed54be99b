import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, frames, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const good = [chunk({ role: 'assistant', content: '' }), chunk('Hel'), chunk('lo.'), chunk({}, 'stop')]
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }

describe('passes for', () => {
  test('a whole stream, and what else is wanted of it', async () => {
    const counted = { ...chunk(''), choices: [], usage }
    await expect(stream(...good, '[DONE]')).toStreamChunks()
    await expect(stream(...good, counted, '[DONE]')).toStreamChunks({
      atLeast: 2,
      text: 'Hello.',
      finishReason: 'stop',
      usage: true,
    })
    await expect(stream(...good, '[DONE]')).toStreamChunks({ text: /^hel/i, usage: false })
  })

  test('comments between the events', async () => {
    const body = `: OPENROUTER PROCESSING\n\n${frames(...good)}: keep-alive\n\ndata: [DONE]\n\n`
    await expect(new Response(body, { headers: { 'content-type': 'text/event-stream' } })).toStreamChunks()
  })

  test('a stream of the Responses API, which ends without [DONE]', async () => {
    const deltas = ['Hel', 'lo.'].map((delta) => ({ type: 'response.output_text.delta', output_index: 0, delta }))
    const last = { type: 'response.completed', response: { object: 'response', status: 'completed', output: [] } }
    await expect(stream(...deltas, last)).toStreamChunks({ text: 'Hello.', finishReason: 'stop' })
  })

  test('.not where the answer is whole', async () => {
    await expect(completion('Hello.')).not.toStreamChunks()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for a connection that was cut', async () => {
    const exchange = await recorded(stream(...good.slice(0, 3)), { stream: true }, 'aborted')
    await expect(expect(exchange).toStreamChunks({ atLeast: 2, text: /hello/i, finishReason: 'stop', usage: true }))
      .rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toStreamChunks({ atLeast: 2, text: /hello/i, finishReason: "stop", usage: true })

      Expected deepseek to stream at least 2 chunks, with /hello/i in its text, finish_reason "stop" and usage.
      It did not stream to its end: the connection was cut after 3 events and 6 characters of text.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(stream(...good, '[DONE]')).not.toStreamChunks()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toStreamChunks()

      Expected the provider not to stream at least 2 chunks.
      It did: 2 chunks, finish_reason "stop": Hello.

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what came in place of a stream', () => {
  test('a whole answer', async () => {
    expect(await said(expect(completion('Hello.')).toStreamChunks())).toMatchInlineSnapshot(`
      "It sent one whole answer instead of an event stream (content-type application/json).
      body: {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test-1","choi…"
    `)
  })

  test('a whole answer to a request that asked for no stream', async () => {
    expect(await said(expect(await recorded(completion('Hello.'))).toStreamChunks())).toMatchInlineSnapshot(`
      "It sent one whole answer instead of an event stream (content-type application/json).
      body: {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test-1","choi…
      Next: send stream: true, which this request did not."
    `)
  })

  test('an HTML page', async () => {
    expect(await said(expect(failure(200, '<html></html>')).toStreamChunks())).toMatchInlineSnapshot(`
      "It sent one body of HTML instead of an event stream (content-type text/html).
      body: <html></html>"
    `)
  })

  test('an HTTP error, as JSON and as an event', async () => {
    const error = { message: 'Invalid model', type: 'invalid_request_error' }
    expect(await said(expect(failure(400, { error })).toStreamChunks())).toMatchInlineSnapshot(
      `
      "It answered HTTP 400 (Bad Request): "Invalid model" (type "invalid_request_error")
      Next: check the model and the base URL."
    `,
    )
    const event = new Response(frames({ error }), { status: 400, headers: { 'content-type': 'text/event-stream' } })
    expect(await said(expect(event).toStreamChunks())).toMatchInlineSnapshot(
      `
      "It answered HTTP 400 (Bad Request): "Invalid model" (type "invalid_request_error")
      Next: check the model and the base URL."
    `,
    )
  })

  test('an error with HTTP 200, as JSON and as the first event', async () => {
    const error = { message: 'Overloaded', code: 'overloaded' }
    expect(await said(expect(failure(200, { error })).toStreamChunks())).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "Overloaded" (code "overloaded")"`,
    )
    expect(await said(expect(stream({ error })).toStreamChunks())).toMatchInlineSnapshot(
      `"It answered HTTP 200 and sent an error as event 1 of 1: "Overloaded" (code "overloaded")"`,
    )
  })
})

describe('names what broke the stream', () => {
  const fault = (...data: Parameters<typeof stream>) => said(expect(stream(...data)).toStreamChunks())

  test('an error in the middle', async () => {
    expect(await fault(chunk('Hel'), { error: { message: 'Overloaded', code: 529 } }, '[DONE]')).toMatchInlineSnapshot(
      `"It broke off its stream with an error, in event 2 of 3: "Overloaded" (code 529)"`,
    )
  })

  test('data that is not JSON', async () => {
    expect(await fault(chunk('Hel'), '{"choices":[', ...good, '[DONE]')).toMatchInlineSnapshot(`
      "It sent 1 event whose data is not JSON.
      event 2 of 7: {"choices":["
    `)
  })

  test('an end without finish reason and [DONE]', async () => {
    expect(await fault(chunk('Hel'), chunk('lo'))).toMatchInlineSnapshot(
      `"It did not stream to its end: the stream ended after 2 events and 5 characters of text, without finish_reason or [DONE]."`,
    )
  })

  test('an end in the middle of an event', async () => {
    const body = `${frames(chunk('Hel'))}data: {"id":"chatcmpl-1","cho`
    const reply = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    expect(await said(expect(reply).toStreamChunks())).toMatchInlineSnapshot(`
      "It did not stream to its end: the stream ended in the middle of an event, after 1 event and 3 characters of text.
      last bytes: data: {"id":"chatcmpl-1","cho"
    `)
  })

  test('a client that gave up, and a body that is still arriving', async () => {
    const early = await recorded(stream(chunk('Hel')), {}, 'cancelled')
    expect(await said(expect(early).toStreamChunks())).toMatchInlineSnapshot(
      `"It did not stream to its end: the client gave up after 1 event and 3 characters of text."`,
    )
    const late = await recorded(stream(chunk('Hel')), {}, 'open')
    expect(await said(expect(late).toStreamChunks())).toMatchInlineSnapshot(
      `"It did not stream to its end: the stream was still arriving after 1 event and 3 characters of text."`,
    )
  })

  test('no content at all', async () => {
    expect(await fault({ object: 'chat.completion.chunk', choices: [] }, '[DONE]')).toMatchInlineSnapshot(
      `"It streamed 2 events and no content."`,
    )
    expect(await fault('[DONE]')).toMatchInlineSnapshot(`"It streamed 1 event and no content."`)
  })

  test('a finish reason that is missing or comes more than once', async () => {
    expect(await fault(chunk('Hel'), chunk('lo'), '[DONE]')).toMatchInlineSnapshot(
      `"It ended choice 0 without a finish_reason."`,
    )
    expect(await fault(chunk('Hel'), chunk('lo', ''), '[DONE]')).toMatchInlineSnapshot(
      `"It ended choice 0 without a finish_reason."`,
    )
    expect(await fault(...good, chunk({}, 'stop'), '[DONE]')).toMatchInlineSnapshot(
      `"It gave choice 0 more than one finish_reason: "stop" (2 times)."`,
    )
    expect(await fault(...good, chunk({}, 'length'), '[DONE]')).toMatchInlineSnapshot(
      `"It gave choice 0 more than one finish_reason: "stop" and "length""`,
    )
  })

  test('[DONE] that is missing, repeated, or not the last', async () => {
    expect(await fault(...good)).toMatchInlineSnapshot(`"It ended its stream without data: [DONE]."`)
    expect(await fault(...good, '[DONE]', '[DONE]')).toMatchInlineSnapshot(`"It sent data: [DONE] 2 times."`)
    expect(await fault(...good, '[DONE]', chunk('?'))).toMatchInlineSnapshot(
      `"It went on sending events after data: [DONE]."`,
    )
  })

  test('another content type', async () => {
    const body = frames(...good, '[DONE]')
    const plain = new Response(body, { headers: { 'content-type': 'text/plain' } })
    expect(await said(expect(plain).toStreamChunks())).toMatchInlineSnapshot(
      `"It sent its stream as content-type text/plain instead of text/event-stream."`,
    )
    const none = new Response(new TextEncoder().encode(body))
    expect(await said(expect(none).toStreamChunks())).toMatchInlineSnapshot(
      `"It sent its stream without a content-type instead of text/event-stream."`,
    )
  })
})

describe('names what else was wanted of the stream', () => {
  test('more chunks', async () => {
    const reply = stream(chunk('Hello.'), chunk({}, 'stop'), '[DONE]')
    expect(await said(expect(reply).toStreamChunks())).toMatchInlineSnapshot(`"It streamed its content in 1 chunk."`)
  })

  test('more chunks of each choice', async () => {
    const of = (index: number, content: string, finish: string | null = null) => ({
      ...chunk(''),
      choices: [{ index, delta: { content }, finish_reason: finish }],
    })
    const ends = [of(0, '', 'stop'), of(1, '', 'stop'), '[DONE]']
    const [one, uneven] = [
      [of(0, 'Hi.'), of(1, 'Hi.')],
      [of(0, 'H'), of(0, 'i.'), of(1, 'Hi.')],
    ]
    expect(await said(expect(stream(...one, ...ends)).toStreamChunks())).toMatchInlineSnapshot(
      `"It streamed choice 0 in 1 chunk."`,
    )
    expect(await said(expect(stream(...uneven, ...ends)).toStreamChunks())).toMatchInlineSnapshot(
      `"It streamed choice 1 in 1 chunk."`,
    )
    expect(await said(expect(stream(of(0, 'Hi.'), ...ends)).toStreamChunks({ atLeast: 1 }))).toMatchInlineSnapshot(
      `"It streamed no content for choice 1."`,
    )
  })

  test('an answer, before which the token limit came', async () => {
    const counted = { ...chunk(''), choices: [], usage: { ...usage, completion_tokens: 16 } }
    const silent = [chunk({ role: 'assistant', content: '' }), chunk({}, 'length'), counted, '[DONE]']
    expect(await said(expect(stream(...silent)).toStreamChunks())).toMatchInlineSnapshot(`
      "It was cut off after 16 tokens (finish_reason "length") before it said anything.
      Next: raise max_tokens, or ask for less reasoning."
    `)
    const thought = ['First', ' I need'].map((text) => chunk({ reasoning_content: text }))
    const reasoning = await recorded(stream(...thought, chunk({}, 'length'), '[DONE]'), {
      stream: true,
      max_tokens: 16,
    })
    expect(await said(expect(reasoning).toStreamChunks({ atLeast: 3 }))).toMatchInlineSnapshot(`
      "It was cut off after 16 tokens (finish_reason "length") while it was still reasoning.
      Next: raise max_tokens above 16, or ask for less reasoning."
    `)
    expect(await said(expect(reasoning).toStreamChunks({ text: /paris/i }))).toMatchInlineSnapshot(`
      "It was cut off after 16 tokens (finish_reason "length") while it was still reasoning.
      Next: raise max_tokens above 16, or ask for less reasoning."
    `)
  })

  test('usage, because the request asked for it', async () => {
    const options = { stream: true, stream_options: { include_usage: true } }
    expect(
      await said(expect(await recorded(stream(...good, '[DONE]'), options)).toStreamChunks()),
    ).toMatchInlineSnapshot(`"It streamed no usage, though the request asked for it (stream_options.include_usage)."`)
  })

  test('usage, or none', async () => {
    expect(await said(expect(stream(...good, '[DONE]')).toStreamChunks({ usage: true }))).toMatchInlineSnapshot(
      `"It streamed no usage."`,
    )
    const counted = stream(...good, { ...chunk(''), choices: [], usage }, '[DONE]')
    expect(await said(expect(counted).toStreamChunks({ usage: false }))).toMatchInlineSnapshot(
      `"It streamed usage, at $.usage."`,
    )
  })

  test('another text, another finish reason', async () => {
    expect(await said(expect(stream(...good, '[DONE]')).toStreamChunks({ text: 'Bye' }))).toMatchInlineSnapshot(
      `"It streamed another text: "Hello.""`,
    )
    const wanted = { finishReason: 'length' }
    expect(await said(expect(stream(...good, '[DONE]')).toStreamChunks(wanted))).toMatchInlineSnapshot(
      `"It finished with finish_reason "stop""`,
    )
  })
})
