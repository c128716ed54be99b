import { expect, test } from 'vitest'
import type { Recording } from '../recording/format.ts'
import { called, chat, exchangeOf, Folder, recordingOf, streamOf } from '../testing/called.ts'
import { repository } from '../testing/project.ts'
import { diff } from './diff.ts'

type Answer = Parameters<typeof exchangeOf>[1]

const compared = async (before: Recording, after: Recording) => {
  using folder = new Folder({ 'a.json': before, 'b.json': after })
  return called(diff, folder.path, 'a.json', 'b.json')
}

const answers = (before: Answer, after: Answer) =>
  compared(recordingOf([exchangeOf('hi', before)]), recordingOf([exchangeOf('hi', after)]))

test('what differs only in bytes, times, ids, days and tools means the same', async () => {
  const now = {
    body: { ...chat('hi'), id: 'c2', created: 2, system_fingerprint: 'fp_2' },
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_2', 'openai-processing-ms': '9' },
    layout: 'spaced' as const,
    ms: 500,
  }
  const then = {
    body: { system_fingerprint: 'fp_1', ...chat('hi') },
    headers: { 'x-request-id': 'req_1', 'openai-processing-ms': '12', 'content-type': 'application/json' },
  }
  const later: Partial<Recording> = {
    recordedAt: '2027-01-01T00:00:00.000Z',
    origin: { ...recordingOf([]).origin, sdk: 'OpenAI/JS 8.0.0', package: 'vitest-llm-contracts 1.0.0' },
  }
  const { code, out } = await compared(
    recordingOf([exchangeOf('hi', then)]),
    recordingOf([exchangeOf('hi', now)], later),
  )

  expect([code, out]).toEqual([0, 'a.json and b.json mean the same.'])
})

test('a stream cut elsewhere and slower means the same', async () => {
  const stream = streamOf('Hel', 'lo').stream
  const text = stream.map(([, piece]) => piece).join('')
  const cut = {
    ...streamOf(),
    stream: [text.slice(0, 40), text.slice(40)].map((piece, at): [number, string] => [at * 900, piece]),
  }

  expect((await answers({ ...streamOf(), stream }, cut)).code).toBe(0)
})

test('who answered and what was asked count', async () => {
  const before = recordingOf([exchangeOf('hi')])
  const { request } = exchangeOf('hi')
  const other = { ...request, path: '/v2/responses', body: { ...(request.body as object), model: 'acme-2', seed: 1 } }
  const after = recordingOf([{ ...exchangeOf('hi'), request: other }], {
    origin: { ...before.origin, kind: 'stand-in', modelsAsked: ['acme-2'] },
  })

  expect(await compared(before, after)).toMatchInlineSnapshot(`
    {
      "code": 1,
      "err": "",
      "out": "a.json → b.json
      origin
        kind: "live" → "stand-in"
        models asked: "acme-1" → "acme-2"
      exchange 1 request
        path: "chat/completions" → "/v2/responses"
        body.model: "acme-1" → "acme-2"
        body.seed: absent → 1

    5 differences in meaning.",
    }
  `)
})

test('status, headers, end and body count; of ids and vectors only that they are there', async () => {
  const before = {
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_1', 'retry-after': '2' },
    body: { id: 'x', data: Array.from({ length: 64 }, () => 0.5), text: `${'long '.repeat(30)}before`, usage: null },
  }
  const after = {
    status: 206,
    headers: { 'content-type': 'application/json; charset=utf-8', 'retry-after': '5' },
    body: { data: Array.from({ length: 65 }, () => 0.25), text: `${'long '.repeat(30)}after`, usage: {} },
    end: 'aborted' as const,
  }

  expect((await answers(before, after)).out).toMatchInlineSnapshot(`
    "a.json → b.json
      exchange 1 response
        status: 200 → 206
        headers.content-type: "application/json" → "application/json; charset=utf-8"
        headers.x-request-id: gone
        end: "closed" → "aborted"
        body.id: "a string" → absent
        body.data: "64 numbers" → "65 numbers"
        body.text: …"ong long long long long before" → …"ong long long long long after"
        body.usage: null → {}

    8 differences in meaning."
  `)
})

