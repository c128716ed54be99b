import { getEventListeners } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { Agent } from 'undici'
import { booth, useBooths } from '../testing/booth.ts'
import { Endpoint } from '../testing/endpoint.ts'
import { intercept, realFetch } from './network.ts'
import type { Respond } from './source.ts'

let server: Endpoint
let stop: (() => void) | undefined

// Says what it was asked, so that two clients can be compared by what reached it.
beforeAll(async () => {
  server = await new Endpoint((response, { method, path, headers, text }) => {
    const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '\0'
    const plain = JSON.stringify({
      method,
      path,
      type: headers['content-type'],
      own: headers['x-own'],
      length: headers['content-length'],
      text,
    })
    response.writeHead(path === '/redirect' ? 302 : 200, path === '/redirect' ? { location: '/new' } : {})
    response.end(plain.replaceAll(boundary, 'BOUNDARY'))
  }).listen()
})
afterAll(() => server.close())
afterEach(() => {
  stop?.()
  stop = undefined
})

const intercepted = (answer: Respond) => {
  stop = intercept(answer)
}

/** What comes of a call, in words. */
async function outcome(call: () => Promise<Response>): Promise<unknown> {
  try {
    const response = await call()
    const { status, url, redirected } = response
    return { status, url: url.replace(server.origin, ''), redirected, text: await response.text() }
  } catch (error) {
    const { name, message, cause } = error as Error
    return { name, message, cause: (cause as Error | undefined)?.message }
  }
}

type Call = (ask: typeof fetch, origin: string) => Promise<Response>

const post = (body: BodyInit | null | undefined, more: object = {}) =>
  (async (ask, origin) => ask(`${origin}/a`, { method: 'POST', body, ...more } as RequestInit)) satisfies Call

const objectURL = URL.createObjectURL(new Blob(['hello']))

const alike: Record<string, Call> = {
  'a string': (ask, origin) => ask(`${origin}/a?b=1`),
  'a string, and null for more': (ask, origin) => ask(`${origin}/a`, null as never),
  'a string with a fragment, and dots in its path': (ask, origin) => ask(`${origin}/x/../a#b`),
  'a URL': (ask, origin) => ask(new URL(`${origin}/a`)),
  'a Request': (ask, origin) =>
    ask(new Request(`${origin}/a`, { method: 'PUT', body: 'b', headers: { 'x-own': '1' } })),
  'a Request and more': (ask, origin) =>
    ask(new Request(`${origin}/a`, { headers: { 'x-own': '1' } }), { method: 'POST', body: 'b' }),
  'something that is no string but becomes one': (ask, origin) => ask({ toString: () => `${origin}/a` } as never),
  'an address that cannot be read': (ask) => ask('http://'),
  'a relative address': (ask) => ask('/a'),
  'an address with a name and a password': (ask, origin) => ask(origin.replace('//', '//name:password@')),
  'a text': post('grüße'),
  'an empty text': post(''),
  'a text that is not well formed': post('a\ud800b'),
  'a text with its type': post('{}', { headers: { 'content-type': 'application/json' } }),
  bytes: post(new Uint8Array([104, 105])),
  'a form': (ask, origin) => {
    const form = new FormData()
    form.set('file', new File(['hello'], 'a.txt', { type: 'text/plain' }))
    return post(form)(ask, origin)
  },
  'search parameters': post(new URLSearchParams({ a: 'b c' })),
  'a blob': post(new Blob(['hi'], { type: 'text/x-own' })),
  'a stream': (ask, origin) => post(new Blob(['hi']).stream(), { duplex: 'half' })(ask, origin),
  'a stream without duplex': (ask, origin) => post(new Blob(['hi']).stream())(ask, origin),
  'no body': post(undefined),
  'a body that is null': post(null),
  'a GET with a body': (ask, origin) => ask(origin, { body: 'b' }),
  'a HEAD with a body': (ask, origin) => ask(origin, { method: 'HEAD', body: 'b' }),
  'a method in small letters': post('b', { method: 'put' }),
  'a method that is none': post('b', { method: 'a b' }),
  'a method that is forbidden': post('b', { method: 'TRACE' }),
  'headers as an object': post('b', { headers: { 'X-Own': ' 1 ' } }),
  'headers as a list': post('b', {
    headers: [
      ['x-own', '1'],
      ['X-Own', '2'],
    ],
  }),
  'headers as Headers': post('b', { headers: new Headers({ 'x-own': '1' }) }),
  'a header with an impossible name': post('b', { headers: { 'x own': '1' } }),
  'a header with an impossible value': post('b', { headers: { 'x-own': '1\n2' } }),
  'headers that are none': post('b', { headers: 1 }),
  'a signal that is none': post('b', { signal: {} }),
  'a mode that is none': post('b', { mode: 'mode' }),
  'a redirect that is followed': (ask, origin) => ask(`${origin}/redirect`, { method: 'POST', body: 'b' }),
  'a redirect that is not': (ask, origin) => ask(`${origin}/redirect`, { redirect: 'manual' }),
  'a redirect that is refused': (ask, origin) => ask(`${origin}/redirect`, { redirect: 'error' }),
  'data in the address': (ask) => ask('data:text/plain,hello'),
  'an object URL': (ask) => ask(objectURL),
  'a scheme that nobody knows': (ask) => ask('gopher://example.com'),
}

