import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { booth, useBooths, type Booth } from '../testing/booth.ts'
import { brokenConnection, cut, errorAnswer, held, malformed, rechunked, type Fault } from './faults.ts'
import type { Tape } from './tape.ts'

useBooths()

const event = (content: string) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`
const events = ['a', 'ü', 'c', 'd'].map(event)

/** A recorded stream of four events, a comment and [DONE], arriving 15 ms apart. */
async function recorded(): Promise<Booth> {
  const b = await booth(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const part of [': hello\n\n', ...events, 'data: [DONE]\n\n']) {
      response.write(part)
      await sleep(15)
    }
    response.end()
  })
  await b.attempt('record', async () => (await b.post({ stream: true })).text())
  await b.endpoint.close()
  return b
}

const replay = async <T>(b: Booth, fault: Fault | undefined, work: (tape: Tape) => Promise<T>) =>
  b.attempt('replay', (tape) => {
    if (fault !== undefined) tape.faults.load(fault, {})
    return work(tape)
  })

const readAll = async (b: Booth) => {
  const response = await b.post({ stream: true })
  let text = ''
  try {
    for await (const bytes of response.body ?? []) text += Buffer.from(bytes as Uint8Array).toString('latin1')
  } catch (error) {
    return `${text}<${(error as Error).message}>`
  }
  return text
}
const whole = Buffer.from([': hello\n\n', ...events, 'data: [DONE]\n\n'].join('')).toString('latin1')

describe('a fault', () => {
  test('can cut a stream behind an event, or inside it', async () => {
    const b = await recorded()
    const behind = await replay(
      b,
      { name: 'cut', change: (response) => ({ response: cut(response, 2, 'behind') }) },
      () => readAll(b),
    )
    const within = await replay(
      b,
      { name: 'cut', change: (response) => ({ response: cut(response, 2, 'within') }) },
      () => readAll(b),
    )

    expect(behind.value).toBe(
      `${whole.slice(0, whole.indexOf(Buffer.from(events[2] ?? '').toString('latin1')))}<terminated>`,
    )
    expect(within.value.length).toBeLessThan(behind.value.length)
    expect(within.value).toMatch(/"c<terminated>$|[^\n]<terminated>$/)
    expect(within.seen.exchanges[0]?.evidence.fault).toBe('cut')
  })

  test('can put a malformed line into a stream, whose later events still come', async () => {
    const b = await recorded()
    const { value } = await replay(
      b,
      { name: 'bad', change: (response) => ({ response: malformed(response, 1) }) },
      () => readAll(b),
    )

    expect(value).toContain('"cont\n\ndata: {"id":"c"')
    expect(value.endsWith('data: [DONE]\n\n')).toBe(true)
  })

  test('can cut the same bytes at every boundary, one byte at a time included', async () => {
    const b = await recorded()
    for (let at = 1; at < whole.length; at += 7) {
      const { value, seen } = await replay(
        b,
        { name: 'cuts', change: (response) => ({ response: rechunked(response, { at: [at] }) }) },
        () => readAll(b),
      )
      expect(value).toBe(whole)
      expect(seen.exchanges[0]?.response.pieces.length).toBe(2)
    }
    const { value, seen } = await replay(
      b,
      { name: 'bytes', change: (response) => ({ response: rechunked(response, { bytes: 1 }) }) },
      () => readAll(b),
    )
    expect(value).toBe(whole)
    expect(seen.exchanges[0]?.response.pieces.length).toBe(whole.length)
  })

  test('can answer by itself, and leaves the recording to the retry', async () => {
    const b = await recorded()
    const answers = [
      errorAnswer(429, { message: 'slow', type: 'requests', code: null }, { retryAfter: { ms: 1 } }),
      errorAnswer(503, { message: 'no', type: 'server_error', code: null }, { retryAfter: 0 }),
    ]
    const { value, seen } = await b.attempt('replay', async (tape) => {
      for (const answer of answers) tape.faults.load({ name: 'no', answer }, {})
      let text = ''
      const client = new OpenAI({ baseURL: b.provider.baseURL, apiKey: 'k' })
      const stream = (await client.chat.completions
        .create({ model: 'm', messages: [], stream: true })
        .catch((error: Error) => error.message)) as unknown
      if (typeof stream === 'string') return stream
      for await (const chunk of stream as AsyncIterable<{ choices: { delta: { content: string } }[] }>)
        text += chunk.choices[0]?.delta.content ?? ''
      return text
    })

    expect(value).toContain('No recording of POST')
    expect(seen.exchanges.map(({ response }) => response.status)).toEqual([429, 503])
  })

  test('can break the connection before a response, and is never recorded', async () => {
    const b = await booth((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
    )
    const ask = async () => (await b.post({ q: 1 })).text().catch((error: Error) => error.message)
    const twice = await b.attempt('record', async (tape) => {
      tape.faults.load({ name: 'reset', answer: brokenConnection }, {})
      const first = await ask().catch((error: Error) => `${error.message}: ${(error.cause as Error).message}`)
      return [first, await ask()]
    })
    const { value } = await b.attempt('replay', ask)

    expect(twice.value).toEqual(['fetch failed: read ECONNRESET', '{"ok":true}'])
    expect(value).toBe('{"ok":true}')
    expect(b.endpoint.got.length).toBe(1)
  })

  test('meets only the provider it is aimed at, and as often as asked', async () => {
    const b = await recorded()
    const { seen } = await b.attempt('replay', async (tape) => {
      const answer = errorAnswer(500, { message: 'no', type: 'server_error', code: null })
      tape.faults.load({ name: 'other', answer }, { provider: 'other' })
      tape.faults.load({ name: 'twice', answer }, { times: 2, provider: { name: 'acme' } })
      for (let times = 0; times < 3; times++) await (await b.post({ stream: true })).text()
    })

    expect(seen.exchanges.map(({ response }) => response.status)).toEqual([500, 500, 200])
  })
})

describe('a gate', () => {
  test('holds the stream behind an event until it is released', async () => {
    const b = await recorded()
    const reached = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    let text = ''
    const { seen } = await replay(
      b,
      { name: 'held', change: (response) => held(response, 2, reached.resolve, released.promise) },
      async () => {
        const reading = (async () => {
          for await (const bytes of (await b.post({ stream: true })).body ?? [])
            text += Buffer.from(bytes as Uint8Array).toString('latin1')
        })()
        await reached.promise
        expect(text.endsWith(Buffer.from(events[1] ?? '').toString('latin1'))).toBe(true)
        released.resolve()
        await reading
      },
    )

    expect(text).toBe(whole)
    expect(seen.complaints).toEqual([])
  })

  test('that is never released neither crashes nor hangs a client that gives up', async () => {
    const b = await recorded()
    const reached = Promise.withResolvers<void>()
    const { value } = await replay(
      b,
      { name: 'stalled', change: (response) => held(response, 1, reached.resolve, new Promise(() => {})) },
      async () => {
        const abort = new AbortController()
        void reached.promise.then(() => abort.abort(new Error('gave up')))
        return (await b.post({ stream: true }, { signal: abort.signal })).text().catch((error: Error) => error.message)
      },
    )

    expect(value).toBe('gave up')
  })
})

describe('time', () => {
  test('is not waited for, unless the test asks for the recorded one', async () => {
    const b = await recorded()
    const timed = async (timing: number) => {
      const started = performance.now()
      await b.attempt('replay', async (tape) => {
        tape.timing = timing
        expect(await readAll(b)).toBe(whole)
      })
      return performance.now() - started
    }
    const [atOnce, asRecorded] = [await timed(0), await timed(1)]

    expect(asRecorded).toBeGreaterThan(50)
    expect(atOnce).toBeLessThan(asRecorded)
  })

  test('a replayed stream can be aborted behind every piece', async () => {
    const b = await recorded()
    for (let pieces = 0; pieces < 7; pieces++) {
      const { value } = await b.attempt('replay', async () => {
        const abort = new AbortController()
        const response = await b.post({ stream: true }, { signal: abort.signal })
        const reader = (response.body as ReadableStream<Uint8Array>).getReader()
        for (let read = 0; read < pieces; read++) await reader.read()
        abort.abort()
        return reader.read().then(
          ({ done }) => (done ? 'done' : 'more'),
          (error: Error) => error.name,
        )
      })
      expect(value).toBe(pieces < 6 ? 'AbortError' : value)
    }
  })

  const leave: Record<string, (body: ReadableStream, giveUp: AbortController) => Promise<unknown>> = {
    read: (body) => new Response(body).text(),
    cancelled: (body) => body.cancel(),
    aborted: async (body, giveUp) => {
      const reason = new Error('enough')
      giveUp.abort(reason)
      await expect(body.getReader().read()).rejects.toBe(reason)
    },
  }

  test.each(Object.entries(leave))('a replayed stream that was %s leaves nothing with its signal', async (_way, go) => {
    const b = await recorded()
    const giveUp = new AbortController()
    await b.attempt('replay', async () => {
      const { body } = await b.post({ stream: true }, { signal: giveUp.signal })
      await go(body as ReadableStream, giveUp)
    })

    expect(getEventListeners(giveUp.signal, 'abort')).toEqual([])
  })
})
