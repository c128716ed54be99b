import { execFile } from 'node:child_process'
import http from 'node:http'
import net from 'node:net'
import { promisify } from 'node:util'
import axios from 'axios'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { request as undiciRequest, fetch as undiciFetch } from 'undici'
import { booth, useBooths } from '../testing/booth.ts'
import { Endpoint } from '../testing/endpoint.ts'
import { openBridge } from './bridge.ts'
import { mayPass } from './seal.ts'

// As an application might: taken before anything was intercepted.
const earlyFetch = globalThis.fetch

useBooths()

let outside: Endpoint
const keepAlive = new http.Agent({ keepAlive: true })

const get = (url: string, agent?: http.Agent) =>
  new Promise<number>((resolve, reject) => {
    http
      .get(url, agent === undefined ? {} : { agent }, (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      })
      .on('error', reject)
  })

beforeAll(async () => {
  outside = await new Endpoint((response) => response.end('reached')).listen()
  // Sockets that stay open, from before the seal.
  await get(outside.origin, keepAlive)
  await get(outside.origin)
  await (await earlyFetch(outside.origin)).text()
})
afterAll(() => outside.close())

const escapes: Record<string, (origin: string) => Promise<unknown>> = {
  'fetch of what looks like an asset': (origin) => fetch(`${origin}/logo.png`),
  'fetch of a script': (origin) => fetch(`${origin}/app.js?x=1`),
  'fetch captured before': (origin) => earlyFetch(`${origin}/early`),
  'node:http': (origin) => get(`${origin}/http`),
  'node:http over a socket that was open before': (origin) => get(`${origin}/keep-alive`, keepAlive),
  'node:http by its global agent': (origin) => get(`${origin}/global`, http.globalAgent),
  axios: (origin) => axios.get(`${origin}/axios`),
  'axios over fetch': (origin) => axios.get(`${origin}/axios-fetch`, { adapter: 'fetch' }),
  'undici.request': (origin) => undiciRequest(`${origin}/undici`),
  'undici.fetch': (origin) => undiciFetch(`${origin}/undici-fetch`),
  'a WebSocket': (origin) =>
    new Promise((_resolve, reject) => new WebSocket(origin.replace('http', 'ws')).addEventListener('error', reject)),
  'a raw socket': (origin) =>
    new Promise((resolve, reject) => {
      const socket = net.connect(Number(new URL(origin).port), '127.0.0.1', () =>
        socket.end('GET / HTTP/1.1\r\nhost: x\r\n\r\n', () => resolve('sent')),
      )
      socket.on('error', reject)
    }),
}

describe('in replay nothing escapes:', () => {
  test.each(Object.entries(escapes))('%s', async (_name, escape) => {
    const b = await booth((response) => response.end())
    const unseal = b.recorder.seal()
    onTestFinished(unseal)
    const before = outside.got.length
    const { value, seen } = await b.attempt('replay', () =>
      escape(outside.origin).then(
        (answer) => (answer as { status?: number }).status,
        () => 'refused',
      ),
    )

    expect(outside.got.length).toBe(before)
    expect(value === 'refused' || value === 400).toBe(true)
    expect(seen.complaints.length).toBeGreaterThan(0)
  })

  test('and what tried is told so', async () => {
    const b = await booth((response) => response.end())
    const unseal = b.recorder.seal()
    onTestFinished(unseal)
    const { seen } = await b.attempt('replay', () => get(outside.origin).catch(() => 0))

    expect(seen.complaints[0]?.message.replace(/:\d+/g, ':PORT')).toMatchInlineSnapshot(
      `"Something other than fetch reached for 127.0.0.1:PORT, and in replay nothing reaches the network. Let the client use fetch (axios: adapter: 'fetch'), point it at bridge(provider), or let it pass with llmContracts({ allow: ['127.0.0.1'] })."`,
    )
  })

  test('but servers of the test that may pass, by host or by host and port', async () => {
    const b = await booth((response) => response.end())
    b.allow.push(new URL(outside.origin).host)
    const unseal = b.recorder.seal()
    onTestFinished(unseal)
    const { value, seen } = await b.attempt('replay', async () => [
      await get(outside.origin),
      (await fetch(outside.origin)).status,
    ])

    expect(value).toEqual([200, 200])
    expect(seen.complaints).toEqual([])
  })
})

test('names of this machine are one, and a port is asked for only where it is given', () => {
  expect(mayPass(['localhost'], '127.0.0.1', 3000)).toBe(true)
  expect(mayPass(['localhost:3000'], '::1', 3000)).toBe(true)
  expect(mayPass(['localhost:3000'], '127.0.0.1', 3001)).toBe(false)
  expect(mayPass(['db.internal'], 'db.internal', 5432)).toBe(true)
  expect(mayPass(['db.internal'], 'api.openai.com', 443)).toBe(false)
})

describe('a bridge', () => {
  const child = `const r = await fetch(process.env.BASE + '/chat/completions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"stream":true}' })
    const reads = []; for await (const b of r.body) reads.push(Buffer.from(b).toString()); console.log(JSON.stringify([r.status, reads]))`

  test('lets a child process be recorded, and replayed with the server down', async () => {
    const events = ['data: {"a":1}\n\n', ': ping\n\n', 'data: [DONE]\n\n']
    const b = await booth(async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      for (const part of events) {
        response.write(part)
        await new Promise((resolve) => setTimeout(resolve, 15))
      }
      response.end()
    })
    const work = async () => {
      const opened = await openBridge(b.provider.baseURL ?? '', (asked) => b.recorder.answer(asked))
      const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', child], {
        env: { ...process.env, BASE: opened.baseURL },
      })
      await opened.close()
      const [status, reads] = JSON.parse(stdout) as [number, string[]]
      // TCP may join what the bridge wrote piece by piece.
      return { status, text: reads.join('') }
    }
    const recorded = await b.attempt('record', work)
    await b.endpoint.close()
    const unseal = b.recorder.seal()
    onTestFinished(unseal)
    const replayed = await b.attempt('replay', work)

    expect(recorded.value).toEqual({ status: 200, text: events.join('') })
    expect(replayed.value).toEqual(recorded.value)
    expect(replayed.pieces).toEqual([events])
    expect(b.endpoint.got.length).toBe(1)
  })
})
