import type { ServerResponse } from 'node:http'
import type OpenAI from 'openai'
import { expect, test } from 'vitest'
import { chunk, completion } from '../src/contracts/seed.ts'
import { clientsOf, complaint, inTest, useRecorder } from './testing/application.ts'
import { matchers } from './index.ts'

expect.extend(matchers)
useRecorder()

const request = { model: 'm', messages: [{ role: 'user' as const, content: 'Hi' }] }

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}
const limited = (response: ServerResponse, headers: Record<string, string>) =>
  send(
    response,
    429,
    { error: { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
    headers,
  )
const failed = (response: ServerResponse, status: number, message: string, code: string | null = null) =>
  send(response, status, { error: { message, type: 'invalid_request_error', param: null, code } })

/** A client of a provider that fails in the given ways, and answers then. */
async function after(...failures: readonly ((response: ServerResponse) => unknown)[]) {
  let nth = 0
  const { acme } = await clientsOf({
    acme: (response) => (failures[nth++] ?? ((one) => send(one, 200, completion())))(response),
  })
  return acme
}

test.each([
  ['retry-after-ms', { 'retry-after-ms': '60' }],
  ['retry-after in seconds', { 'retry-after': '0.05' }],
] as const)('a client that waits for %s passes', async (_, headers) => {
  const acme = await after((response) => limited(response, headers))

  await inTest(() =>
    expect(acme.chat.completions.create(request)).toRetry({ attempts: 2, honouring: 'retry-after', within: 5_000 }),
  )
})

test.each([
  ['beside its own date', true],
  ['alone', false],
])('a client that waits until an HTTP-date %s passes, and one that does not fails', async (_, sendDate) => {
  const wait = (response: ServerResponse) => {
    response.sendDate = sendDate
    limited(response, { 'retry-after': new Date(Date.now() + 1_500).toUTCString() })
  }
  const patient = await after(wait)
  await inTest(() =>
    expect(patient.chat.completions.create(request)).toRetry({ attempts: 2, honouring: 'retry-after' }),
  )
  const hasty = await after((response) => {
    response.sendDate = sendDate
    limited(response, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() })
  })
  const ask = () => hasty.chat.completions.create(request, { maxRetries: 0 })

  expect(
    await complaint(() => expect(() => ask().catch(ask)).toRetry({ attempts: 2, honouring: 'retry-after' })),
  ).toMatch(/It asked again after N ms where it was told to wait \d{5} ms\./)
})

test('a function that asks with plain fetch passes too, whatever it is built on', async () => {
  const acme = await after((response) => limited(response, { 'retry-after-ms': '30' }))
  const ask = () => fetch(`${acme.baseURL}/chat/completions`, { method: 'POST', body: JSON.stringify(request) })
  const app = async () => {
    const first = await ask()
    if (first.ok) return first
    await new Promise((wake) => setTimeout(wake, Number(first.headers.get('retry-after-ms'))))
    return ask()
  }

  await inTest(() => expect(app).toRetry({ attempts: 2, honouring: 'retry-after' }))
})

test('a client that comes back too early fails', async () => {
  const acme = await after((response) => limited(response, { 'retry-after-ms': '5000' }))
  const app = async () => {
    for (const last of [false, true]) {
      const done = acme.chat.completions.create(request, { maxRetries: 0 })
      if (last) return done
      await done.catch(() => undefined)
    }
    return undefined
  }

  expect(await complaint(() => expect(app).toRetry({ attempts: 2, honouring: 'retry-after' }))).toMatchInlineSnapshot(`
    "expect(call).toRetry({ attempts: 2, honouring: "retry-after" })

    Expected the client to ask 2 times, waiting as long as it is told.
    It asked again after N ms where it was told to wait 5000 ms.
    1. acme HTTP 429, rate limit, told to wait 5000 ms
    2. acme HTTP 200; asked N ms after the answer before

    live, exchange 2, HTTP 200"
  `)
})

test('a client that gives up too early fails', async () => {
  const acme = await after((response) => failed(response, 500, 'Oops'))
  const call = () => acme.chat.completions.create(request, { maxRetries: 0 })

  expect(await complaint(() => expect(call).toRetry({ attempts: 3 }))).toMatchInlineSnapshot(`
    "expect(call).toRetry({ attempts: 3 })

    Expected the client to ask 3 times.
    It asked 1 time.
    1. acme HTTP 500, server

    live, exchange 1, HTTP 500"
  `)
})

test.each([
  ['a bad request', 400, 'Unknown parameter', null],
  ['a wrong key', 401, 'Incorrect API key provided', 'invalid_api_key'],
  ['an empty account', 402, 'Insufficient Balance', null],
  ['an unknown model', 404, 'The model does not exist', 'model_not_found'],
  ['a prompt that is too long', 400, "This model's maximum context length is 8 tokens", 'context_length_exceeded'],
  ['a quota that is used up', 429, 'You exceeded your current quota', 'insufficient_quota'],
] as const)('a client that asks again after %s fails', async (_, status, message, code) => {
  const acme = await after((response) => failed(response, status, message, code))
  const stubborn = async () => {
    await acme.chat.completions.create(request, { maxRetries: 0 }).catch(() => undefined)
    return acme.chat.completions.create(request)
  }

  expect(await complaint(() => expect(stubborn).toRetry({ attempts: 2 }))).toContain('where no retry can help')
})

test.each([400, 401, 404])('the SDK passes, which does not ask again after HTTP %i', async (status) => {
  const acme = await after((response) => failed(response, status, 'No'))

  await inTest(() => expect(acme.chat.completions.create(request)).toRetry({ attempts: 1 }))
})

test('a client that asks again after a part of a stream has arrived fails', async () => {
  const acme = await after((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(`data: ${JSON.stringify(chunk({ content: 'Hel' }))}\n\n`, () => response.destroy())
  })
  const app = async () => {
    try {
      for await (const _ of await acme.chat.completions.create({ ...request, stream: true })) continue
    } catch {
      return acme.chat.completions.create({ ...request, stream: true })
    }
    return undefined
  }

  expect(await complaint(() => expect(app).toRetry({ attempts: 2 }))).toMatchInlineSnapshot(`
    "expect(call).toRetry({ attempts: 2 })

    Expected the client to ask 2 times.
    It asked again after attempt 1 had streamed a part of its answer.
    1. acme HTTP 200, cut, server
    2. acme HTTP 200; asked N ms after the answer before

    live, exchange 2, HTTP 200"
  `)
})

test('a client that takes too long in all fails', async () => {
  const acme = await after((response) => limited(response, { 'retry-after-ms': '80' }))

  expect(
    await complaint(() => expect(acme.chat.completions.create(request)).toRetry({ attempts: 2, within: 20 })),
  ).toContain('It took N ms in all.')
})

test('other requests of the client are another matter', async () => {
  const acme = await after((response) => failed(response, 500, 'Oops'))
  const app = async () => {
    await acme.chat.completions.create(request)
    return acme.chat.completions.create({ ...request, model: 'another' })
  }

  await inTest(() => expect(app).toRetry({ attempts: 2 }))
})

test('.not passes where the client does otherwise, and says what it did where not', async () => {
  const patient = await after((response) => limited(response, { 'retry-after-ms': '5' }))
  await inTest(() => expect(patient.chat.completions.create(request)).not.toRetry({ attempts: 3 }))
  const acme = await after((response) => failed(response, 400, 'No'))

  expect(await complaint(() => expect(acme.chat.completions.create(request)).not.toRetry({ attempts: 1 })))
    .toMatchInlineSnapshot(`
      "expect(call).not.toRetry({ attempts: 1 })

      Expected the client not to ask 1 time.
      It did.
      1. acme HTTP 400, bad request

      live, exchange 1, HTTP 400"
    `)
})

test.each([
  [0, 'toRetry: attempts is 0: write a whole number from 1.'],
  ['2', 'toRetry: attempts is "2": write a whole number from 1.'],
])('attempts of %o are refused', async (attempts, message) => {
  expect(await complaint(() => expect(() => undefined).toRetry({ attempts: attempts as number }))).toBe(message)
})

test('what asks nothing is not judged', async () => {
  expect(await complaint(() => expect(() => 1).toRetry({ attempts: 1 }))).toMatchInlineSnapshot(
    `"toRetry saw no request to a known provider."`,
  )
  expect(await complaint(() => expect('text').toRetry({ attempts: 1 }))).toMatchInlineSnapshot(
    `"toRetry watches a client while it asks, and got a string. Give it the promise of a call, or a function that makes it."`,
  )
})

test('a client that nothing failed for proves nothing, with .not neither', async () => {
  const acme = await after()
  const vacuous = 'toRetry: it was answered at once, so no retry was tried. Load a fault: faults.serverError(503).'

  expect(await complaint(() => expect(acme.chat.completions.create(request)).toRetry({ attempts: 1 }))).toBe(vacuous)
  expect(await complaint(() => expect(acme.chat.completions.create(request)).not.toRetry({ attempts: 2 }))).toBe(
    vacuous,
  )
})

test('a wait that nothing asked for is not honoured', async () => {
  const acme = await after((response) => failed(response, 500, 'Oops'))
  const call = () => acme.chat.completions.create(request)

  expect(await complaint(() => expect(call).toRetry({ attempts: 2, honouring: 'retry-after' }))).toBe(
    'toRetry: no answer asked for a wait, so nothing was honoured: faults.rateLimit({ retryAfter: 1 }) asks for one.',
  )
})

test('a client that counts its attempts in the body is seen to ask again', async () => {
  const acme = await after(
    ...Array.from({ length: 3 }, () => (response: ServerResponse) => failed(response, 400, 'No')),
  )
  const app = async () => {
    for (let attempt = 1; ; attempt += 1) {
      const metadata = { attempt: String(attempt) }
      const answer = await acme.chat.completions.create({ ...request, metadata }).catch(() => undefined)
      if (answer !== undefined) return answer
    }
  }

  expect(await complaint(() => expect(app).toRetry({ attempts: 1 }))).toContain(
    'It asked again after attempt 1, where no retry can help: bad request',
  )
})

test('a client that asks again before it is answered fails', async () => {
  const acme = await after(
    (response) => setTimeout(() => failed(response, 500, 'Oops'), 50),
    (response) => setTimeout(() => send(response, 200, completion()), 50),
  )
  const ask = () => acme.chat.completions.create(request, { maxRetries: 0 })

  expect(await complaint(() => expect(() => Promise.any([ask(), ask()])).toRetry({ attempts: 2 }))).toContain(
    'It asked again before attempt 1 was answered.',
  )
})

test('the request that fails is judged, whatever was asked before and beside it', async () => {
  const app = (acme: OpenAI, again: number) => async () => {
    await acme.chat.completions.create({ ...request, model: 'another' })
    const ask = () => acme.chat.completions.create(request, { maxRetries: 0 })
    for (let left = again; left > 0; left -= 1) await ask().catch(() => undefined)
    return ask()
  }
  const ok = (response: ServerResponse) => send(response, 200, completion())
  const limits = (response: ServerResponse) => limited(response, {})
  const good = await after(ok, limits)
  await inTest(() => expect(app(good, 1)).toRetry({ attempts: 2 }))
  const bad = await after(ok, limits, (response) => failed(response, 400, 'No'))

  expect(await complaint(() => expect(app(bad, 2)).toRetry({ attempts: 3 }))).toContain('where no retry can help')
})

test('a redirect is no attempt of its own', async () => {
  const moved = (response: ServerResponse) => response.writeHead(307, { location: '/v1/eu/chat/completions' }).end()
  const acme = await after(moved, (response) => limited(response, { 'retry-after-ms': '20' }), moved)

  await inTest(() => expect(acme.chat.completions.create(request)).toRetry({ attempts: 2, honouring: 'retry-after' }))
})

test('a client that gives up on a silent stream, and asks again, passes', async () => {
  const acme = await after((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  })
  const app = async () => {
    const signal = AbortSignal.timeout(60)
    try {
      const stream = await acme.chat.completions.create({ ...request, stream: true }, { signal })
      for await (const _ of stream) return 'streamed'
      signal.throwIfAborted()
    } catch {
      // it asks again
    }
    return acme.chat.completions.create(request)
  }

  await inTest(() => expect(app).toRetry({ attempts: 2 }))
})

test('expectations that are missing are refused', async () => {
  expect(await complaint(() => expect(() => 1).toRetry(undefined as never))).toBe('toRetry: it takes { attempts }.')
})