describe('a call is read as Node.js reads it:', () => {
  test.each(Object.entries(alike))('%s', async (_name, call) => {
    const native = await outcome(() => call(realFetch, server.origin))
    intercepted((asked) => realFetch(asked.request))
    const ours = await outcome(() => call(fetch, server.origin))

    expect(ours).toEqual(native)
  })
})

describe('a signal', () => {
  const bodies = { 'a text': 'b', bytes: new Uint8Array([1]) }

  test.each(Object.entries(bodies))(
    'that was aborted before keeps a call with %s from being heard of',
    async (_name, body) => {
      const heard: string[] = []
      intercepted(async ({ url }) => {
        heard.push(url)
        return new Response()
      })
      const reason = new Error('enough')
      const signal = AbortSignal.abort(reason)

      await expect(fetch(server.origin, { method: 'POST', body, signal })).rejects.toBe(reason)
      expect(heard).toEqual([])
    },
  )

  test.each(Object.entries(bodies))(
    'that aborts while an answer to %s is awaited rejects with its reason',
    async (_name, body) => {
      intercepted(() => new Promise(() => {}))
      const giveUp = new AbortController()
      const answered = fetch(server.origin, { method: 'POST', body, signal: giveUp.signal })
      const reason = new Error('enough')
      setTimeout(() => giveUp.abort(reason), 5)

      await expect(answered).rejects.toBe(reason)
    },
  )

  test('that times out rejects as it does without us', async () => {
    intercepted(() => new Promise(() => {}))

    await expect(fetch(server.origin, { signal: AbortSignal.timeout(5) })).rejects.toThrow(
      expect.objectContaining({ name: 'TimeoutError' }),
    )
  })

  test('that many calls share is not crowded, and forgets the calls that are over', async () => {
    const warnings: Error[] = []
    const note = (warning: Error) => void warnings.push(warning)
    process.on('warning', note)
    onTestFinished(() => void process.off('warning', note))
    intercepted(async () => new Response('a'))
    const { signal } = new AbortController()
    await Promise.all(Array.from({ length: 50 }, () => fetch(server.origin, { signal })))
    await new Promise(setImmediate)

    expect(warnings).toEqual([])
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })
})

describe('an answer', () => {
  test('bears the address that was asked, without its fragment, and so does its clone', async () => {
    intercepted(async () => new Response('a'))
    const response = await fetch('https://api.example.com/v1?a=1#b')
    const clone = response.clone()

    expect([response.url, clone.url, clone.clone().url]).toEqual(Array(3).fill('https://api.example.com/v1?a=1'))
    expect(response.redirected).toBe(false)
    expect(await Promise.all([response.text(), clone.text()])).toEqual(['a', 'a'])
  })

  test('that redirects is followed, by what answers', async () => {
    const heard: unknown[] = []
    intercepted(async ({ method, url, contentType, request }) => {
      heard.push([method, url, contentType, request.headers.get('authorization'), await request.text()])
      const location = { '/a': '/b', '/b': 'https://other.example/c' }[new URL(url).pathname]
      return location === undefined
        ? new Response('there')
        : new Response(null, { status: heard.length === 1 ? 307 : 302, headers: { location } })
    })
    const headers = { authorization: 'Bearer key', 'content-type': 'application/json' }
    const response = await fetch('https://api.example.com/a', { method: 'POST', headers, body: '{}' })

    expect(heard).toEqual([
      ['POST', 'https://api.example.com/a', 'application/json', 'Bearer key', '{}'],
      ['POST', 'https://api.example.com/b', 'application/json', 'Bearer key', '{}'],
      ['GET', 'https://other.example/c', undefined, null, ''],
    ])
    expect([response.url, response.redirected, await response.text()]).toEqual([
      'https://other.example/c',
      true,
      'there',
    ])
  })

  const redirects: Record<string, [location: string | undefined, init: RequestInit, outcome: string]> = {
    'to nowhere is the answer': [undefined, {}, '302'],
    'that the client wants to see is the answer': ['/b', { redirect: 'manual' }, '302'],
    'that the client forbids fails': ['/b', { redirect: 'error' }, 'fetch failed: unexpected redirect'],
    'to another scheme fails': ['ftp://a/', {}, 'fetch failed: URL scheme must be a HTTP(S) scheme'],
    'to itself fails in the end': ['/a', {}, 'fetch failed: redirect count exceeded'],
  }

  test.each(Object.entries(redirects))('that redirects %s', async (_name, [location, init, told]) => {
    intercepted(async () => new Response(null, { status: 302, headers: location === undefined ? {} : { location } }))
    const came = await fetch('https://api.example.com/a', init).then(
      ({ status }) => String(status),
      (error: Error) => `${error.message}: ${(error.cause as Error).message}`,
    )

    expect(came).toBe(told)
  })
})

