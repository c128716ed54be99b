import { readFileSync, writeFileSync } from 'node:fs'
import OpenAI from 'openai'
import { describe, expect, onTestFinished, test } from 'vitest'
import { booth, useBooths } from '../testing/booth.ts'
import { Endpoint } from '../testing/endpoint.ts'

useBooths()

describe('record, stop the server, replay', () => {
  test('gives the same status, kept headers and bytes to plain fetch', async () => {
    const body = '{"id": "x", "choices": [], "n": 1.0, "text": "grüße"}\n'
    const b = await booth((response) => {
      response.writeHead(203, {
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': 'r1',
        'set-cookie': 'a=b',
        'x-ratelimit-limit-requests': '9',
      })
      response.end(body)
    })
    const look = async () => {
      const response = await b.post({ q: 1 })
      return {
        status: response.status,
        id: response.headers.get('x-request-id'),
        limit: response.headers.get('x-ratelimit-limit-requests'),
        text: await response.text(),
      }
    }
    const recorded = await b.attempt('record', look)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', look)

    expect(recorded.value).toEqual({ status: 203, id: 'r1', limit: '9', text: body })
    expect(replayed.value).toEqual(recorded.value)
    expect(b.endpoint.got.length).toBe(1)
  })

  test('gives the same stream pieces, cut where the network cut them, to the SDK', async () => {
    const events = ['Pa', 'ris', '…'].map(
      (content, index) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: index === 2 ? 'stop' : null }] })}\n\n`,
    )
    const wire = Buffer.from(`${events.join('')}data: [DONE]\n\n`)
    const cuts = [10, wire.indexOf('…') + 1, wire.length - 3]
    const b = await booth(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      let from = 0
      for (const cut of [...cuts, wire.length]) {
        response.write(wire.subarray(from, cut))
        from = cut
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      response.end()
    })
    const client = () => new OpenAI({ baseURL: b.provider.baseURL, apiKey: 'k' })
    const read = async () => {
      let text = ''
      for await (const chunk of await client().chat.completions.create({ model: 'm', messages: [], stream: true }))
        text += chunk.choices[0]?.delta.content ?? ''
      return text
    }
    const recorded = await b.attempt('record', read)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', read)

    expect(recorded.value).toBe('Paris…')
    expect(replayed.value).toBe('Paris…')
    expect(recorded.pieces[0]?.length).toBe(4)
    expect(replayed.pieces).toEqual(recorded.pieces)
    expect(b.endpoint.got.length).toBe(1)
  })

  test('plays the same request twice in the recorded order, and concurrent ones each their own', async () => {
    let count = 0
    const b = await booth((response, got) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ count: ++count, asked: JSON.parse(got.text) }))
    })
    const work = async () => {
      const twice = [await (await b.post({ q: 'same' })).json(), await (await b.post({ q: 'same' })).json()]
      const many = await Promise.all(
        [1, 2, 3, 4, 5].map(async (q) => ((await (await b.post({ q })).json()) as { asked: unknown }).asked),
      )
      return { twice, many }
    }
    const recorded = await b.attempt('record', work)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', work)

    expect(recorded.value.twice).toEqual([
      { count: 1, asked: { q: 'same' } },
      { count: 2, asked: { q: 'same' } },
    ])
    expect(recorded.value.many).toEqual([1, 2, 3, 4, 5].map((q) => ({ q })))
    expect(replayed.value).toEqual(recorded.value)
  })

  test('ends a stream that the server cut with the error the client saw live', async () => {
    const b = await booth(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {"a":1}\n\n')
      await new Promise((resolve) => setTimeout(resolve, 20))
      response.destroy()
    })
    const look = async () => {
      const response = await b.post({ stream: true })
      const error = await response.text().catch((error: Error) => error)
      return error instanceof Error ? `${error.name}: ${error.message}` : error
    }
    const recorded = await b.attempt('record', look)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', look)

    expect(recorded.value).toBe('TypeError: terminated')
    expect(replayed.value).toBe(recorded.value)
    expect(replayed.seen.exchanges[0]?.response.end).toBe('aborted')
  })

  test('gives back what is no text', async () => {
    const bytes = Buffer.from([0, 255, 1, 254, 200, 13, 10])
    const b = await booth((response) => response.writeHead(200, { 'content-type': 'audio/mpeg' }).end(bytes))
    const look = async () => Buffer.from(await (await fetch(b.url('/audio'))).arrayBuffer())
    await b.attempt('record', look)
    await b.endpoint.close()

    expect((await b.attempt('replay', look)).value).toEqual(bytes)
  })
})

describe('a request that was not recorded', () => {
  test('is told with the nearest recording, the place that differs and the command, even if the app swallows it', async () => {
    const b = await booth((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    await b.attempt('record', () => b.post({ model: 'm', messages: [{ role: 'user', content: 'Hello' }] }))
    await b.endpoint.close()
    const { seen, value } = await b.attempt('replay', () =>
      b.post({ model: 'm', messages: [{ role: 'user', content: 'Bye' }], n: 2 }),
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
    const b = await booth((response) => response.end())
    const { seen } = await b.attempt('replay', () => b.post({ model: 'm' }))

    expect(seen.complaints[0]?.message).toMatchInlineSnapshot(`
      "No recording of POST /v1/chat/completions for acme in the test "does something".
      Looked for fixtures/acme/a/does-something.json, which does not exist.

      Record it: LLM_CONTRACTS=record LLM_PROVIDERS=acme npx vitest run a.test.ts
      A test that fails while it is recorded leaves no recording."
    `)
  })

  test('is told when it was asked more often than recorded', async () => {
    const b = await booth((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    await b.attempt('record', () => b.post({ model: 'm' }))
    await b.endpoint.close()
    const { seen } = await b.attempt('replay', async () => [await b.post({ model: 'm' }), await b.post({ model: 'm' })])

    expect(seen.complaints[0]?.message).toMatchInlineSnapshot(`
      "No recording of POST /v1/chat/completions for acme in the test "does something".
      fixtures/acme/a/does-something.json holds this request, and every copy of it has been played: it was asked more often than recorded.

      Record it: LLM_CONTRACTS=rerecord LLM_PROVIDERS=acme npx vitest run a.test.ts"
    `)
  })

  test('reaches nothing at an address of no provider', async () => {
    const b = await booth((response) => response.end())
    const other = await new Endpoint((response) => response.end()).listen()
    onTestFinished(() => other.close())
    const { seen } = await b.attempt('replay', () => fetch(`${other.origin}/logo.png`))

    expect(other.got).toEqual([])
    expect(b.endpoint.got).toEqual([])
    expect(seen.complaints[0]?.message.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')).toMatchInlineSnapshot(
      `"http://127.0.0.1:PORT/logo.png belongs to no known provider, and only live runs reach the network freely. Declare it with defineProvider({ baseURL }), or let it pass with llmContracts({ allow: ['127.0.0.1'] })."`,
    )
  })
})

describe('a recording', () => {
  test('reads well and holds no header of the request, no cookie and no port', async () => {
    const b = await booth((response, got) => {
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
    await b.attempt('record', () => b.post({ model: 'm', messages: [], stream: false, a: 1 }))
    await b.endpoint.close()
    const text = readFileSync(b.file(), 'utf8')

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
                "content-type": "application/json",
                "date": "today"
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

  test('is left alone in record mode when everything is in it, and renewed in rerecord', async () => {
    let count = 0
    const b = await booth((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"count":${++count}}`),
    )
    const look = async () => (await b.post({ q: 1 })).json()

    expect((await b.attempt('record', look)).value).toEqual({ count: 1 })
    expect((await b.attempt('record', look)).value).toEqual({ count: 1 })
    expect((await b.attempt('rerecord', look)).value).toEqual({ count: 2 })
    expect((await b.attempt('live', look)).value).toEqual({ count: 3 })
    expect((await b.attempt('replay', look)).value).toEqual({ count: 2 })
    expect(b.endpoint.got.length).toBe(3)
  })

  test('keeps what a client read before it cancelled', async () => {
    const b = await booth(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (let index = 0; index < 200 && !response.destroyed; index++) {
        response.write(`data: {"n":${index}}\n\n`)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      response.end()
    })
    const firstTwo = async () => {
      const abort = new AbortController()
      const response = await fetch(b.url(), { method: 'POST', body: '{}', signal: abort.signal })
      const reader = (response.body as ReadableStream<Uint8Array>).getReader()
      const read = [await reader.read(), await reader.read()].map(({ value }) => Buffer.from(value ?? []).toString())
      abort.abort()
      return read
    }
    const recorded = await b.attempt('record', firstTwo)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', firstTwo)

    expect(replayed.value).toEqual(recorded.value)
    expect(recorded.seen.exchanges[0]?.response.end).toBe('cancelled')
  })
})

