import { describe, expect, test } from 'vitest'
import { matchers } from '../../matchers/index.ts'
import { chunk, completion, whole } from '../contracts/seed.ts'
import { useBooths } from '../testing/booth.ts'
import { readReply } from '../wire/reply.ts'
import {
  accountAfter,
  ask,
  causes,
  clientOf,
  fails,
  json,
  provider,
  says,
  slowDown,
  type Answer,
} from './_spend.test.kit.ts'
import { causeOf } from './cause.ts'

expect.extend(matchers)
useBooths()

describe('every attempt has one cause', () => {
  const Schema = { type: 'object', required: ['total'] }
  const truncated = says('{"tot', {}, { finish_reason: 'length' })
  const calls = (args: string): Answer => {
    const call = { id: 'c', type: 'function', function: { name: 'add', arguments: args } }
    return says(
      '',
      {},
      { message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
    )
  }

  test.for<[string, Answer]>([
    ['rate limit', slowDown],
    ['server', fails(503)],
    ['quota', fails(429, 'insufficient_quota')],
    ['auth', fails(401, 'invalid_api_key')],
    ['refused', fails(400, 'context_length_exceeded')],
    ['refused', fails(418)],
    ['tool call', fails(400, 'tool_use_failed')],
    ['invalid JSON', says('Sure!')],
    ['invalid JSON', fails(400, 'json_validate_failed')],
    ['schema', says('{}')],
    ['truncated', truncated],
    ['refused', says('', {}, { message: { role: 'assistant', content: null, refusal: 'No' } })],
    ['server', { body: { error: { message: 'boom', code: 502 } } }],
    ['accepted', says('{"total":1}')],
  ])('%s', async ([cause, answer], { expect: own }) => {
    const b = await provider(answer)
    const account = await accountAfter(b, async () => expect(ask(clientOf(b, 0), json)).toReturnValidJson(Schema))

    own(causes(account)).toEqual([cause])
  })

  test('a tool call whose arguments do not fit', async () => {
    const b = await provider(calls('{"a":"x"}'))
    const parameters = { type: 'object', properties: { a: { type: 'number' } } }
    const tools = [{ type: 'function' as const, function: { name: 'add', parameters } }]
    const account = await accountAfter(b, async () => expect(ask(clientOf(b), { tools })).toCallToolWith('add'))

    expect(causes(account)).toEqual(['tool call'])
  })

  test('a stream that is cut, an answer that is given up, and a connection that breaks', async () => {
    const b = await provider(
      { events: [chunk({ content: 'Hel' })], cut: true },
      { events: [chunk({ content: 'Hel' })] },
      { events: [chunk({ content: 'Hällo' }), chunk({ content: 'x' })], cut: true },
    )
    const account = await accountAfter(b, async () => {
      const read = async () => (await b.post({ stream: true })).text()
      await read().catch(() => undefined)
      await read()
      const reader = (await b.post({ stream: true })).body?.getReader()
      await reader?.read()
      await reader?.cancel()
      await b.endpoint.close()
      // The first may meet a connection that was open before.
      await b.post({}).catch(() => undefined)
      await b.post({}).catch(() => undefined)
    })

    expect(causes(account)).toEqual(['cut', 'cut', 'aborted', 'network', 'network'])
    expect(account.attempts[2]).toMatchObject({ delivered: expect.toSatisfy((bytes: number) => bytes >= 6) as number })
    // Nobody was there to bill the last one; of the others nobody knows.
    expect(account.attempts.slice(0, 3).map(({ usd }) => usd)).toEqual([undefined, undefined, undefined])
    expect(account.attempts.at(-1)?.usd).toBe(0)
  })
})

test('what was turned away costs nothing, and of what may have been made nobody knows', async () => {
  const error = (code: number | string, more: object = {}) => ({ body: { error: { message: 'no', code }, ...more } })
  const begun = [
    error('rate_limit_exceeded', completion()),
    error('rate_limit_exceeded', { usage: { prompt_tokens: 9 } }),
  ]
  const turnedAway = [slowDown, fails(400), fails(418), fails(529), error('rate_limit_exceeded')]
  const unknown = [fails(500), fails(504), fails(400, 'tool_use_failed'), error(502), ...begun]
  const b = await provider(...turnedAway, ...unknown)
  const account = await accountAfter(b, async () => {
    for (let i = 0; i < 11; i += 1) await (await b.post({ i })).text()
  })

  expect(account.attempts.map(({ usd }) => usd)).toEqual([...turnedAway.map(() => 0), ...unknown.map(() => undefined)])
})

test.each([
  ['gate.json', 'Sure!', 'invalid JSON'],
  ['gate.json', '{}', 'schema'],
  ['json_schema.valid', '{}', 'schema'],
  ['gate.tool', 'Sunny.', 'tool call'],
  ['roundtrip.basic', 'Sunny.', 'tool call'],
  ['responses.function-call', 'Sunny.', 'tool call'],
  ['tool_choice.required', 'Sunny.', 'tool call'],
  ['tools.select.one-of-many', 'Sunny.', 'tool call'],
  ['responses.usage-sum', 'Sunny.', 'other'],
  ['chat.instruction.nonce', 'Sunny.', 'other'],
])('an answer that broke %s and says %j was for nothing by its %s', (contract, content, cause) => {
  expect(causeOf(readReply(whole(completion({ content }))), { accepts: false, contract })).toBe(cause)
})
