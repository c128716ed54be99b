import { once } from 'node:events'
import net from 'node:net'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { LlmContractsError } from '../errors.ts'
import { booth, useBooths, type Booth } from '../testing/booth.ts'
import { openBridge } from './bridge.ts'
import { brokenConnection, rechunked } from './faults.ts'
// As a child process has it: nothing answers it but what it reaches.
import { realFetch } from './network.ts'
import type { Tape } from './tape.ts'

useBooths()

type Answer = Parameters<typeof openBridge>[1]

/** A bridge for the running test, and what it complained of. */
async function bridged(baseURL: string, answer: Answer) {
  const troubles: unknown[] = []
  const bridge = await openBridge(baseURL, answer, (error) => troubles.push(error))
  onTestFinished(() => bridge.close())
  return { ...bridge, troubles }
}

const ofBooth = (b: Booth) => bridged(b.provider.baseURL ?? '', (asked) => b.recorder.answer(asked))

/** Records what a client does over a bridge, and replays it with the server down. */
async function twice<T>(b: Booth, client: (baseURL: string, tape: Tape) => Promise<T>) {
  const work = async (tape: Tape) => {
    const bridge = await ofBooth(b)
    const value = await client(bridge.baseURL, tape)
    await bridge.close()
    return { value, troubles: bridge.troubles }
  }
  const recorded = await b.attempt('record', work)
  await b.endpoint.close()
  const replayed = await b.attempt('replay', work)
  expect([...recorded.seen.complaints, ...recorded.value.troubles]).toEqual([])
  expect([...replayed.seen.complaints, ...replayed.value.troubles]).toEqual([])
  return { recorded, replayed, values: [recorded.value.value, replayed.value.value] }
}

const codeOf = (error: unknown) => ((error as Error).cause as { code?: string } | undefined)?.code
const ask = (baseURL: string, init: RequestInit = {}) =>
  realFetch(`${baseURL}/chat/completions`, { method: 'POST', body: '{}', ...init })
const asked = (baseURL: string, init?: RequestInit) => ask(baseURL, init).then((r) => r.status, codeOf)

/** The reads in which a client got a body, and how it ended. */
async function readsOf(response: Response) {
  const reads: string[] = []
  try {
    for await (const read of response.body ?? []) reads.push(Buffer.from(read).toString('latin1'))
  } catch (error) {
    return { reads, end: (error as Error).message }
  }
  return { reads, end: 'closed' }
}

const events = ['a', 'longer', 'b', 'the longest of them', '[DONE]'].map((data) => `data: ${data}\n\n`)
/** An endpoint that sends the events, and goes on to the next when it must have been read. */
const streaming = (end: 'end' | 'destroy') =>
  booth(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of events) {
      response.write(event)
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    response[end]()
  })

describe('a client of a bridge that hangs up', () => {
  test('before an answer, and asks again, is recorded and replayed as one that gave up', async () => {
    const b = await booth((response, { text }) => {
      // The first is never answered.
      if (b.endpoint.got.length > 1) response.end(text)
    })
    const { values, recorded, replayed } = await twice(b, async (baseURL, { seen }) => {
      const giveUp = new AbortController()
      const first = ask(baseURL, { signal: giveUp.signal }).catch((error: Error) => error.name)
      const heard = b.mode === 'record' ? b.endpoint.got : seen.exchanges
      await vi.waitFor(() => expect(heard).toHaveLength(1), { interval: 2 })
      giveUp.abort()
      return [await first, await asked(baseURL)]
    })

    expect(values[0]).toEqual(['AbortError', 200])
    expect(values[1]).toEqual(values[0])
    expect(recorded.seen.exchanges[0]?.response.failure?.code).toBe('GIVEN_UP')
    expect(replayed.seen.exchanges.map(({ response }) => response.status)).toEqual([0, 200])
  })

  test('while it sends is nothing to complain of', async () => {
    const { baseURL, troubles } = await bridged('http://acme.invalid/v1', async () => new Response())
    const socket = net.connect(Number(new URL(baseURL).port), '127.0.0.1')
    socket.write('POST /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf', () => socket.resetAndDestroy())
    await once(socket, 'close')

    expect(await asked(baseURL)).toBe(200)
    expect(troubles).toEqual([])
  })
})

