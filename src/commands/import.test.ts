import { describe, expect, onTestFinished, test } from 'vitest'
import { readRecording } from '../recording/format.ts'
import { called, chat, Folder, streamOf } from '../testing/called.ts'
import { importHar } from './import.ts'
import { show } from './show.ts'
import { verify } from './verify.ts'

const url = 'https://api.groq.com/openai/v1/chat/completions'

type Part = Readonly<Record<string, unknown>>

const entry = (request: Part, response: Part = {}, rest: Part = {}) => ({
  startedDateTime: '2026-11-20T11:00:01.000+01:00',
  time: 900,
  timings: { blocked: 3, dns: -1, connect: -1, ssl: -1, send: 1, wait: 700.2, receive: 100 },
  request: {
    method: 'POST',
    url,
    headers: [
      { name: 'Authorization', value: 'Bearer gsk_0123456789abcdef0123456789abcdef' },
      { name: 'Content-Type', value: 'application/json' },
    ],
    postData: { mimeType: 'application/json', text: '{"model":"m","messages":[{"role":"user","content":"Hi"}]}' },
    ...request,
  },
  response: {
    status: 200,
    headers: [
      { name: ':status', value: '200' },
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Set-Cookie', value: 'a=b' },
      { name: 'X-Request-Id', value: 'req_1' },
    ],
    content: { size: 200, mimeType: 'application/json', text: JSON.stringify(chat('Hi')) },
    ...response,
  },
  ...rest,
})

const har = (...entries: object[]) =>
  JSON.stringify({ log: { version: '1.2', creator: { name: 'Firefox', version: '145.0' }, entries } })

const into = ['--provider', 'groq', '--test', 'chat.test.ts > says > hi']
const place = 'fixtures/groq/chat/says-hi.json'

const imported = async (text: string, ...args: string[]) => {
  const folder = new Folder({ 'a.har': text })
  onTestFinished(() => folder[Symbol.dispose]())
  return { folder, ...(await called(importHar, folder.path, 'a.har', ...(args.length === 0 ? into : args))) }
}

test('makes a recording of the entries under the address of the provider', async () => {
  const text = har(
    entry({ method: 'OPTIONS' }, { status: 204, content: { size: 0 } }),
    entry({}),
    entry({ method: 'GET', url: 'https://console.groq.com/' }),
    entry({ method: 'GET', url: 'https://api.groq.com/openai/v1/models?key=abc&a=1', postData: undefined }),
  )
  const { folder, code, out, err } = await imported(`\uFEFF${text}`)

  expect([code, err]).toEqual([0, ''])
  expect(out).toMatchInlineSnapshot(`"Wrote fixtures/groq/chat/says-hi.json: 2 exchanges; 2 other entries left out."`)
  expect((await called(show, folder.path, place)).out).toMatchInlineSnapshot(`
    "fixtures/groq/chat/says-hi.json
    groq, chat.test.ts > says > hi
    recorded 2026-11-20 10:00 UTC live at https://api.groq.com/openai/v1 by Firefox 145.0 with vitest-llm-contracts 0.1.0
    asked m, answered by acme-1

    --- exchange 1 of 2 ---

    POST /openai/v1/chat/completions
    content-type: application/json

    { "messages": [{ "content": "Hi", "role": "user" }], "model": "m" }

    HTTP 200 after 801 ms, closed
    content-type: application/json
    x-request-id: req_1

    {
      "id": "c1",
      "object": "chat.completion",
      "created": 1,
      "model": "acme-1",
      "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Hi" }, "finish_reason": "stop" }]
    }

    --- exchange 2 of 2 ---

    GET /openai/v1/models?a=1&key=REDACTED

    HTTP 200 after 801 ms, closed
    content-type: application/json
    x-request-id: req_1

    {
      "id": "c1",
      "object": "chat.completion",
      "created": 1,
      "model": "acme-1",
      "choices": [{ "index": 0, "message": { "role": "assistant", "content": "Hi" }, "finish_reason": "stop" }]
    }"
  `)
  expect(folder.read(place)).not.toContain('gsk_')
  expect((await called(verify, folder.path)).out).toBe('1 recording, all sound.')
})

