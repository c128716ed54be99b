import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import OpenAI from 'openai'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { resolveProvider, type ResolvedProvider } from '../providers/_resolve.ts'
import { completeEntry } from '../providers/_entry.ts'
import type { Mode, Settings } from '../settings.ts'
import { Endpoint } from '../testing/endpoint.ts'
import { watch, type Seen } from '../wire/seen.ts'
import { Recorder } from './recorder.ts'

let mode: Mode = 'replay'
let provider: ResolvedProvider
let root: string
const settings = (): Settings => ({
  mode,
  root,
  fixtures: join(root, 'fixtures'),
  providers: [provider],
  required: [],
  allow: [],
})
const recorder = new Recorder(settings, () => [provider])
let disable: () => void

beforeAll(() => {
  disable = recorder.enable()
})
afterAll(() => disable())

async function endpoint(answer: ConstructorParameters<typeof Endpoint>[0]) {
  const server = await new Endpoint(answer).listen()
  root = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))
  provider = resolveProvider(completeEntry({ name: 'acme', baseURL: `${server.origin}/v1`, models: { chat: 'm' } }), {})
  onTestFinished(async () => {
    await server.close()
    rmSync(root, { recursive: true, force: true })
  })
  return server
}

/** One test of a user: runs `work` with a tape and, if it passes, saves. */
async function attempt<T>(as: Mode, work: () => Promise<T>, test = 'does something') {
  mode = as
  const seen: Seen = { exchanges: [], complaints: [] }
  const slug = test.replaceAll(' ', '-')
  const tape = recorder.tape({ file: 'a.test.ts', name: test, slug, provider: 'acme' }, seen)
  const { value } = await watch(() => recorder.run(tape, work), seen)
  await recorder.settle(tape)
  if (seen.complaints.length === 0) tape.save()
  return {
    value,
    seen,
    bytes: seen.exchanges.map(({ response }) =>
      response.pieces.map((piece) => Buffer.from(piece.bytes).toString('latin1')),
    ),
  }
}

const url = (path = '/chat/completions') => `${provider.baseURL}${path}`
const post = (body: unknown) =>
  fetch(url(), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer secret-of-the-test' },
    body: JSON.stringify(body),
  })

