import { join } from 'node:path'
import { expect, test } from 'vitest'
import { recordingFiles } from '../recording/folder.ts'
import { called, exchangeOf, Folder, recordingOf, streamOf } from '../testing/called.ts'
import type { Recording } from '../recording/format.ts'
import { repository } from '../testing/project.ts'
import { show } from './show.ts'

const shown = async (exchanges: Recording['exchanges'], ...args: string[]) => {
  using folder = new Folder({ 'a.json': recordingOf(exchanges) })
  const { code, out, err } = await called(show, folder.path, 'a.json', ...args)
  expect([code, err]).toEqual([0, ''])
  return out
}

/** What stands below the head of the first answer. */
const body = async (response: Parameters<typeof exchangeOf>[1], ...args: string[]) => {
  const out = await shown([exchangeOf('hi', response)], ...args)
  return out.slice(out.indexOf('\n\n', out.indexOf('\nHTTP ')) + 2)
}

const sse = (...pieces: string[]) => ({
  headers: { 'content-type': 'text/event-stream' },
  stream: pieces.map((piece, index): [number, string] => [index * 5, piece]),
  ms: 40,
})

test('prints head, request and response', async () => {
  expect(
    await shown([
      exchangeOf('hi'),
      exchangeOf('ho', { status: 500, body: 'oops\nsorry', headers: {}, end: 'aborted' }),
    ]),
  ).toMatchInlineSnapshot(`
      "a.json
      acme, a.test.ts > asks
      recorded 2026-11-22 12:00 UTC live at https://acme.invalid/v1 by OpenAI/JS 7.57.0 with vitest-llm-contracts 0.1.0
      asked acme-1, answered by acme-1

      --- exchange 1 of 2 ---

      POST /v1/chat/completions
      content-type: application/json

      { "messages": [{ "content": "hi", "role": "user" }], "model": "acme-1" }

      HTTP 200 after 12 ms, closed
      content-type: application/json

      {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "acme-1",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": "hi" }, "finish_reason": "stop" }]
      }

      --- exchange 2 of 2 ---

      POST /v1/chat/completions
      content-type: application/json

      { "messages": [{ "content": "ho", "role": "user" }], "model": "acme-1" }

      HTTP 500 after 12 ms, cut off by the server

      oops
      sorry"
    `)
})

test('prints a stream event by event, with what was joined of it', async () => {
  expect(await body(streamOf('Hel', 'lo'))).toMatchInlineSnapshot(`
    "10 ms  { "content": "Hel" }
    11 ms  { "content": "lo" }  finish_reason "stop"
    12 ms  [DONE]
    3 events, joined:
      text "Hello"
      finish_reason stop"
  `)
})

test('prints comments, names, odd lines, errors, several choices, [DONE] and what was left unfinished', async () => {
  const choices = [
    { index: 0, delta: { content: 'a' } },
    { index: 1, delta: { content: 'b' }, finish_reason: 'length' },
  ]
  const pieces = [
    ': keep-alive\n\n',
    `data: ${JSON.stringify({ choices })}\n\n`,
    'nonsense\nretry: 100\n\n',
    `data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n`,
    `event: error\ndata: {"error":{"message":"overloaded"}}\n\n`,
    'event: ping\ndata: not json\n\n',
    'data: [DONE]\n\n',
    'data: {"choices": [{"del',
  ]
  expect(await body(sse(...pieces))).toMatchInlineSnapshot(`
    " 0 ms  : keep-alive
     5 ms  [0]  { "content": "a" }  [1]  { "content": "b" }  finish_reason "length"
    10 ms  no event: nonsense
    10 ms  no event: retry: 100
    15 ms  usage { "prompt_tokens": 3, "completion_tokens": 2 }
    20 ms  event: error  { "error": { "message": "overloaded" } }
    25 ms  event: ping  not json
    30 ms  [DONE]
    35 ms  {"choices": [{"del
    5 events, joined:
      [0] text "a"
      [1] text "b"
      [1] finish_reason length
      usage 3 prompt + 2 completion tokens
      error "overloaded"
      unfinished "data: {\\"choices\\": [{\\"del""
  `)
})

test("prints of the Responses API's deltas what they add", async () => {
  const pieces = [
    'event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"m1","delta":"Hi"}\n\n',
    'event: response.completed\ndata: {"type":"response.completed","response":{"status":"completed","output":[]}}\n\n',
  ]
  const exchange = exchangeOf('hi', sse(...pieces))
  const out = await shown([{ ...exchange, request: { ...exchange.request, path: '/v1/responses' } }])
  expect(out.slice(out.indexOf('0 ms'))).toMatchInlineSnapshot(`
    "0 ms, a stream of 2 pieces, closed
    content-type: text/event-stream

    0 ms  event: response.output_text.delta  { "delta": "Hi" }
    5 ms  event: response.completed  { "type": "response.completed", "response": { "status": "completed", "output": [] } }
    2 events, joined:
      text "Hi"
      finish_reason stop"
  `)
})