describe('a failure that the SDK retried', () => {
  const flaky = async () => {
    let count = 0
    const b = await booth((response) => {
      const failed = ++count === 1
      response
        .writeHead(failed ? 503 : 200, { 'content-type': 'application/json', 'retry-after-ms': '1' })
        .end(failed ? '{"error":{"message":"busy"}}' : '{"choices":[]}')
    })
    const client = () => new OpenAI({ baseURL: b.provider.baseURL, apiKey: 'k' })
    return { b, ask: () => client().chat.completions.create({ model: 'm', messages: [] }) }
  }

  test('is not kept, so that a replay neither waits nor retries', async () => {
    const { b, ask } = await flaky()
    const recorded = await b.attempt('record', ask)
    const replayed = await b.attempt('replay', ask)

    expect(recorded.seen.exchanges.map(({ response }) => response.status)).toEqual([503, 200])
    expect(replayed.seen.exchanges.map(({ response }) => response.status)).toEqual([200])
  })

  test('is kept where the test means to see failures', async () => {
    const { b, ask } = await flaky()
    await b.attempt('record', (tape) => {
      tape.expectsFailures = true
      return ask()
    })
    const replayed = await b.attempt('replay', ask)

    expect(replayed.seen.exchanges.map(({ response }) => response.status)).toEqual([503, 200])
  })
})