describe('record, stop the server, replay', () => {
  test('gives the same status, kept headers and bytes to plain fetch', async () => {
    const body = '{"id": "x", "choices": [], "n": 1.0, "text": "grüße"}\n'
    const server = await endpoint((response) => {
      response.writeHead(203, {
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': 'r1',
        'set-cookie': 'a=b',
        'x-ratelimit-limit-requests': '9',
      })
      response.end(body)
    })
    const look = async () => {
      const response = await post({ q: 1 })
      return {
        status: response.status,
        id: response.headers.get('x-request-id'),
        limit: response.headers.get('x-ratelimit-limit-requests'),
        text: await response.text(),
      }
    }
    const recorded = await attempt('record', look)
    await server.close()
    const replayed = await attempt('replay', look)

    expect(recorded.value).toEqual({ status: 203, id: 'r1', limit: '9', text: body })
    expect(replayed.value).toEqual(recorded.value)
    expect(server.got.length).toBe(1)
  })

  test('gives the same stream pieces, cut where the network cut them, to the SDK', async () => {
    const events = ['Pa', 'ris', '…'].map(
      (content, index) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: index === 2 ? 'stop' : null }] })}\n\n`,
    )
    const wire = Buffer.from(`${events.join('')}data: [DONE]\n\n`)
    const cuts = [10, wire.indexOf('…') + 1, wire.length - 3]
    const server = await endpoint(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      let from = 0
      for (const cut of [...cuts, wire.length]) {
        response.write(wire.subarray(from, cut))
        from = cut
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      response.end()
    })
    const client = () => new OpenAI({ baseURL: provider.baseURL, apiKey: 'k' })
    const read = async () => {
      let text = ''
      for await (const chunk of await client().chat.completions.create({ model: 'm', messages: [], stream: true }))
        text += chunk.choices[0]?.delta.content ?? ''
      return text
    }
    const recorded = await attempt('record', read)
    await server.close()
    const replayed = await attempt('replay', read)

    expect(recorded.value).toBe('Paris…')
    expect(replayed.value).toBe('Paris…')
    expect(recorded.bytes[0]?.length).toBe(4)
    expect(replayed.bytes).toEqual(recorded.bytes)
    expect(server.got.length).toBe(1)
  })

  test('plays the same request twice in the recorded order, and concurrent ones each their own', async () => {
    let count = 0
    const server = await endpoint((response, got) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ count: ++count, asked: JSON.parse(got.text) }))
    })
    const work = async () => {
      const twice = [await (await post({ q: 'same' })).json(), await (await post({ q: 'same' })).json()]
      const many = await Promise.all(
        [1, 2, 3, 4, 5].map(async (q) => ((await (await post({ q })).json()) as { asked: unknown }).asked),
      )
      return { twice, many }
    }
    const recorded = await attempt('record', work)
    await server.close()
    const replayed = await attempt('replay', work)

    expect(recorded.value.twice).toEqual([
      { count: 1, asked: { q: 'same' } },
      { count: 2, asked: { q: 'same' } },
    ])
    expect(recorded.value.many).toEqual([1, 2, 3, 4, 5].map((q) => ({ q })))
    expect(replayed.value).toEqual(recorded.value)
  })

  test('ends a stream that the server cut with the error the client saw live', async () => {
    const server = await endpoint(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"a":1}\n\n')
      await new Promise((resolve) => setTimeout(resolve, 20))
      response.destroy()
    })
    const look = async () => {
      const response = await post({ stream: true })
      const error = await response.text().catch((error: Error) => error)
      return error instanceof Error ? `${error.name}: ${error.message}` : error
    }
    const recorded = await attempt('record', look)
    await server.close()
    const replayed = await attempt('replay', look)

    expect(recorded.value).toBe('TypeError: terminated')
    expect(replayed.value).toBe(recorded.value)
    expect(replayed.seen.exchanges[0]?.response.end).toBe('aborted')
  })

  test('gives back what is no text', async () => {
    const bytes = Buffer.from([0, 255, 1, 254, 200, 13, 10])
    const server = await endpoint((response) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(bytes))
    const look = async () => Buffer.from(await (await fetch(url('/audio'))).arrayBuffer())
    await attempt('record', look)
    await server.close()

    expect((await attempt('replay', look)).value).toEqual(bytes)
  })
})

describe('a request that was not recorded', () => {
  test('is told with the nearest recording, the place that differs and the command, even if the app swallows it', async () => {
    const server = await endpoint((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    await attempt('record', () => post({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }))
    await server.close()
    const { seen, value } = await attempt('replay', () =>
      post({ model: 'm', messages: [{ role: 'user', content: 'Bye' }], n: 2 }),
    )

    expect(value.status).toBe(400)
    expect(seen.complaints.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        "No recording of POST /v1/chat/completions for acme in the test "does something".
      Nearest in fixtures/acme/a/does-something.json: exchange 1, which differs at
        $.messages[0].content: recorded "Hello", asked "Bye"
        $.n: recorded absent, asked 2

      Record it: LLM_CONTRACTS=rerecord LLM_PROVIDERS=acme npx vitest run a.test.ts",
      ]
    `)
  })

  test('is told where it was looked for when there is no recording', async () => {
    await endpoint((response) => response.end())
    const { seen } = await attempt('replay', () => post({ model: 'm' }))

    expect(seen.complaints[0]?.message).toMatchInlineSnapshot(`
      "No recording of POST /v1/chat/completions for acme in the test "does something".
      Looked for fixtures/acme/a/does-something.json, which does not exist.

      Record it: LLM_CONTRACTS=record LLM_PROVIDERS=acme npx vitest run a.test.ts"
    `)
  })

  test('is told when it was asked more often than recorded', async () => {
    const server = await endpoint((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    await attempt('record', () => post({ model: 'm' }))
    await server.close()
    const { seen } = await attempt('replay', async () => [await post({ model: 'm' }), await post({ model: 'm' })])

    expect(seen.complaints[0]?.message).toMatchInlineSnapshot(`
      "No recording of POST /v1/chat/completions for acme in the test "does something".
      fixtures/acme/a/does-something.json holds this request, and every copy of it has been played: it was asked more often than recorded.

      Record it: LLM_CONTRACTS=rerecord LLM_PROVIDERS=acme npx vitest run a.test.ts"
    `)
  })

  test('reaches nothing at an address of no provider', async () => {
    const server = await endpoint((response) => response.end())
    const other = await new Endpoint((response) => response.end()).listen()
    onTestFinished(() => other.close())
    const { seen } = await attempt('replay', () => fetch(`${other.origin}/logo.png`))

    expect(other.got).toEqual([])
    expect(server.got).toEqual([])
    expect(seen.complaints[0]?.message.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')).toMatchInlineSnapshot(
      `"http://127.0.0.1:PORT/logo.png belongs to no known provider, and only live runs reach the network freely. Declare it with defineProvider({ baseURL }), or let it pass with llmContracts({ allow: ['127.0.0.1:PORT'] })."`,
    )
  })
})