test('with --full every event stands as it was', async () => {
  expect(await body(streamOf('Hello'), '--full')).toMatchInlineSnapshot(`
    "10 ms  {"id":"c1","object":"chat.completion.chunk","created":1,"model":"acme-1","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}
    11 ms  [DONE]
    2 events, joined:
      text "Hello"
      finish_reason stop"
  `)
})

test('cuts long texts and lists, unless told otherwise', async () => {
  const long = { text: 'x'.repeat(500), vector: Array.from({ length: 1536 }, (_, index) => index / 2) }

  expect(await body({ body: long })).toMatchInlineSnapshot(`
    "{
      "text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"… 340 more characters,
      "vector": [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11, 11.5, … 1512 more]
    }"
  `)
  expect(JSON.parse(await body({ body: long }, '--full'))).toEqual(long)
})

test('escapes what a terminal would obey, wherever it stands', async () => {
  const evil = '\u001b]0;title\u0007\u001b[2J\u009b31m\u202e'
  const out = await shown([
    {
      request: { method: 'POST', path: `/v1/${evil}`, headers: {}, body: { [evil]: evil } },
      response: {
        status: 200,
        headers: { 'x-evil': evil.replace('\u202e', '') },
        body: { [evil]: evil },
        ms: 1,
        end: 'closed',
      },
    },
    exchangeOf('hi', { body: `${evil}\n${evil}` }),
    exchangeOf(
      'hi',
      sse(
        `: ${evil}\n\n`,
        `${evil}\n`,
        `event: ${evil}\ndata: ${evil}\n\n`,
        `data: ${JSON.stringify({ choices: [{ delta: evil, finish_reason: evil }] })}\n\n`,
      ),
    ),
    { request: exchangeOf('hi').request, failure: { code: evil, message: evil, ms: 1 } },
  ])

  // eslint-disable-next-line no-control-regex
  expect(out.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/)
  expect(out).toContain('\\u001b[2J')
})

test('prints bodies that are no text by their size, failed connections by their code, and the parts of a form', async () => {
  const request = {
    method: 'POST',
    path: '/v1/files',
    headers: { 'content-type': 'multipart/form-data' },
    parts: [
      { name: 'purpose', text: 'batch' },
      { name: 'file', filename: 'a.bin', type: '', sha256: 'c0ffee' },
    ],
  }
  const out = await shown([
    exchangeOf('hi', { headers: {}, body: undefined, base64: 'AAEC' } as never),
    { request, failure: { code: 'ECONNRESET', message: 'read ECONNRESET', ms: 3 } },
    exchangeOf('hi', { status: 204, headers: {}, body: undefined } as never),
  ])
  expect(out.slice(out.indexOf('HTTP 200'))).toMatchInlineSnapshot(`
    "HTTP 200 after 12 ms, closed

    3 bytes that are no text

    --- exchange 2 of 3 ---

    POST /v1/files
    content-type: multipart/form-data

    [
      { "name": "purpose", "text": "batch" },
      { "filename": "a.bin", "name": "file", "sha256": "c0ffee", "type": "" }
    ]

    No response: the connection failed after 3 ms with ECONNRESET (read ECONNRESET)

    --- exchange 3 of 3 ---

    POST /v1/chat/completions
    content-type: application/json

    { "messages": [{ "content": "hi", "role": "user" }], "model": "acme-1" }

    HTTP 204 after 12 ms, closed"
  `)
})

test('says what is no recording', async () => {
  using folder = new Folder({ 'a.json': '{}', 'sub/b.json': '' })

  expect(await called(show, folder.path, 'a.json')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "err": "a.json:1 is no recording of format 1: \`format\` is missing. Record the test again.",
      "out": "",
    }
  `)
  expect(await called(show, folder.path, 'sub')).toMatchInlineSnapshot(`
    {
      "code": 2,
      "err": "sub is a folder.",
      "out": "",
    }
  `)
  expect(await called(show, folder.path, 'b.json')).toMatchInlineSnapshot(`
    {
      "code": 2,
      "err": "There is no b.json.",
      "out": "",
    }
  `)
})

test('prints every recording of this repository', async () => {
  const files = recordingFiles(join(repository, 'fixtures'))
  const printed = await Promise.all(files.map((file) => called(show, repository, file)))

  expect(files.length).toBeGreaterThan(100)
  expect(printed.filter(({ code }) => code !== 0)).toEqual([])
  expect(printed.filter(({ out }) => /^ *\d+ ms {2}\[DONE\]$/m.test(out)).length).toBeGreaterThan(20)
})
