import type { ServerResponse } from 'node:http'
import { expect, test, vi } from 'vitest'
import { chunk, completion } from '../src/contracts/seed.ts'
import { clientsOf, complaint, inTest, streams, useRecorder } from './testing/application.ts'
import { matchers } from './index.ts'

expect.extend(matchers)
useRecorder()

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
const down = (response: ServerResponse) =>
  send(response, 503, { error: { message: 'Overloaded', type: 'server_error' } })
const up = (response: ServerResponse) => send(response, 200, completion({ content: 'Good day' }))

test.each([
  ['is overloaded', down],
  ['breaks the connection', (response: ServerResponse) => response.destroy()],
  [
    'says that its account is empty',
    (response: ServerResponse) => send(response, 402, { error: { message: 'Insufficient Balance' } }),
  ],
  [
    'answers with an error inside HTTP 200',
    (response: ServerResponse) => send(response, 200, { error: { message: 'Oops' } }),
  ],
])('an application passes that turns away from a provider which %s', async (_, fault) => {
  const { openai, qwen } = await clientsOf({ openai: fault, qwen: up }, 0)
  const ask = async () => {
    const first = await openai.chat.completions.create(request).catch(() => undefined)
    return first?.choices?.[0] === undefined ? qwen.chat.completions.create(request) : first
  }

  await inTest(() => expect(ask).toFallBackTo('qwen', { from: 'openai', within: 10_000 }))
})

test('an application that gives up fails, with its route', async () => {
  const { openai } = await clientsOf({ openai: down, qwen: up }, 0)

  expect(
    await complaint(() => expect(openai.chat.completions.create(request)).toFallBackTo('qwen', { from: 'openai' })),
  ).toMatchInlineSnapshot(`
    "expect(call).toFallBackTo("qwen", { from: "openai" })

    Expected the client to turn from openai to qwen.
    It never asked qwen.
    1. openai HTTP 503, overload

    live, exchange 1, HTTP 503"
  `)
})

test('an application whose second provider fails too fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: down, qwen: down }, 0)
  const ask = () => openai.chat.completions.create(request).catch(() => qwen.chat.completions.create(request))

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toContain(
    'qwen failed too: overload',
  )
})

test('an application that goes back to the first provider fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: down, qwen: up }, 0)
  const ask = async () => {
    const first = () => openai.chat.completions.create(request).catch(() => undefined)
    await first()
    const answer = await qwen.chat.completions.create(request)
    await first()
    return answer
  }

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toContain(
    'It went back to openai.',
  )
})

test('an application that asks a third provider on the way fails', async () => {
  const { openai, qwen, groq } = await clientsOf({ openai: down, qwen: up, groq: down }, 0)
  const ask = () =>
    openai.chat.completions
      .create(request)
      .catch(() => groq.chat.completions.create(request))
      .catch(() => qwen.chat.completions.create(request))

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toContain(
    'It asked groq on the way.',
  )
})

const streamed = { ...request, stream: true as const }

test('an application that hands on what the first had begun fails', async () => {
  const { openai, qwen } = await clientsOf(
    {
      openai: (response) => streams(response, 'Guten ', true),
      qwen: (response) => streams(response, 'Good day', false),
    },
    0,
  )
  const ask = async function* () {
    try {
      for await (const part of await openai.chat.completions.create(streamed)) yield part
    } catch {
      for await (const part of await qwen.chat.completions.create(streamed)) yield part
    }
  }

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toMatchInlineSnapshot(
    `
    "expect(call).toFallBackTo("qwen", { from: "openai" })

    Expected the client to turn from openai to qwen.
    It handed on what the first provider had begun: "Guten "
    1. openai HTTP 200, cut, server
    2. qwen HTTP 200; asked N ms after the answer before

    live, exchange 2, HTTP 200"
  `,
  )
})

test('an application that holds back what the first had begun passes', async () => {
  const { openai, qwen } = await clientsOf(
    {
      openai: (response) => streams(response, 'Guten ', true),
      qwen: (response) => streams(response, 'Good day', false),
    },
    0,
  )
  const whole = async (client: typeof openai) => {
    let text = ''
    for await (const part of await client.chat.completions.create(streamed))
      text += part.choices[0]?.delta.content ?? ''
    return text
  }

  await inTest(() => expect(() => whole(openai).catch(() => whole(qwen))).toFallBackTo('qwen', { from: 'openai' }))
})