test('entries that got no response are left out and counted', async () => {
  const cancelled = [entry({}, { status: 0 }), entry({}, {}, { response: undefined }), entry({}, { status: -1 })]
  const elsewhere = entry({ url: 'https://console.groq.com/' }, { status: 0 })

  const one = await imported(har(entry({}, { status: 0 }), entry({})))
  expect(one.out).toMatchInlineSnapshot(
    `"Wrote fixtures/groq/chat/says-hi.json: 1 exchange; 1 entry without a response left out."`,
  )
  const more = await imported(har(entry({}), ...cancelled, elsewhere))
  expect(more.out).toMatchInlineSnapshot(
    `"Wrote fixtures/groq/chat/says-hi.json: 1 exchange; 3 entries without a response and 1 other entry left out."`,
  )
  expect((await called(verify, more.folder.path)).out).toBe('1 recording, all sound.')
})

const onlyExchange = (folder: Folder) => readRecording(folder.read(place), place).exchanges[0]

test('a stream becomes one piece that arrived when the answer was whole', async () => {
  const wire = streamOf('Hel', 'lö')
    .stream.map(([, piece]) => piece)
    .join('')
  const { folder } = await imported(
    har(
      entry(
        {},
        {
          headers: [{ name: 'content-type', value: 'text/event-stream' }],
          content: {
            size: 1,
            mimeType: 'text/event-stream',
            encoding: 'base64',
            text: Buffer.from(wire).toString('base64'),
          },
        },
      ),
    ),
  )

  expect(onlyExchange(folder)?.response).toEqual({
    status: 200,
    headers: { 'content-type': 'text/event-stream' },
    stream: [[801, wire]],
    ms: 801,
    end: 'closed',
  })
})

test('the type of the content stands in for a missing header, and the whole time for missing phases', async () => {
  const { folder } = await imported(har(entry({}, { headers: [] }, { timings: undefined })))

  expect(onlyExchange(folder)?.response).toMatchObject({ headers: { 'content-type': 'application/json' }, ms: 900 })
})

test('forms are read part by part', async () => {
  const params = [
    { name: 'purpose', value: 'batch' },
    { name: 'file', fileName: 'a.jsonl', contentType: 'application/jsonl', value: '{}\n' },
  ]
  const form = { mimeType: 'multipart/form-data; boundary=x', params }
  const { folder } = await imported(har(entry({ headers: [], postData: form })))

  expect(onlyExchange(folder)?.request).toEqual({
    method: 'POST',
    path: '/openai/v1/chat/completions',
    headers: { 'content-type': 'multipart/form-data' },
    parts: [
      { name: 'purpose', text: 'batch' },
      { name: 'file', filename: 'a.jsonl', type: 'application/jsonl', text: '{}\n' },
    ],
  })
})

test('an address of your own is given with --base-url, in the environment, or not at all with --all', async () => {
  const text = har(entry({ url: 'https://llm.example.com/v1/chat/completions' }))
  const own = ['--provider', 'our-gateway', '--test', 'a.test.ts > asks']

  expect((await imported(text, ...own)).err).toMatchInlineSnapshot(
    `""our-gateway" is no built-in provider, so its address must be given: --base-url <url> or OUR_GATEWAY_BASE_URL."`,
  )
  expect((await imported(text, ...own, '--base-url', 'https://llm.example.com/v1/')).code).toBe(0)
  expect((await imported(text, ...own, '--base-url', 'llm.example.com')).err).toMatchInlineSnapshot(
    `"--base-url is "llm.example.com", which is no absolute URL."`,
  )
  expect((await imported(text, '--provider', 'groq', '--test', 'a.test.ts > asks', '--all')).code).toBe(0)
  process.env['OUR_GATEWAY_BASE_URL'] = 'https://llm.example.com/v1'
  onTestFinished(() => void delete process.env['OUR_GATEWAY_BASE_URL'])
  expect((await imported(text, ...own)).code).toBe(0)
})