describe('a connection that breaks', () => {
  test('by a fault is reset for the client, and the next request gets the recording', async () => {
    const b = await booth((response) => response.end('{}'))
    const { values } = await twice(b, async (baseURL, tape) => {
      if (b.mode === 'replay') tape.faults.load({ name: 'connection reset', answer: brokenConnection }, {})
      return [b.mode === 'replay' && (await asked(baseURL)), await asked(baseURL)]
    })

    expect(values).toEqual([
      [false, 200],
      ['ECONNRESET', 200],
    ])
  })

  test.each([
    ['reset', 'resetAndDestroy', 'ECONNRESET'],
    ['close', 'destroy', 'UND_ERR_SOCKET'],
  ] as const)('by a %s of the provider breaks so for the client, and in replay', async (_, how, code) => {
    const b = await booth((response) => response.socket?.[how]())
    const { values } = await twice(b, (baseURL) => asked(baseURL))

    expect(values).toEqual([code, code])
  })

  test('within a body breaks for the client behind what had arrived, and in replay', async () => {
    const b = await streaming('destroy')
    const { values, recorded, replayed } = await twice(b, async (baseURL) => {
      const { reads, end } = await readsOf(await ask(baseURL))
      return [reads.join(''), end]
    })

    expect(values[0]).toEqual([events.join(''), 'terminated'])
    expect(values[1]).toEqual(values[0])
    expect(recorded.seen.exchanges[0]?.response.end).toBe('aborted')
    expect(replayed.seen.exchanges[0]?.response.end).toBe('aborted')
  })
})

describe('complained of is', () => {
  const machinery = new LlmContractsError('missing-key', 'No key.', { cause: new Error('inner') })
  const ours = new TypeError('x is not a function')

  test.each([
    ['an error of this package', machinery, machinery],
    ['an error without a cause, which is no broken connection', ours, ours],
  ])('%s', async (_, error, told) => {
    const { baseURL, troubles } = await bridged('http://acme.invalid/v1', () => Promise.reject(error))

    expect(await asked(baseURL)).toBe(502)
    expect(troubles).toEqual([told])
  })

  test('a request that `fetch` could not make', async () => {
    const { baseURL, troubles } = await bridged('http://acme.invalid/v1', async () => new Response())
    const socket = net.connect(Number(new URL(baseURL).port), '127.0.0.1')
    socket.write('GET /v1/x HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx')
    const [reply] = (await once(socket, 'data')) as [Buffer]

    expect(reply.toString()).toMatch(/^HTTP\/1.1 502 /)
    expect(String(troubles)).toBe('TypeError: Request with GET/HEAD method cannot have body.')
  })
})

describe('a body', () => {
  test('reaches the client in the pieces of the recording, or of a fault', async () => {
    const b = await streaming('end')
    const recorded = await b.attempt('record', async () => (await b.post({})).text())
    await b.endpoint.close()
    const plain = await b.attempt('replay', async () => {
      const { baseURL } = await ofBooth(b)
      return readsOf(await ask(baseURL))
    })
    const cut = await b.attempt('replay', async ({ faults }) => {
      faults.load({ name: 'x', change: (response) => ({ response: rechunked(response, { bytes: 4 }) }) }, {})
      const { baseURL } = await ofBooth(b)
      return readsOf(await ask(baseURL))
    })

    expect(plain.value.reads).toEqual(recorded.pieces[0])
    expect(cut.value.reads).toEqual(events.join('').match(/[^]{1,4}/g))
  })

  test('is read no faster than the client reads it', async () => {
    const all = 1000
    let pulled = 0
    const body = new ReadableStream(
      {
        pull(controller) {
          if (pulled++ === all) controller.close()
          else controller.enqueue(new Uint8Array(65_536))
        },
      },
      { highWaterMark: 0 },
    )
    const { baseURL } = await bridged('http://acme.invalid/v1', async () => new Response(body))
    const socket = net.connect(Number(new URL(baseURL).port), '127.0.0.1')
    socket.write('GET /v1/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    socket.pause()
    let before = -1
    const isStill = () => {
      const now = pulled
      expect([before, (before = now)]).toEqual([now, now])
      expect(now).toBeGreaterThan(0)
    }
    await vi.waitFor(isStill, { interval: 50, timeout: 10_000 })

    expect(pulled).toBeLessThan(all)

    let length = 0
    for await (const read of socket) length += (read as Buffer).length
    expect(length).toBeGreaterThan(all * 65_536)
  })
})

test('every cookie reaches the client', async () => {
  const headers = new Headers([
    ['set-cookie', 'a=1; Path=/'],
    ['set-cookie', 'b=2'],
    ['x-own', '1'],
  ])
  const { baseURL } = await bridged('http://acme.invalid/v1', async () => new Response('', { headers }))
  const got = (await ask(baseURL)).headers

  expect(got.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
  expect(got.get('x-own')).toBe('1')
})
