import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type OpenAI from 'openai'
import { expect, test } from 'vitest'
import { chunk } from '../src/contracts/seed.ts'
import { holdsBegun, textsOf } from './_handed.ts'
import { clientsOf, complaint, streams, useRecorder } from './testing/application.ts'
import { matchers } from './index.ts'

expect.extend(matchers)
useRecorder()

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }
const streamed = { ...request, stream: true as const }

/** An application that streams the pieces of both providers, the broken one's too where it is `mixing`. */
async function* pieces(first: OpenAI, second: OpenAI, mixing: boolean) {
  const texts = async function* (client: OpenAI) {
    for await (const { choices } of await client.chat.completions.create(streamed))
      yield choices[0]?.delta.content ?? ''
  }
  try {
    for await (const text of texts(first)) if (mixing) yield text
  } catch {
    yield* texts(second)
  }
}
async function collected(parts: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = []
  for await (const part of parts) all.push(part)
  return all
}
const sse = async (parts: AsyncIterable<string>, event: (text: string) => unknown) => {
  const events = (await collected(parts)).map((text) => `data: ${JSON.stringify(event(text))}\n\n`)
  return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } })
}
const handOn: Readonly<Record<string, (parts: AsyncIterable<string>) => unknown>> = {
  'a text': async (parts) => (await collected(parts)).join(''),
  'a list of parts': collected,
  'an object': async (parts) => ({ ok: true, text: (await collected(parts)).join('') }),
  'JSON in a Response': async (parts) => Response.json({ text: (await collected(parts)).join('') }),
  'JSON as text': async (parts) => JSON.stringify({ text: (await collected(parts)).join('') }),
  'chat chunks in a Response': (parts) => sse(parts, (content) => chunk({ content })),
  'events of its own in a Response': (parts) => sse(parts, (delta) => ({ type: 'text-delta', id: '0', delta })),
  'a stream': (parts) => parts,
  'a stream in an object': (parts) => ({ model: 'Go 1', stream: parts }),
  'a stream of bytes': (parts) => Readable.from(parts).map((part: string) => Buffer.from(part)),
  'messages beside the question': async (parts) => [
    ...request.messages,
    { role: 'assistant', content: (await collected(parts)).join('') },
  ],
  'a stream of lines of JSON': async function* (parts) {
    for await (const text of parts) yield `${JSON.stringify({ text })}\n`
  },
  'a stream of lines as of the Vercel AI SDK': async function* (parts) {
    yield 'f:{"messageId":"m"}\n'
    for await (const text of parts) yield `0:${JSON.stringify(text)}\n`
  },
  'a text that grows': async function* (parts) {
    let text = ''
    for await (const part of parts) yield (text += part)
  },
  'a changed text': async (parts) => `<p>${(await collected(parts)).join('').trim().replace('\n', '<br>')}</p>`,
}

test.each(Object.entries(handOn))('%s is read: clean it passes, mixed it fails', async (_, how) => {
  const ask = async (begun: string, mixing: boolean) => {
    const { openai, qwen } = await clientsOf(
      {
        openai: (response) => streams(response, begun, true),
        qwen: (response) => streams(response, 'Good day,\n"sir"', false),
      },
      0,
    )
    return complaint(() => expect(() => how(pieces(openai, qwen, mixing))).toFallBackTo('qwen', { from: 'openai' }))
  }

  expect(await ask('Good', false)).toBe('it passed')
  expect(await ask('Hi', false)).toBe('it passed')
  expect(await ask('Good', true)).toContain('It handed on what the first provider had begun: "Good"')
  expect(await ask('Guten ', true)).toContain('It handed on what the first provider had begun: "Guten "')
})

test('the beginning of a tool call is seen too', async () => {
  const calls = (response: ServerResponse, pieces: readonly string[], cut: boolean) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const events = pieces.map((text, at) =>
      chunk({ tool_calls: [{ index: 0, ...(at === 0 && { id: 'a' }), function: { name: 'save', arguments: text } }] }),
    )
    response.write(events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(''), () => {
      if (cut) response.destroy()
      else response.end(`data: ${JSON.stringify(chunk({}, 'tool_calls'))}\n\ndata: [DONE]\n\n`)
    })
  }
  const ask = async (mixing: boolean) => {
    const { openai, qwen } = await clientsOf(
      {
        openai: (response) => calls(response, ['{"ci', 'ty"'], true),
        qwen: (response) => calls(response, ['{"city":', '"Bonn"}'], false),
      },
      0,
    )
    const app = async function* () {
      try {
        for await (const part of await openai.chat.completions.create(streamed)) if (mixing) yield part
      } catch {
        yield* await qwen.chat.completions.create(streamed)
      }
    }
    return complaint(() => expect(app).toFallBackTo('qwen', { from: 'openai' }))
  }

  expect(await ask(false)).toBe('it passed')
  expect(await ask(true)).toContain('It handed on what the first provider had begun')
})

test.each<[string, unknown, readonly string[]]>([
  ['parts of one text', ['Good ', 'day'], ['Good day']],
  [
    'choices beside each other',
    [
      { index: 0, text: 'a' },
      { index: 1, text: 'b' },
      { index: 0, text: 'c' },
    ],
    ['ac', 'b'],
  ],
  ['JSON in a text', '{"text":"a\\n\\"b\\""}', ['a\n"b"']],
  ['a map', new Map([['text', 'a']]), ['a']],
  ['bytes', new Uint8Array(2), []],
  ['nothing', undefined, []],
])('the texts of %s', (_, value, texts) => {
  expect(textsOf(value)).toEqual(texts)
})

test('a value that holds itself is read', () => {
  const value: Record<string, unknown> = { text: 'a' }
  value.self = value

  expect(textsOf(value)).toEqual(['a'])
})

test.each<[string, string, string, boolean]>([
  ['a beginning before the answer', 'GutenGood day', 'Guten', true],
  ['a part of a beginning before the answer', 'GuGood day', 'Guten', true],
  ['the same answer twice', 'pongpong', 'pong', true],
  ['the answer alone', 'Good day', 'Good', false],
  ['a part of the answer', 'Good', 'Good', false],
  ['a word of the application', 'From AI: Good day', 'I', false],
  ['a short beginning at the end of what the application put before', 'So: IGood day', 'I', true],
  ['a mark in an id', 'chatcmpl-1', '-', false],
  ['a short beginning as a text of its own', 'I', 'I', true],
  ['white space alone', ' Good day', ' ', false],
])('%s', (_, text, begun, held) => {
  expect(holdsBegun(text, begun, [text.includes('pong') ? 'pong' : 'Good day'])).toBe(held)
})
