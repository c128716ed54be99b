import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { LlmContractsError } from '../errors.ts'
import { abortBefore, abortStream } from './abort.ts'
import type { Asking } from './asker.ts'
import { fails, says, testTrials, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const count = Array.from({ length: 100 }, (_, at) => at + 1).join(', ')
const ok = (asked: Asked) => says(asked, 'Hello')
const slowly = (asked: Asked): Answer => ({ ...says(asked, count), pause: 5 })
const noMessages = fails(400, 'messages must not be empty')
const badKey = fails(401, 'No.', 'invalid_api_key')

/** A provider that streams slowly, refuses what is empty, and says `last` to the request after that. */
const then =
  (last: (asked: Asked) => Answer, refusal: Answer = noMessages) =>
  (asked: Asked) => {
    if (asked.body.stream === true) return slowly(asked)
    return asked.body.messages.length === 0 ? refusal : last(asked)
  }

testTrials({
  'abort.stops-stream': [
    ['a stream that ends', slowly, 'kept'],
    ['a stream that is over', () => ({ events: ['data: [DONE]'] }), 'inconclusive', 'before it could be aborted'],
    ['a refusal', () => fails(400, 'no streams'), 'broken', 'no streams'],
    ['a wrong key', () => badKey, 'inconclusive', 'authentication'],
  ],
  'abort.before-first-byte': [
    ['a request that ends', async (asked) => (await sleep(50), slowly(asked)), 'kept'],
    ['an answer at once', (asked) => ({ ...slowly(asked), pause: 0 }), 'kept'],
  ],
  'timeout.ttfb': [
    ['an answer', ok, 'kept', 'the first byte came after 0.'],
    ['a refusal', () => fails(400, 'no streams'), 'broken', 'no streams'],
  ],
  'concurrency.keepalive-reuse': [
    ['an answer', then(ok), 'kept'],
    ['a broken server', then(() => fails(500, 'oops')), 'broken', 'HTTP 500 after an abort and an error'],
    ['a broken connection', then(() => ({ status: 0 })), 'broken', 'no response'],
    ['a wrong key', then(() => badKey), 'inconclusive', 'authentication'],
    ['no refusal', then(ok, { body: {} }), 'inconclusive', 'did not refuse'],
    ['a stream that is over', () => ({ events: ['data: [DONE]'] }), 'inconclusive', 'before it could be aborted'],
    ['no stream', () => badKey, 'inconclusive', 'authentication'],
  ],
})

const asker = (open: () => Promise<Response>) => ({
  open,
  replyOf: () => {
    throw new Error('not asked for')
  },
  target: { model: 'acme-1' } as Parameters<typeof abortStream>[0]['target'],
})
const endless = (pause?: number) => {
  let sent = 0
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      sent += 1
      if (pause !== undefined && sent > 3) await new Promise((resolve) => setTimeout(resolve, pause))
      controller.enqueue(Buffer.from('data: {}\n\n'))
    },
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

test('a stream that goes on after the abort is broken', async () => {
  expect(await abortStream(asker(async () => endless()))).toMatchObject({
    is: 'broken',
    says: 'went on after the abort',
  })
})

test('a stream that hangs after the abort is broken', async () => {
  expect(await abortStream(asker(async () => endless(1500)))).toMatchObject({
    is: 'broken',
    says: 'did not end the stream within 1000 ms of the abort',
  })
})

describe('abort.before-first-byte', () => {
  test('a request that hangs after the abort is broken', async () => {
    expect(await abortBefore(asker(() => new Promise<never>(() => undefined)))).toMatchObject({
      is: 'broken',
      says: 'did not end the request within 1000 ms of the abort',
    })
  })

  test('a request that ends without having been made tells nothing', async () => {
    const unasked = (_: unknown, __: unknown, ___: unknown, { signal }: Asking = {}) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error))
      })

    expect(await abortBefore({ ...asker(async () => endless()), open: unasked })).toMatchObject({
      is: 'inconclusive',
      because: 'nothing was asked before the abort',
    })
  })

  test('a request that is answered before the abort tells nothing', async () => {
    expect(await abortBefore(asker(async () => endless()))).toMatchObject({ is: 'inconclusive' })
  })
})

test('a connection that cannot be made tells nothing', async () => {
  const refused = () => Promise.reject(new TypeError('fetch failed'))

  for (const found of [await abortStream(asker(refused)), await abortBefore(asker(refused))])
    expect(found).toMatchObject({ is: 'inconclusive', because: expect.stringContaining('no response') as string })
})

test('trouble of the machinery is no finding', async () => {
  const trouble = new LlmContractsError('missing-recording', 'There is no recording.')
  const open = () => Promise.reject(trouble)

  await expect(abortStream(asker(open))).rejects.toBe(trouble)
  await expect(abortBefore(asker(open))).rejects.toBe(trouble)
})