describe('a recording', () => {
  test('reads well and holds no header of the request, no cookie and no port', async () => {
    const server = await endpoint((response, got) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'set-cookie': 'session=1',
        date: 'today',
        'openai-organization': 'org-1',
      })
      response.end(
        JSON.stringify({
          model: 'm-2026',
          object: 'chat.completion',
          choices: [],
          b: 1,
          a: [1, 2, { z: 0, y: 1 }],
          echo: got.text.length,
        }),
      )
    })
    await attempt('record', () => post({ model: 'm', messages: [], stream: false, a: 1 }))
    await server.close()
    const text = readFileSync(join(root, 'fixtures/acme/a/does-something.json'), 'utf8')

    expect(
      text
        .replace(/"recordedAt": "[^"]+"/, '"recordedAt": "NOW"')
        .replace(/"ms": \d+/, '"ms": 1')
        .replace(/contracts \d+\.\d+\.\d+/, 'contracts 1.2.3'),
    ).toMatchInlineSnapshot(`
      "{
        "exchanges": [
          {
            "request": {
              "body": {
                "a": 1,
                "messages": [],
                "model": "m",
                "stream": false
              },
              "headers": {
                "content-type": "application/json"
              },
              "method": "POST",
              "path": "/v1/chat/completions"
            },
            "response": {
              "body": {
                "model": "m-2026",
                "object": "chat.completion",
                "choices": [],
                "b": 1,
                "a": [
                  1,
                  2,
                  {
                    "z": 0,
                    "y": 1
                  }
                ],
                "echo": 48
              },
              "end": "closed",
              "headers": {
                "content-type": "application/json"
              },
              "ms": 1,
              "status": 200
            }
          }
        ],
        "format": 1,
        "origin": {
          "baseURL": "http://127.0.0.1/v1",
          "kind": "live",
          "modelsAnswered": ["m-2026"],
          "modelsAsked": ["m"],
          "package": "vitest-llm-contracts 1.2.3",
          "sdk": "fetch"
        },
        "provider": "acme",
        "recordedAt": "NOW",
        "test": {
          "file": "a.test.ts",
          "name": "does something"
        }
      }
      "
    `)
  })

  test('is not written when a secret would reach it, and nothing is left behind', async () => {
    process.env['ACME_SECRET'] = 'correct horse battery staple'
    onTestFinished(() => void delete process.env['ACME_SECRET'])
    await endpoint((response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ key: Buffer.from('correct horse battery staple').toString('base64') })),
    )

    await expect(attempt('record', () => post({ q: 1 }))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: fixtures/acme/a/does-something.json was not written, because it would hold the value of ACME_SECRET. Keep the secret out of the request and the response, then record again.]`,
    )
    expect(readdirSync(root)).toEqual([])
  })

  test('is left alone in record mode when everything is in it, and renewed in rerecord', async () => {
    let count = 0
    const server = await endpoint((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"count":${++count}}`),
    )
    const look = async () => (await post({ q: 1 })).json()

    expect((await attempt('record', look)).value).toEqual({ count: 1 })
    expect((await attempt('record', look)).value).toEqual({ count: 1 })
    expect((await attempt('rerecord', look)).value).toEqual({ count: 2 })
    expect((await attempt('live', look)).value).toEqual({ count: 3 })
    expect((await attempt('replay', look)).value).toEqual({ count: 2 })
    expect(server.got.length).toBe(3)
  })

  test('keeps what a client read before it cancelled', async () => {
    const server = await endpoint(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let index = 0; index < 200 && !response.destroyed; index++) {
        response.write(`data: {"n":${index}}\n\n`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      response.end()
    })
    const firstTwo = async () => {
      const abort = new AbortController()
      const response = await fetch(url(), { method: 'POST', body: '{}', signal: abort.signal })
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const read = [await reader.read(), await reader.read()].map(({ value }) => Buffer.from(value ?? []).toString())
      abort.abort()
      return read
    }
    const recorded = await attempt('record', firstTwo)
    await server.close()
    const replayed = await attempt('replay', firstTwo)

    expect(replayed.value).toEqual(recorded.value)
    expect(recorded.seen.exchanges[0]?.response.end).toBe('cancelled')
  })
})