describe('requests that differ', () => {
  test('in a query value or an account are never taken for each other', async () => {
    const b = await booth((response, { path, text }) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ path, text })),
    )
    const item = (id: string) => fetch(b.url(`/item?id=${id}&cursor=${id}AAAABBBBCCCCDDDDEEEEFFFF1234`))
    await b.attempt('record', async () => [await item('1'), await b.post({ user_id: 'charlie' })])
    await b.endpoint.close()
    const other = await b.attempt('replay', () => item('999'))
    const user = await b.attempt('replay', () => b.post({ user_id: 'mallory' }))

    expect(other.seen.complaints.length).toBe(1)
    expect(user.seen.complaints.length).toBe(1)
    expect((await b.attempt('replay', () => item('1'))).seen.complaints).toEqual([])
  })

  test('only in a secret are the same, whoever replays', async () => {
    const b = await booth((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    const ask = (key: string) => () => b.post({ api_key: key, q: 1 })
    await b.attempt('record', ask('a-long-secret-of-mine-1234567890'))
    await b.endpoint.close()

    expect((await b.attempt('replay', ask('short'))).seen.complaints).toEqual([])
    expect((await b.attempt('replay', () => b.post({ api_key: 'x', q: 2 }))).seen.complaints.length).toBe(1)
  })
})

describe('a request that the test does not wait for', () => {
  test('is waited for, and recorded in its place', async () => {
    const b = await booth(async (response, { text }) => {
      await new Promise((resolve) => setTimeout(resolve, text.includes('first') ? 60 : 5))
      response.writeHead(200, { 'content-type': 'application/json' }).end(text)
    })
    await b.attempt('record', async () => {
      void b.post({ q: 'first' })
      await b.post({ q: 'second' })
    })
    const { exchanges } = JSON.parse(readFileSync(b.file(), 'utf8')) as { exchanges: { request: { body: unknown } }[] }

    expect(exchanges.map(({ request }) => request.body)).toEqual([{ q: 'first' }, { q: 'second' }])
  })

  test('belongs to nobody once the test is over', async () => {
    const b = await booth((response) => response.end())
    await b.attempt('replay', async (tape) => {
      tape.isOver = true
      await b.post({ q: 1 })
    })

    expect(b.recorder.takeStrays()).toHaveLength(1)
  })
})

test('two test files of one stem do not share a recording', async () => {
  const b = await booth((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
  )
  await b.attempt('record', () => b.post({ q: 1 }))
  writeFileSync(b.file(), readFileSync(b.file(), 'utf8').replace('a.test.ts', 'a.spec.ts'))
  const { seen } = await b.attempt('replay', () => b.post({ q: 1 }))

  expect(seen.complaints[0]?.message).toBe(
    'fixtures/acme/a/does-something.json belongs to a.spec.ts, and a.test.ts would share it. Give one of the two test files another name.',
  )
})

describe.each(['record', 'replay'] as const)('a streamed body, to %s', (mode) => {
  const upload = (body: ReadableStream, more: RequestInit = {}) => ({ body, duplex: 'half', ...more }) as RequestInit

  test('that breaks off is what the client is told of, and no trouble of ours', async () => {
    const b = await booth((response) => response.end('{}'))
    const broken = new ReadableStream({ pull: (controller) => controller.error(new Error('mine')) })
    const { value, seen } = await b.attempt(mode, () => b.post({}, upload(broken)).catch((error: Error) => error))

    expect(value).toMatchObject({ name: 'TypeError', message: 'fetch failed', cause: { message: 'mine' } })
    expect(seen.complaints).toEqual([])
  })

  test('that never ends is given up with its client', async () => {
    const b = await booth((response) => response.end('{}'))
    const giveUp = new AbortController()
    const endless = new ReadableStream({ pull: () => giveUp.abort(new Error('enough')) })
    const { value, seen } = await b.attempt(mode, () =>
      b.post({}, upload(endless, { signal: giveUp.signal })).catch((error: Error) => error),
    )

    expect(value).toMatchObject({ message: 'enough' })
    expect(seen.complaints).toEqual([])
  })
})