test('a side effect that ran for both providers fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: down, qwen: up }, 0)
  const mail = vi.fn<(to: string) => void>()
  const ask = (client: typeof openai) => {
    mail('invoice 7')
    return client.chat.completions.create(request)
  }

  expect(
    await complaint(() =>
      expect(() => ask(openai).catch(() => ask(qwen))).toFallBackTo({ name: 'qwen' }, { from: 'openai', once: [mail] }),
    ),
  ).toContain('It ran a side effect 2 times: [["invoice 7"], ["invoice 7"]]')
})

test('an application that swallows the second answer fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: down, qwen: up }, 0)
  const ask = async () => {
    await openai.chat.completions.create(request).catch(() => qwen.chat.completions.create(request))
    throw new Error('both failed')
  }

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toContain(
    'It threw, though qwen answered',
  )
})

test('an application that takes too long fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: down, qwen: (response) => setTimeout(() => up(response), 60) }, 0)
  const ask = () => openai.chat.completions.create(request).catch(() => qwen.chat.completions.create(request))

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai', within: 20 }))).toContain(
    'It took N ms.',
  )
})

test('a first provider that answers proves nothing, and says how to make it fail', async () => {
  const { openai } = await clientsOf({ openai: up, qwen: up }, 0)

  expect(
    await complaint(() => expect(openai.chat.completions.create(request)).toFallBackTo('qwen', { from: 'openai' })),
  ).toMatchInlineSnapshot(
    `"openai answered, so there was nothing to fall back from. Make it fail: faults.serverError(503, { provider: 'openai', times: 3 })."`,
  )
})

test('an application that asks both at once fails', async () => {
  const { openai, qwen } = await clientsOf({ openai: (response) => setTimeout(() => down(response), 30), qwen: up }, 0)
  const ask = async () => {
    const both = [openai.chat.completions.create(request), qwen.chat.completions.create(request)]
    const [, answer] = await Promise.allSettled(both)
    return answer
  }

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toMatchInlineSnapshot(`
    "expect(call).toFallBackTo("qwen", { from: "openai" })

    Expected the client to turn from openai to qwen.
    It asked qwen before openai had answered.
    1. openai HTTP 503, overload
    2. qwen HTTP 200; asked beside the one before

    live, exchange 2, HTTP 503"
  `)
})

test('an application that gives up on a stream that fell silent, or that it cannot read, passes', async () => {
  const silent = (response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .write(`data: ${JSON.stringify(chunk({ content: 'Guten ' }))}\n\n`)
  const garbled = (response: ServerResponse) =>
    response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end('data: {"choices":[{"delta\n\ndata: [DONE]\n\n')
  for (const fault of [silent, garbled]) {
    const { openai, qwen } = await clientsOf({ openai: fault, qwen: up }, 0)
    const quiet = openai.withOptions({ logLevel: 'off' })
    const ask = async () => {
      const signal = AbortSignal.timeout(60)
      try {
        for await (const _ of await quiet.chat.completions.create(streamed, { signal })) continue
        signal.throwIfAborted()
        return undefined
      } catch {
        return qwen.chat.completions.create(request)
      }
    }

    await inTest(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))
  }
})

test('an application that gives up on the first, and on nothing else, fails', async () => {
  const silent = (response: ServerResponse) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const { openai } = await clientsOf({ openai: silent, qwen: up }, 0)
  const ask = async () => {
    const signal = AbortSignal.timeout(60)
    for await (const _ of await openai.chat.completions.create(streamed, { signal })) continue
    signal.throwIfAborted()
  }

  expect(await complaint(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))).toContain('It never asked qwen.')
})

test('an application that reads only so much of the second answer as it needs passes', async () => {
  const { openai, qwen } = await clientsOf(
    {
      openai: down,
      qwen: (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(`data: ${JSON.stringify(chunk({ content: 'Good day' }))}\n\n`)
      },
    },
    0,
  )
  const ask = async () => {
    await openai.chat.completions.create(request).catch(() => undefined)
    for await (const { choices } of await qwen.chat.completions.create(streamed)) return choices[0]?.delta.content
    return undefined
  }

  await inTest(() => expect(ask).toFallBackTo('qwen', { from: 'openai' }))
})

test.each([
  ['qwen', undefined, "it takes a provider and { from }: write toFallBackTo('qwen', { from: 'openai' })."],
  [7, { from: 'openai' }, "it takes a provider and { from }: write toFallBackTo('qwen', { from: 'openai' })."],
  [
    'qwen',
    { from: 'openai', once: [() => {}] },
    'once holds what is no mock: write vi.fn() around what must run once.',
  ],
  ['qwen', { from: 'qwen' }, 'qwen is both the first and the second provider.'],
])('%j with %o is refused', async (to, expectations, message) => {
  expect(await complaint(() => expect(() => 1).toFallBackTo(to as never, expectations as never))).toBe(
    `toFallBackTo: ${message}`,
  )
})
