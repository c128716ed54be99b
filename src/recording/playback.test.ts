import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { booth, useBooths, type Booth } from '../testing/booth.ts'
import { readAhead } from './ahead.ts'
import { answerWith } from './playback.ts'
import { elapsed } from '../wire/clock.ts'

useBooths()

const HELLO = 'data: "hello"\n\ndata: [DONE]\n\n'
const hello = () => booth((response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(HELLO))

/** An endpoint that answers with these pieces, and then says nothing more. */
const silentAfter = (...pieces: readonly string[]) =>
  booth(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
    for (const piece of pieces) {
      response.write(piece)
      await sleep(10)
    }
  })

type Piece = Uint8Array<ArrayBuffer>

/** What `read` makes of each piece that the client gets, recorded and replayed. */
async function readTwice(b: Booth, read: (piece: Piece) => string): Promise<string[]> {
  const work = async () => {
    let text = ''
    for await (const piece of (await b.post({ q: 1 })).body ?? []) text += read(piece)
    return text
  }
  const recorded = await b.attempt('record', work)
  await b.endpoint.close()
  const replayed = await b.attempt('replay', work)
  return [recorded.value, replayed.value, recorded.pieces.join(''), replayed.pieces.join('')]
}

describe('a piece that a client is given', () => {
  test('is its own to write into', async () => {
    const read = (piece: Piece) => {
      const text = Buffer.from(piece).toString()
      piece.fill(0)
      return text
    }
    expect(await readTwice(await hello(), read)).toEqual(Array(4).fill(HELLO))
  })

  test('can be handed on for good while it is recorded', async () => {
    const b = await hello()
    const { value, pieces } = await b.attempt('record', async () => {
      let text = ''
      for await (const piece of (await b.post({ q: 1 })).body ?? []) {
        text += Buffer.from(structuredClone(piece, { transfer: [piece.buffer] })).toString()
      }
      return text
    })
    expect([value, pieces.join('')]).toEqual([HELLO, HELLO])
  })

  test('is no more than an array of bytes', async () => {
    const kinds = await readTwice(await hello(), (piece) => `${piece.constructor.name} `)

    expect(new Set(kinds.slice(0, 2).join('').trim().split(' '))).toEqual(new Set(['Uint8Array']))
  })
})

describe('a body that the client gave up', () => {
  const pieces = { 'its first piece': [], 'its second piece': ['data: 1\n\n'] }

  test.each(Object.entries(pieces))('while it waited for %s replays so', async (_, before) => {
    const b = await silentAfter(...before)
    const work = async () => {
      const response = await b.post({ q: 1 }, { signal: AbortSignal.timeout(100) })
      return await response.text().catch((error: Error) => error.name)
    }
    const recorded = await b.attempt('record', work)
    await b.endpoint.close()
    const replayed = await b.attempt('replay', work)

    expect([recorded.value, replayed.value]).toEqual(['TimeoutError', 'TimeoutError'])
    expect(replayed.seen.complaints).toEqual([])
  })

  test('ends with one clear sentence for a client that reads on', async () => {
    const b = await silentAfter('data: 1\n\n')
    const read = async (init: RequestInit) => {
      const response = await b.post({ q: 1 }, init)
      return await response.text().catch((error: Error) => error.message)
    }
    await b.attempt('record', () => read({ signal: AbortSignal.timeout(50) }))
    const { value, seen } = await b.attempt('replay', () => read({}))

    expect(value).toMatch(/does-something\.json, exchange 1 ends here, because the client cancelled the stream/)
    expect(seen.complaints).toHaveLength(1)
  })
})

describe('an answer that was made ahead', () => {
  const json = async (): Promise<Booth> => {
    const b = await booth(async (response) => {
      await sleep(60)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":1}')
    })
    await b.attempt('record', async () => (await b.post({ q: 1 })).text())
    await b.endpoint.close()
    readAhead(b.settings.fixtures, ['acme'], 'a.test.ts', b.root, Infinity)
    return b
  }

  test('is as slow as the test has it', async () => {
    const b = await json()
    const { value } = await b.attempt('replay', async (tape) => {
      tape.timing = 1
      const started = elapsed()
      await (await b.post({ q: 1 })).text()
      return elapsed() - started
    })
    expect(value).toBeGreaterThan(50)
  })

  test('meets the faults of the test', async () => {
    const b = await json()
    const held = Promise.withResolvers<void>()
    const { value } = await b.attempt('replay', async (tape) => {
      tape.faults.load({ name: 'held', change: (response) => ({ response, before: () => held.promise }) }, {})
      const text = (await b.post({ q: 1 })).text()
      const first = await Promise.race([text, sleep(20, 'held')])
      held.resolve()
      return [first, await text]
    })
    expect(value).toEqual(['held', '{"a":1}'])
  })
})

test('an answer that a fault changes while it is recorded does not say that it is packed', async () => {
  const b = await booth((response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
  })
  const { value } = await b.attempt('record', async (tape) => {
    tape.faults.load({ name: 'none', change: (response) => ({ response }) }, {})
    const response = await b.post({ q: 1 })
    return [response.headers.get('content-encoding'), await response.text()]
  })
  expect(value).toEqual([null, '{"a":1}'])
})

test('answers are of the class of the platform, whatever a test puts in its place', async () => {
  const b = await hello()
  const Platform = Response
  answerWith(Platform)
  vi.stubGlobal('Response', undefined)
  onTestFinished(() => {
    vi.unstubAllGlobals()
    answerWith()
  })
  const recorded = await b.attempt('record', () => b.post({ q: 1 }))
  await b.endpoint.close()
  const replayed = await b.attempt('replay', () => b.post({ q: 1 }))

  expect([recorded.value, replayed.value].map((response) => response instanceof Platform)).toEqual([true, true])
})