test('a recording that is there is replaced only by force', async () => {
  const { folder } = await imported(har(entry({})))

  expect(await called(importHar, folder.path, 'a.har', ...into)).toMatchInlineSnapshot(`
    {
      "code": 2,
      "err": "fixtures/groq/chat/says-hi.json is there already: --force replaces it.",
      "out": "",
    }
  `)
  expect((await called(importHar, folder.path, 'a.har', ...into, '--force')).code).toBe(0)
})

test('secrets of the environment are masked', async () => {
  process.env['CANARY_API_KEY'] = 'canary-of-the-environment'
  onTestFinished(() => void delete process.env['CANARY_API_KEY'])
  const { folder, code } = await imported(
    har(entry({ postData: { mimeType: 'application/json', text: '{"a":"canary-of-the-environment"}' } })),
  )

  expect(code).toBe(0)
  expect(folder.read(place)).not.toContain('canary')
})

describe('one sentence says', () => {
  const err = async (text: string, ...args: string[]) => {
    const { out, code, err } = await imported(text, ...args)
    expect([out, code > 0]).toEqual(['', true])
    return err
  }

  test('what is no HAR file, or lacks what a replay needs', async () => {
    const texts = [
      '{"log": {',
      '[]',
      '{"log":{"entries":{}}}',
      har({}),
      har(entry({ url: '/v1' })),
      har(entry({}, {}, { startedDateTime: 'now' })),
      har(),
      har(entry({ url: 'https://api.openai.com/v1/chat/completions' })),
      har(entry({}, { status: 0 }), entry({}, { status: 0 })),
      har(entry({}, { status: '200' })),
      har(entry({}, { content: { size: 300 } })),
      har(entry({}, { content: { size: 0, mimeType: 'text/event-stream' }, headers: [] })),
      har(
        entry({ headers: [], postData: { mimeType: 'multipart/form-data', params: [{ name: 'f', fileName: 'a' }] } }),
      ),
    ]
    const said = []
    for (const text of texts) said.push(await err(text))

    expect(said.join('\n')).toMatchInlineSnapshot(`
      "a.har is not JSON (cut off?).
      a.har is no HAR file: \`log.entries\` is missing.
      a.har is no HAR file: \`log.entries\` is missing.
      a.har is no HAR 1.2 file: \`request\` of entry 1 is missing.
      a.har is no HAR 1.2 file: \`request.url\` of entry 1 is "/v1", not an absolute URL.
      a.har is no HAR 1.2 file: \`startedDateTime\` of entry 1 is "now", not a date.
      a.har has no entry under https://api.groq.com/openai/v1.
      a.har has no entry under https://api.groq.com/openai/v1, but for https://api.openai.com: give --base-url, or take them with --all.
      a.har has no response for any entry under https://api.groq.com/openai/v1: they were cancelled, or the file was saved too early.
      a.har is no HAR 1.2 file: the status of entry 1 (POST /openai/v1/chat/completions) is "200", not a number.
      a.har does not hold the response body of entry 1 (POST /openai/v1/chat/completions): save it with its contents.
      a.har does not hold the response body of entry 1 (POST /openai/v1/chat/completions): save it with its contents.
      a.har does not hold the file that entry 1 (POST /openai/v1/chat/completions) sent."
    `)
  })

  test('what is missing in the call', async () => {
    const said = [
      await err(har(entry({})), '--test', 'a.test.ts > asks'),
      await err(har(entry({})), '--provider', 'groq'),
      await err(har(entry({})), '--provider', 'groq', '--test', 'asks'),
      (await called(importHar, '/', 'b.har', ...into)).err,
    ]

    expect(said.join('\n')).toMatchInlineSnapshot(`
      "fixtures import needs --provider <name>.
      fixtures import needs --test '<test file> > <test name>', such as 'chat.test.ts > answers a question'.
      fixtures import needs --test '<test file> > <test name>', such as 'chat.test.ts > answers a question'.
      There is no file b.har."
    `)
  })
})
