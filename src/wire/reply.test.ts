import { describe, expect, test } from 'vitest'
import type { Exchange } from './exchange.ts'
import { readReply } from './reply.ts'

interface Given {
  status?: number
  type?: string
  url?: string
  asked?: string
  end?: Exchange['response']['end']
}

function given(
  body: string | Uint8Array[],
  { status = 200, type, url, asked = '', end = 'closed' }: Given = {},
): Exchange {
  const parts = typeof body === 'string' ? [Buffer.from(body)] : body
  return {
    request: url === undefined ? undefined : { method: 'POST', url, contentType: 'application/json', text: asked },
    response: {
      status,
      headers: type === undefined ? {} : { 'content-type': type },
      pieces: parts.map((bytes, at) => ({ at, bytes })),
      end,
    },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  }
}

const chatURL = 'https://api.test/v1/chat/completions'
const completion = '{"object":"chat.completion","model":"m","choices":[{"message":{"content":"Hi"}}]}'
const chunks = 'data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hi"}}]}\n\ndata: [DONE]\n\n'
const json = 'application/json'
const sse = 'text/event-stream'

describe('a reply', () => {
  test('to a whole chat completion has its JSON and answers', () => {
    const exchange = given(completion, { type: json, url: chatURL, asked: '{"model":"m"}' })
    const reply = readReply(exchange)
    expect(reply).toMatchObject({ api: 'chat', status: 200, model: 'm', text: completion, stream: undefined })
    expect(reply.exchange).toBe(exchange)
    expect(reply.asked?.model).toBe('m')
    expect(reply.json).toEqual(JSON.parse(completion))
    expect(reply.answers[0]?.text).toBe('Hi')
    expect(reply.error).toBeUndefined()
  })

  test('that is a stream has its events, its text and no JSON', () => {
    const reply = readReply(given(chunks, { type: 'text/event-stream; charset=utf-8', url: chatURL }))
    expect(reply.json).toBeUndefined()
    expect(reply.stream).toMatchObject({ doneCount: 1, terminated: true })
    expect(reply.text).toBe(chunks)
    expect(reply.answers[0]?.text).toBe('Hi')
  })

  test.each([
    ['chat', completion],
    ['chat', chunks],
    ['responses', '{"object":"response","status":"completed","output":[]}'],
    ['responses', 'event: response.completed\ndata: {"response":{"status":"completed","output":[]}}\n\n'],
    ['embeddings', '{"object":"list","data":[{"object":"embedding","embedding":[0.1]}]}'],
    ['unknown', 'Not found'],
  ])('whose request is unknown shows the API %s itself', (api, body) => {
    const reply = readReply(given(body))
    expect(reply.api).toBe(api)
    expect(reply.asked).toBeUndefined()
  })

  test('of the Responses API is read as one answer, whole or streamed', () => {
    const response = '{"object":"response","status":"completed","output":[],"usage":{"input_tokens":1}}'
    const url = 'https://api.test/v1/responses'
    const whole = readReply(given(response, { url }))
    const streamed = readReply(given(`data: {"type":"response.completed","response":${response}}\n\n`, { url }))
    expect(whole.answers).toMatchObject([{ finishReasons: ['stop'], text: undefined }])
    expect(streamed.answers).toEqual(whole.answers)
    expect(streamed.stream?.terminated).toBe(true)
    expect([whole.usage?.path, streamed.usage?.path]).toEqual(['$.usage', '$.response.usage'])
  })

  test('of a failing status has an error and no answers', () => {
    const reply = readReply(given(completion.replace('{', '{"error":{"message":"no"},'), { status: 500, url: chatURL }))
    expect(reply.error).toMatchObject({ form: 'openai', message: 'no' })
    expect(reply.answers).toEqual([])
    expect(readReply(given('', { status: 502 })).error?.form).toBe('empty')
  })

  test('of status 200 may have an answer and an error', () => {
    const reply = readReply(
      given('{"choices":[{"message":{"content":"H"},"error":{"message":"no"}}]}', { url: chatURL }),
    )
    expect(reply.answers[0]?.text).toBe('H')
    expect(reply.error?.path).toBe('$.choices[0].error')
  })

  test('keeps the text of a body that is no JSON', () => {
    const reply = readReply(given('{"choices":[{"mess', { type: json, url: chatURL }))
    expect(reply).toMatchObject({ json: undefined, text: '{"choices":[{"mess', answers: [], error: undefined })
  })
})

describe('a body is read as a stream', () => {
  test.each([
    'data: 1\n\n',
    'data:1',
    'event: x\ndata: 1\n\n',
    ': hi\n\n',
    'id: 1\ndata: 1\n\n',
    '\uFEFF\r\n\r\ndata: 1\n\n',
  ])('where it begins as one, whatever its type: %j', (body) => {
    for (const type of [undefined, json, 'text/plain', sse]) {
      const options = type === undefined ? {} : { type }
      expect(readReply(given(body, options)).stream).toBeDefined()
      const single = [...Buffer.from(body)].map((byte) => Uint8Array.of(byte))
      expect(readReply(given(single, options)).stream).toBeDefined()
    }
  })

  test('where only its type says so', () => {
    expect(readReply(given('', { type: sse })).stream).toMatchObject({ events: [], tail: '' })
    expect(readReply(given('upstream connect error', { type: 'Text/Event-Stream' })).stream?.tail).toBe(
      'upstream connect error',
    )
  })

  test('but not where it begins as JSON or HTML, though its type says so', () => {
    const reply = readReply(given(' {"error":{"message":"no"}}', { type: sse, url: chatURL }))
    expect(reply).toMatchObject({ stream: undefined, json: { error: { message: 'no' } }, error: { form: 'openai' } })
    expect(readReply(given('<html></html>', { type: sse, status: 502 })).error?.form).toBe('html')
  })

  test('and not where nothing says so', () => {
    expect(readReply(given('')).stream).toBeUndefined()
    expect(readReply(given('database: down', { status: 500 })).error).toMatchObject({ form: 'text' })
  })

  test('in HTTP 400 as well, as Qwen answers a streaming request', () => {
    const body = 'data: {"error":{"code":"data_inspection_failed","message":"no"}}'
    expect(readReply(given(body, { status: 400, type: json })).error).toMatchObject({ form: 'sse', message: 'no' })
  })
})

describe('reading', () => {
  test('happens once for an exchange that has ended', () => {
    for (const end of ['closed', 'aborted', 'cancelled'] as const) {
      const exchange = given(chunks, { end })
      expect(readReply(exchange)).toBe(readReply(exchange))
    }
  })

  test('happens anew while the body is still arriving', () => {
    const exchange = given(chunks, { end: 'open' })
    expect(readReply(exchange)).not.toBe(readReply(exchange))
  })

  test('never throws, whatever the bytes are', () => {
    const bodies = [
      'null',
      '"',
      '[]',
      '0',
      '\0',
      '{"choices":{"length":1e9}}',
      '{"__proto__":{"choices":[]}}',
      '<',
      '\r',
      ':',
    ]
    const bytes = [...bodies.map((body) => Buffer.from(body)), Uint8Array.of(0xff, 0xfe), new Uint8Array(1000)]
    for (const body of bytes) {
      for (const status of [200, 204, 302, 400, 0, Number.NaN]) {
        for (const type of [json, sse]) {
          for (const url of [chatURL, 'https://api.test/v1/responses', 'https://api.test/v1/embeddings', '']) {
            expect(() => readReply(given([body], { status, type, url, asked: '{' })).text).not.toThrow()
          }
        }
      }
    }
    expect(Object.hasOwn(Object.prototype, 'choices')).toBe(false)
  })
})
