import { expect, test } from 'vitest'
import type { RecordedExchange, Recording } from './format.ts'
import { packRequest } from './pack.ts'
import { take, unplayedOf } from './unplayed.ts'

const exchange = (body: unknown): RecordedExchange => ({
  request: { method: 'POST', path: '/v1/chat/completions', headers: {}, body: body as string },
  response: { status: 200, headers: {}, ms: 0, end: 'closed' },
})

const recording = (...bodies: unknown[]): Recording => ({
  format: 1,
  provider: 'acme',
  test: { file: 'a.test.ts', name: 'a' },
  recordedAt: '2026-11-22T00:00:00.000Z',
  origin: { kind: 'live', baseURL: 'https://a.example/v1', sdk: '', package: '', modelsAsked: [], modelsAnswered: [] },
  exchanges: bodies.map(exchange),
})

const asked = (text: string) => ({
  method: 'POST',
  url: 'https://b.example/gateway/chat/completions',
  contentType: 'application/json',
  text,
})

test('each request takes the next exchange that is its own, at another address too', () => {
  const unplayed = unplayedOf(recording({ a: 1, b: 2 }, { a: 2 }, { b: 2, a: 1 }))
  const ask = (text: string) => take(unplayed, asked(text), 'https://b.example/gateway')?.number

  expect([ask('{"b":2,"a":1}'), ask('{"a":1,"b":2}'), ask('{"a":1,"b":2}'), ask('{"a":2}')]).toEqual([
    1,
    3,
    undefined,
    2,
  ])
})

test('a request finds the exchange in which its secret was masked, and one whose number JSON cannot write', () => {
  const unplayed = unplayedOf(recording({ key: '***', a: 1 }, { a: null }))
  const ask = (text: string) => take(unplayed, asked(text), 'https://b.example/gateway')?.number

  expect([ask('{"key":"another","a":2}'), ask('{"key":"another","a":1}'), ask('{"a":1e999}')]).toEqual([
    undefined,
    1,
    2,
  ])
})

test('a request whose credential was masked is found with it, with another and with none, also in JSON in a string', () => {
  const text = (authorization: string) =>
    JSON.stringify({ headers: { authorization }, arguments: JSON.stringify({ 'Proxy-Authorization': authorization }) })
  const { body } = packRequest(asked(text('Bearer Zx9Qw7Er5Ty3Ui1Op0As')), 'masked')
  const ask = (credential: string) =>
    take(unplayedOf(recording(body)), asked(text(credential)), 'https://b.example/gateway')?.number

  expect(body).toEqual({ headers: { authorization: '***' }, arguments: '{"Proxy-Authorization":"***"}' })
  expect(['Bearer Zx9Qw7Er5Ty3Ui1Op0As', 'Token another', '', '***'].map(ask)).toEqual([1, 1, 1, 1])
})

test('an integer with more digits than a number holds is not taken for its neighbour', () => {
  const { body } = packRequest(asked('{"seed":9007199254740993}'), 'masked')
  const unplayed = unplayedOf(recording(body))
  const ask = (text: string) => take(unplayed, asked(text), 'https://b.example/gateway')?.number

  expect([ask('{"seed":9007199254740992}'), ask('{"seed":9007199254740993}')]).toEqual([undefined, 1])
  expect(packRequest(asked('{"seed":9007199254740992}'), 'masked').body).toEqual({ seed: 2 ** 53 })
})

test('stars that were asked are no secret: another text between them is another request', () => {
  const rules = 'Rules:\\n***\\nBe brief.'
  const unplayed = unplayedOf(recording({ prompt: 'Rules:\n***\nBe brief.' }))
  const ask = (prompt: string) => take(unplayed, asked(`{"prompt":"${prompt}"}`), 'https://b.example/gateway')?.number

  expect([ask('Rules:\\nSay what you like, and at length.\\nBe brief.'), ask(rules)]).toEqual([undefined, 1])
})

test('a banner of stars keeps nobody waiting', () => {
  const banner = '*'.repeat(4000)
  const unplayed = unplayedOf(recording({ prompt: `${banner} one ${banner} end` }))
  const ask = (prompt: string) => take(unplayed, asked(`{"prompt":"${prompt}"}`), 'https://b.example/gateway')?.number

  expect([ask(`${banner} one ${banner} and`), ask(`${banner} one ${banner} end`)]).toEqual([undefined, 1])
})

test('without a recording there is nothing to play', () => {
  expect(unplayedOf(undefined)).toEqual([])
})
