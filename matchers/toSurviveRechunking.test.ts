import { describe, expect, test } from 'vitest'
import { readReply } from '../src/wire/reply.ts'
import { matchers } from './index.ts'
import { chunk, completion, failure, frames, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const events = [chunk({ role: 'assistant', content: 'Grüße 👋' }), chunk({}, 'stop'), '[DONE]']
const typed = { headers: { 'content-type': 'text/event-stream' } }

describe('passes for', () => {
  test('streams with any line end, characters of several bytes, comments and a cut end', async () => {
    await expect(stream(...events)).toSurviveRechunking()
    await expect(new Response(`: hi\n\n${frames(...events)}`.replaceAll('\n', '\r\n'), typed)).toSurviveRechunking()
    await expect(new Response(frames(...events).replaceAll('\n', '\r'), typed)).toSurviveRechunking()
    await expect(new Response(`\uFEFF${frames(...events)}data: {"cut`, typed)).toSurviveRechunking()
  })

  test('bytes that are no UTF-8', async () => {
    const bytes = new Uint8Array([...Buffer.from('data: "'), 0xf0, 0x9f, 0x22, 0xff, ...Buffer.from('"\n\n')])
    await expect(new Response(bytes, typed)).toSurviveRechunking()
  })

  test('whole answers and errors', async () => {
    await expect(completion('Grüße')).toSurviveRechunking()
    await expect(failure(500, '<html>')).toSurviveRechunking()
  })

  test('a body of half a megabyte, in a moment', { timeout: 5000 }, async () => {
    await expect(stream(...Array.from({ length: 3000 }, (_, n) => chunk(`word ${n} `)), '[DONE]')).toSurviveRechunking()
  })
})

test('a failure shows what was read otherwise', async () => {
  const reply = readReply(await recorded(stream(...events)))
  await expect(expect({ ...reply, model: 'another' }).toSurviveRechunking()).rejects
    .toThrowErrorMatchingInlineSnapshot(`
    [Error: expect(reply).toSurviveRechunking()

    Expected deepseek to send bytes that say the same however they are cut.
    It was read otherwise where its 349 bytes came in one piece.
    model as they came: "another"
    model in one piece: "test-1"
    Next: report this exchange to the authors of vitest-llm-contracts: the fault is the reader's.

    fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
  `)
  expect(await said(expect(new Response('')).toSurviveRechunking())).toMatchInlineSnapshot(
    `"It sent an empty body, so there was nothing to cut."`,
  )
  await expect(expect(completion('Hi')).not.toSurviveRechunking()).rejects.toThrowErrorMatchingInlineSnapshot(`
    [Error: expect(reply).not.toSurviveRechunking()

    Expected the provider not to send bytes that say the same however they are cut.
    It did: Hi

    a Response given to the matcher, HTTP 200]
  `)
})
