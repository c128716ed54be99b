import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { readAhead } from './ahead.ts'
import { booth, useBooths, type Booth } from '../testing/booth.ts'
import type { Got } from '../testing/endpoint.ts'

useBooths()

/** What a client saw of an answer. */
interface Sight {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly reads: string[]
  readonly error?: string
}

async function look(call: Promise<Response>): Promise<Sight> {
  const reads: string[] = []
  try {
    const response = await call
    const names = ['content-type', 'x-request-id', 'retry-after', 'x-ratelimit-remaining-tokens', 'location']
    const headers = Object.fromEntries(
      names.flatMap((name) => (response.headers.has(name) ? [[name, `${response.headers.get(name)}`]] : [])),
    )
    try {
      for await (const bytes of response.body ?? []) reads.push(Buffer.from(bytes as Uint8Array).toString('latin1'))
    } catch (error) {
      return { status: response.status, headers, reads, error: told(error) }
    }
    return { status: response.status, headers, reads }
  } catch (error) {
    return { reads, error: told(error) }
  }
}

const told = (error: unknown) => {
  const { name, message, cause } = error as Error & { cause?: { name?: string; code?: string; message?: string } }
  return `${name}: ${message} (${cause?.name} ${cause?.code} ${cause?.message?.replace(/:\d+$/, '')})`
}

type Scenario = readonly [
  name: string,
  answer: (response: ServerResponse, got: Got, count: number) => unknown,
  ask?: (b: Booth) => Promise<Sight>[],
]

const json =
  (body: string, status = 200, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers }).end(body)

/** Writes each part by itself, far enough apart that the network does not join them. */
const stream =
  (parts: readonly (string | Buffer)[], end: 'end' | 'destroy' | 'reset' = 'end') =>
  async (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' })
    for (const part of parts) {
      response.write(part)
      await sleep(12)
    }
    if (end === 'reset') response.socket?.resetAndDestroy()
    else response[end]()
  }

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

const hello = [
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({}, 'stop'),
]
const umlauts = Buffer.from(
  'data: {"choices":[{"index":0,"delta":{"content":"grüße 日本 👋🏽"}}]}\r\n\r\ndata: [DONE]\r\n\r\n',
)
const bytewise = Array.from({ length: 60 }, (_, n) => umlauts.subarray(n * 2, n * 2 + 2)).filter(
  (part) => part.length > 0,
)

const get = (b: Booth, path: string, init?: RequestInit) => look(fetch(b.url(path), init))

