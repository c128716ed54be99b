import { describe, expect, onTestFinished, test } from 'vitest'
import type { Recording } from '../recording/format.ts'
import { called, chat, exchangeOf, Folder, recordingOf } from '../testing/called.ts'
import { judgePath } from './judge.ts'

const sound = exchangeOf('Hi', {
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  body: { ...chat('Hi'), usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
})
const broken = exchangeOf('Hi', {
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  body: { ...chat('Hi'), choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
})

const entry = (url: string, request: object = {}, response: object = {}, rest: object = {}) => ({
  startedDateTime: '2026-11-20T11:00:01.000+01:00',
  time: 900,
  request: {
    method: 'POST',
    url,
    headers: [],
    postData: { mimeType: 'application/json', text: '{"model":"m"}' },
    ...request,
  },
  response: {
    status: 200,
    headers: [{ name: 'Content-Type', value: 'application/json' }],
    content: { size: 200, mimeType: 'application/json', text: JSON.stringify(sound.response?.body) },
    ...response,
  },
  ...rest,
})
const har = (...entries: unknown[]) => JSON.stringify({ log: { version: '1.2', entries } })

const groq = 'https://api.groq.com/openai/v1/chat/completions'
const gateway = 'https://llm.example.com/v1/chat/completions'
const page = { status: 200, headers: [], content: { size: 6, mimeType: 'text/html', text: '<html>' } }

async function judged(files: Readonly<Record<string, string | Recording>>, ...args: string[]) {
  const folder = new Folder(files)
  onTestFinished(() => folder[Symbol.dispose]())
  return called(judgePath, folder.path, ...args)
}

test('recordings and HAR files of a folder are judged, whatever the case and the name of the latter', async () => {
  const { code, out, err } = await judged({
    'fixtures/acme/a/asks.json': recordingOf([sound]),
    'fixtures/A.HAR': har(entry(groq)),
    'fixtures/saved.json': har(entry(gateway)),
    'fixtures/package.json': '{"name":"of somebody else"}',
  })
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatchInlineSnapshot(
    `"3 exchanges: 62 promises kept, broken: 0 must, 2 should, 3 may (--all shows them)."`,
  )
})

test('a broken must is told with its place, request, bytes and next step, and is exit code 1', async () => {
  const { code, out } = await judged({ 'fixtures/acme/a/asks.json': recordingOf([broken, broken]) })
  expect(code).toBe(1)
  expect(out).toMatchInlineSnapshot(`
    "must  chat.choices.nonempty  acme: It sent no choice [wire format]
          fixtures/acme/a/asks.json, exchange 1, $.choices, request id req_1, and 1 more exchange
          Next: guard \`choices[0]\`, and count a completion without choices as a failed call.
    2 exchanges: 30 promises kept, broken: 2 must, 0 should, 0 may."
  `)
})

test('--all shows what the last line counted, and --json says everything, with hints', async () => {
  const files = { 'a.har': har(entry(gateway)) }
  expect((await judged(files, 'a.har', '--all')).out).toMatchInlineSnapshot(`
    "should  headers.request-id  llm.example.com: It named the request in none of its headers [wire format]
          a.har, exchange 1
          bytes: HTTP 200, content-type application/json, {"id":"c1","object":"chat.completion","created":1,"model":"acme-1","choices":[{…
          Next: log the time, the model and the \`id\` of the answer: support can find a call by these.
    may  chat.message.refusal-key  llm.example.com: It left out \`refusal\` [wire format]
          a.har, exchange 1, $.choices[0].message.refusal
          Next: read a missing \`refusal\` as null.
    1 exchange: 20 promises kept, broken: 0 must, 1 should, 1 may."
  `)
  const { out } = await judged(files, 'a.har', '--json')
  const lines = out.split('\n').map((line) => JSON.parse(line) as { verdict: { verdict: string }; hint?: string })
  expect(lines.every(({ verdict, hint }) => (verdict.verdict === 'broken') === (hint !== undefined))).toBe(true)
  expect(lines.find(({ hint }) => hint !== undefined)).toMatchInlineSnapshot(`
    {
      "hint": "read a missing \`refusal\` as null.",
      "provider": "llm.example.com",
      "standIn": false,
      "verdict": {
        "breach": {
          "blame": "wire format",
          "path": "$.choices[0].message.refusal",
          "says": "left out \`refusal\`",
        },
        "contract": "chat.message.refusal-key",
        "level": "may",
        "verdict": "broken",
      },
      "where": "a.har, exchange 1",
    }
  `)
})

test('of a HAR file other traffic and what got no response are left out and counted', async () => {
  const text = har(
    entry(groq),
    entry(groq, { method: 'OPTIONS' }, { status: 204 }),
    entry('https://console.groq.com/', { method: 'GET' }, page),
    entry('https://console.groq.com/empty', { method: 'GET' }, { status: 200, content: { size: 300 } }),
    entry('https://console.groq.com/gone', { method: 'GET' }, { status: 0 }),
    entry(groq, {}, { status: 0 }),
    entry('https://llm.example.com/ask', {}),
  )
  const { code, out, err } = await judged({ 'a.har': text }, 'a.har')
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatchInlineSnapshot(
    `"2 exchanges: 40 promises kept, broken: 0 must, 2 should, 2 may (--all shows them). Left out: 4 HAR entries that called no LLM API, 1 HAR entry without a response."`,
  )
})

describe('what cannot be read is told, and the rest is judged:', () => {
  test('entries of a HAR file', async () => {
    const text = har(
      entry(groq),
      7,
      entry(groq, { method: 3 }),
      entry('/v1/chat/completions'),
      entry(groq, {}, {}, { startedDateTime: 'now' }),
      entry(groq, {}, { content: { size: 300 } }),
      entry(groq, {}, { status: 'ok' }),
    )
    const { code, out, err } = await judged({ 'a.har': text }, 'a.har')
    expect(code).toBe(2)
    expect(out).toContain('1 exchange: ')
    expect(err).toMatchInlineSnapshot(`
      "Skipped: a.har is no HAR 1.2 file: \`log.entries\` of entry 2 is 7, not an object.
      Skipped: a.har is no HAR 1.2 file: \`request.method\` of entry 3 is 3, not a string.
      Skipped: a.har is no HAR 1.2 file: \`request.url\` of entry 4 is "/v1/chat/completions", not an absolute URL.
      Skipped: a.har is no HAR 1.2 file: \`startedDateTime\` of entry 5 is "now", not a date.
      Skipped: a.har does not hold the response body of entry 6 (POST /openai/v1/chat/completions): save it with its contents.
      Skipped: a.har is no HAR 1.2 file: the status of entry 7 (POST /openai/v1/chat/completions) is "ok", not a number."
    `)
  })

  test('files', async () => {
    const files = {
      'fixtures/a.har': '{"log": {',
      'fixtures/acme/a/asks.json': recordingOf([sound]),
      'fixtures/acme/a/cut.json': '{"format": 1,',
    }
    const { code, out, err } = await judged(files)
    expect(code).toBe(2)
    expect(out).toContain('1 exchange: ')
    expect(err).toMatchInlineSnapshot(`
      "Skipped: fixtures/a.har is not JSON (cut off?).
      Skipped: fixtures/acme/a/cut.json:1 is not JSON (cut off or edited by hand?). Restore it, or record the test again."
    `)
  })

  test('unless a must is broken, which counts more', async () => {
    const files = { 'fixtures/a.har': '{"log": {', 'fixtures/acme/a/asks.json': recordingOf([broken]) }
    expect((await judged(files)).code).toBe(1)
  })
})

test('where there is nothing to judge, it says what it looked for', async () => {
  const files = {
    'empty/notes.json': '[]',
    'foreign.json': '{"a":1}',
    'a.har': har(entry('https://example.com/', { method: 'GET' }, page)),
  }
  const said = []
  for (const name of ['empty', 'foreign.json', 'a.har', 'gone', '', '/dev/null']) {
    const { code, out, err } = await judged(files, name)
    expect([code, out]).toEqual([2, ''])
    said.push(err)
  }
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "Nothing to judge in empty. Looked for recordings (*.json) and HAR files (*.har, or JSON with log.entries).
    Skipped: foreign.json is neither a recording nor a HAR file.
    Nothing to judge in foreign.json. It was read as a recording or a HAR file.
    Nothing to judge in a.har. It was read as a recording or a HAR file; left out: 1 HAR entry that called no LLM API.
    There is no gone.
    judge needs the name of a file or a folder, and got an empty one.
    /dev/null is neither a file nor a folder."
  `)
  expect((await judged({})).err).toMatchInlineSnapshot(
    `"There is no folder fixtures here. Name a recording, a HAR file or a folder."`,
  )
})

test('--help says what the exit codes mean', async () => {
  const { code, out } = await judged({}, '--help')
  expect(code).toBe(0)
  expect(out).toContain('Exit code 1: a must is broken. 2: ')
  expect(out.split('\n').filter((line) => line.length > 120)).toEqual([])
})