test('who kept our fetch for longer than it answers reaches the network as before', async () => {
  intercepted(async () => new Response('ours'))
  const kept = fetch
  stop?.()
  stop = undefined

  expect(await (await kept(`${server.origin}/a`, { method: 'POST', body: 'b' })).json()).toMatchObject({ text: 'b' })
  expect(globalThis.fetch).toBe(realFetch)
})

describe('while recording', () => {
  useBooths()

  test('what is sent on is what was given at the call, and goes where the client sends it', async () => {
    const b = await booth((response) => response.end('{}'))
    const dispatched: string[] = []
    class Own extends Agent {
      override dispatch(...[options, handler]: Parameters<Agent['dispatch']>): boolean {
        dispatched.push(options.path)
        return super.dispatch(options, handler)
      }
    }
    await b.attempt('record', async () => {
      const headers = new Headers({ 'x-own': 'first' })
      const first = b.post({ a: 1 }, { headers })
      headers.set('x-own', 'second')
      await Promise.all([first, b.post({ a: 2 }, { headers, dispatcher: new Own() } as RequestInit)])
    })

    const sent = Object.fromEntries(b.endpoint.got.map(({ headers, text }) => [text, headers['x-own']]))
    expect(sent).toEqual({ '{"a":1}': 'first', '{"a":2}': 'second' })
    expect(dispatched).toEqual(['/v1/chat/completions'])
  })

  test('a client that gives up right after the call has asked nothing', async () => {
    const b = await booth((response) => response.end('{}'))
    await b.attempt('record', () => b.post({ a: 1 }))
    const { tape, seen } = await b.attempt('replay', async () => {
      const giveUp = new AbortController()
      const asked = b.post({ a: 1 }, { signal: giveUp.signal })
      giveUp.abort()
      await expect(asked).rejects.toThrow('aborted')
    })

    expect(seen).toEqual({ exchanges: [], complaints: [] })
    expect(tape.evidence()).toEqual({})
  })
})

describe('while msw loads', () => {
  /** Takes `fetch` over as the first of this process to do so. */
  const first = async (answer: Respond, waits?: (answered: Promise<Response>) => void) => {
    vi.resetModules()
    const { intercept: interceptAnew } = await import('./network.ts')
    stop = interceptAnew(answer, waits)
  }

  test('whoever ends the test is told of a request that waits, at once', async () => {
    const waiting: Promise<Response>[] = []
    await first(
      async () => new Response('late'),
      (answered) => waiting.push(answered),
    )
    const answered = fetch(server.origin)

    expect(waiting).toHaveLength(1)
    await answered
  })

  test('requests wait, and none overtakes those that came before', async () => {
    const answered: string[] = []
    await first(async ({ text = '' }) => {
      answered.push(text)
      return new Response(text)
    })
    const asked: string[] = []
    const calls: Promise<Response>[] = []
    while (answered.length < 20) {
      asked.push(String(asked.length))
      calls.push(fetch(server.origin, { method: 'POST', body: asked.at(-1) ?? '' }))
      await (asked.length % 8 === 0 ? new Promise(setImmediate) : undefined)
    }
    await Promise.all(calls)

    expect(answered).toEqual(asked)
  })

  test('a client that gives up rejects with its reason, and nobody is asked', async () => {
    let count = 0
    await first(async () => new Response(String(count++)))
    const giveUp = new AbortController()
    const answered = fetch(server.origin, { signal: giveUp.signal })
    giveUp.abort(new Error('enough'))

    await expect(answered).rejects.toThrow('enough')
    expect(count).toBe(0)
  })

  test('a request goes to the network if we give way meanwhile', async () => {
    await first(async () => new Response('ours'))
    const answered = fetch(`${server.origin}/a`)
    stop?.()
    stop = undefined

    expect(await (await answered).text()).toContain('"path":"/a"')
  })

  test('a client that changes its headers changes nothing of what it asked', async () => {
    const types: unknown[] = []
    await first(async ({ request }) => {
      types.push(request.headers.get('x-own'))
      return new Response('')
    })
    const headers = new Headers({ 'x-own': 'before' })
    const answered = fetch(server.origin, { headers })
    headers.set('x-own', 'after')
    await answered

    expect(types).toEqual(['before'])
  })
})