test('of a stream its facts count', async () => {
  const call = (args: string, more: object = {}) => ({
    choices: [
      {
        index: 0,
        delta: { tool_calls: [{ index: 0, id: 'call_1', function: { name: 'get', arguments: args } }] },
        ...more,
      },
    ],
  })
  const streamed = (...events: (object | string)[]): Answer => ({
    ...streamOf(),
    stream: events.map((event, at) => [at, typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`]),
  })
  const before = streamed(call('{"a": 1, "b": 2}', { finish_reason: 'tool_calls' }), 'data: [DONE]\n\n')
  const after = streamed(
    ': hold on\n\n',
    call('{"b": 2, "a": 3}', { finish_reason: 'stop', logprobs: { content: [] } }),
    { usage: { prompt_tokens: 3, completion_tokens: 2 }, choices: [] },
    { error: { message: 'overloaded', type: 'server' } },
  )
  const same = streamed(call('{"b":2,"a":1}', { finish_reason: 'tool_calls' }), 'data: [DONE]\n\n')

  expect((await answers(before, same)).code).toBe(0)
  expect((await answers(before, after)).out).toMatchInlineSnapshot(`
    "a.json → b.json
      exchange 1 response
        stream.answers[0].tool calls[0].arguments.a: 1 → 3
        stream.answers[0].finish reasons[0]: "tool_calls" → "stop"
        stream.events: 2 → 3
        stream.comments: 0 → 1
        stream.[DONE]: 1 → 0
        stream.keys.choices[].logprobs: new
        stream.keys.usage: new
        stream.keys.error: new
        stream.usage: absent → { "promptTokens": 3, "completionTokens": 2, "path": "$.usage" }
        stream.error: absent → { "form": "openai", "message": "overloaded", "type": "server" }

    10 differences in meaning."
  `)
})

test('exchanges are compared with those of the same request, wherever they stand', async () => {
  const [one, two, three] = [exchangeOf('one'), exchangeOf('two'), exchangeOf('three')]

  expect((await compared(recordingOf([one, two]), recordingOf([two, one]))).code).toBe(0)
  expect((await compared(recordingOf([one, two]), recordingOf([two]))).out).toMatchInlineSnapshot(`
    "a.json → b.json
      exchange 1 is only in the first: POST /v1/chat/completions

    1 difference in meaning."
  `)
  expect((await compared(recordingOf([one]), recordingOf([three, one, two]))).out).toMatchInlineSnapshot(`
    "a.json → b.json
      exchange 1 is only in the second: POST /v1/chat/completions
      exchange 3 is only in the second: POST /v1/chat/completions

    2 differences in meaning."
  `)
  expect((await compared(recordingOf([one, two]), recordingOf([three, one]))).out).toMatchInlineSnapshot(`
    "a.json → b.json
      exchange 2 request
        body.messages[0].content: "two" → "three"
      exchange 2 response
        body.choices[0].message.content: "two" → "three"

    2 differences in meaning."
  `)
})

test('a connection that failed is no answer', async () => {
  const { request } = exchangeOf('hi')
  const failed: Recording['exchanges'] = [{ request, failure: { code: 'ECONNRESET', message: '', ms: 1 } }]

  expect((await compared(recordingOf([exchangeOf('hi', { status: 204, headers: {} })]), recordingOf(failed))).out)
    .toMatchInlineSnapshot(`
      "a.json → b.json
        exchange 1 response
          { "status": 204, "headers": {}, "end": "closed", "body": { "id": "a string", "object": "chat.completion", "created": "a number", "model": "acme-1", "choices": [… → "no response: ECONNRESET"

      1 difference in meaning."
    `)
})

test('what a provider wrote is escaped', async () => {
  const evil = '\u001b[2J'
  const { out } = await answers({ body: { text: 'a' } }, { body: { [evil]: evil, text: evil } })

  expect(out).not.toContain(evil)
})

test('folders are compared file by file', async () => {
  using folder = new Folder({
    'a/one.json': recordingOf([exchangeOf('one')]),
    'b/one.json': recordingOf([exchangeOf('one')]),
    'a/two.json': recordingOf([exchangeOf('two')]),
    'b/two.json': recordingOf([exchangeOf('two', { status: 500 })]),
    'a/three.json': recordingOf([]),
    'b/four.json': recordingOf([]),
    'b/invoice.json': '{}',
  })

  expect(await called(diff, folder.path, 'a', 'b')).toMatchInlineSnapshot(`
    {
      "code": 1,
      "err": "",
      "out": "two.json
      exchange 1 response
        status: 200 → 500

    three.json
      only in a

    four.json
      only in b

    1 recording means the same, 1 differs, 2 only on one side.",
    }
  `)
  expect(await called(diff, folder.path, 'a', 'a')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "3 recordings mean the same.",
    }
  `)
  expect((await called(diff, folder.path, 'a', 'b/one.json')).err).toMatchInlineSnapshot(
    `"fixtures diff compares two files or two folders, not one of each."`,
  )
  expect((await called(diff, folder.path, 'a', 'c')).err).toMatchInlineSnapshot(`"There is no c."`)
})

test('two providers of this repository differ where their dialects do', async () => {
  const file = 'example-tests/streaming/streams-a-tool-call.json'
  const { out } = await called(diff, repository, `fixtures/openai/${file}`, `fixtures/deepseek/${file}`)

  expect(out).toContain('stream.answers[0].reasoning: absent → ')
})