const scenarios: readonly Scenario[] = [
  ['a JSON answer', json('{"id": "x", "choices": [], "n": 1.0}\n')],
  ['two choices', json('{"choices":[{"index":0,"message":{"content":"a"}},{"index":1,"message":{"content":"b"}}]}')],
  ['a stream', stream([...hello, 'data: [DONE]\n\n'])],
  ['a stream whose UTF-8 signs and CRLFs are cut in two', stream(bytewise)],
  ['a stream cut inside its events', stream(hello.join('').match(/[^]{1,37}/g) ?? [])],
  ['comments and keep-alives', stream([': OPENROUTER PROCESSING\n\n', hello[1] ?? '', ':\n\n', 'data: [DONE]\n\n'])],
  [
    'named events',
    stream([
      'event: response.created\ndata: {"type":"response.created","sequence_number":0}\n\n',
      'event: response.completed\ndata: {"type":"response.completed","sequence_number":1}\n\n',
    ]),
  ],
  ['a stream without [DONE]', stream(hello)],
  [
    'an error in the middle of a stream',
    stream([hello[1] ?? '', 'data: {"error":{"message":"overloaded","code":529}}\n\n']),
  ],
  ['a stream that the server cuts', stream(hello.slice(0, 2), 'destroy')],
  ['a stream whose connection the server resets', stream(hello.slice(0, 2), 'reset')],
  ['an answer that says it is gzipped, and is not', json('{"plain":true}', 200, { 'content-encoding': 'gzip' })],
  [
    'a rate limit',
    json('{"error":{"message":"slow down"}}', 429, { 'retry-after': '7', 'x-ratelimit-remaining-tokens': '0' }),
  ],
  ['a bare JSON string', json('"Invalid token"', 401)],
  ['a flat error', json('{"code":20012,"message":"no such model","data":null}', 400)],
  ['an error in an array', json('[{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT"}}]', 400)],
  [
    'an HTML page',
    (response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html>\r\n<h1>502 Bad Gateway</h1>\u00a0é</html>'),
  ],
  ['an empty body', (response) => response.writeHead(500).end()],
  ['no content', (response) => response.writeHead(204).end(), (b) => [get(b, '/files/f1', { method: 'DELETE' })]],
  ['a connection reset before the headers', (response) => response.socket?.resetAndDestroy()],
  [
    'two answers to the same request',
    (response, _got, count) => json(`{"count":${count}}`, count === 1 ? 503 : 200)(response),
    (b) => [look(b.post({ q: 1 })), look(b.post({ q: 1 }))],
  ],
  [
    'base64 embeddings',
    json(
      `{"object":"list","data":[{"index":0,"embedding":"${Buffer.from(new Float32Array([0.25, -1]).buffer).toString('base64')}"}]}`,
    ),
  ],
  [
    'a key in the query',
    json('{"models":[]}'),
    (b) => [get(b, '/models?key=AIzaSyA-secret-secret-secret-secret-1234&page=2')],
  ],
  [
    'a gzipped answer',
    (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        .end(gzipSync('{"zipped":true}')),
  ],
  [
    'a redirect',
    (response, { path }) =>
      path.endsWith('/new') ? json('{"here":true}')(response) : response.writeHead(302, { location: '/v1/new' }).end(),
    (b) => [get(b, '/old')],
  ],
  [
    'a chunked answer',
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.write('{"a":')
      response.end('1}')
    },
  ],
  ['an answer with its length', json('{"a":1}', 200, { 'content-length': '7' })],
  [
    'audio',
    (response) =>
      response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(Buffer.from([0xff, 0xfb, 0, 1, 13, 10, 0xc3])),
  ],
  ['more than a mebibyte', json(JSON.stringify({ data: Array.from({ length: 60_000 }, (_, n) => `item ${n} ü`) }))],
  [
    'a multipart upload',
    (response, { text }) => json(`{"length":${text.includes('hello batch') ? 'true' : 'false'}}`)(response),
    (b) => {
      const form = new FormData()
      form.set('purpose', 'batch')
      form.set('file', new File(['hello batch'], 'batch.jsonl', { type: 'application/jsonl' }))
      form.set('image', new File([new Uint8Array([137, 80, 255, 0])], 'dot.png'))
      return [get(b, '/files', { method: 'POST', body: form })]
    },
  ],
  [
    'a form that nobody can take apart, with another boundary every time',
    json('{"ok":true}'),
    (b) => {
      const boundary = `----${Math.random()}`
      const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` }
      return [get(b, '/files', { method: 'POST', headers, body: `--${boundary}\r\nno form\r\n--${boundary}--` })]
    },
  ],
  [
    'a batch that is polled until it is done',
    (response, { path }, count) =>
      path.endsWith('/content')
        ? response.writeHead(200, { 'content-type': 'application/jsonl' }).end('{"custom_id":"1"}\n{"custom_id":"2"}\n')
        : json(`{"id":"batch_1","status":"${count > 2 ? 'completed' : 'in_progress'}"}`)(response),
    (b) => [
      get(b, '/batches/batch_1'),
      get(b, '/batches/batch_1'),
      get(b, '/batches/batch_1'),
      get(b, '/files/out/content'),
    ],
  ],
]

describe('recorded over loopback and replayed with the server down, all is as the client saw it:', () => {
  test.each(scenarios.map(([name, answer, ask]) => ({ name, answer, ask })))('$name', async ({ answer, ask }) => {
    let count = 0
    const b = await booth((response, got) => answer(response, got, ++count))
    const work = async () => {
      const sights: Sight[] = []
      for (const sight of ask?.(b) ?? [look(b.post({ model: 'm', messages: [], stream: true }))])
        sights.push(await sight)
      return sights
    }
    const recorded = await b.attempt('record', work)
    const asked = b.endpoint.got.length
    await b.endpoint.close()
    const replayed = await b.attempt('replay', work)
    readAhead(b.settings.fixtures, ['acme'], 'a.test.ts', b.root, Infinity)
    const ahead = await b.attempt('replay', work)

    expect(asked).toBeGreaterThan(0)
    expect(recorded.seen.complaints).toEqual([])
    expect(replayed.seen.complaints).toEqual([])
    expect([ahead.value, ahead.pieces, ahead.seen.complaints]).toEqual([replayed.value, replayed.pieces, []])
    const isStream = recorded.value[0]?.headers?.['content-type'] === 'text/event-stream'
    const joined = ({ reads, ...rest }: Sight) => ({ ...rest, reads: isStream ? reads : reads.join('') })
    expect(replayed.value.map(joined)).toEqual(recorded.value.map(joined))
    expect(replayed.seen.exchanges.map(({ response }) => response.end)).toEqual(
      recorded.seen.exchanges.map(({ response }) => response.end),
    )
  })
})
