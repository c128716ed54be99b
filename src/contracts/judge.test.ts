import { expect, test } from 'vitest'
import type { Breach, Contract } from './contract.ts'
import { contracts } from './index.ts'
import { judge } from './judge.ts'
import { completion, stream, whole } from './seed.ts'

const contract = (breach: Breach | undefined, more: Partial<Contract> = {}): Contract => ({
  id: 'x',
  level: 'must',
  mode: 'wire',
  needs: [],
  promise: 'Answers.',
  hint: 'Ask again.',
  source: 'none',
  blame: 'gateway',
  applies: () => true,
  check: () => breach,
  ...more,
})
const says = 'sent nothing'
const judged = (breach: Breach | undefined, more: Partial<Contract> = {}, exchange = whole('Busy')) =>
  judge(exchange, [contract(breach, more)])[0]

test('a verdict is kept, broken or unchecked, and a note is never broken', () => {
  expect([
    judged(undefined)?.verdict,
    judged({ says })?.verdict,
    judged({ says }, { applies: () => false })?.verdict,
    judged({ says }, { level: 'info' })?.verdict,
  ]).toEqual(['kept', 'broken', 'unchecked', 'unchecked'])
})

test('a breach has the blame of its contract unless it says another', () => {
  expect(judged({ says })?.breach?.blame).toBe('gateway')
  expect(judged({ says, blame: 'model' })?.breach?.blame).toBe('model')
})

test('a breach without evidence of its own shows how the answer begins', () => {
  expect(judged({ says })?.breach?.bytes).toBe('HTTP 200, content-type application/json, Busy')
  expect(judged({ says }, {}, whole('', { status: 204 }))?.breach?.bytes).toBe(
    'HTTP 204, content-type application/json, no body',
  )
  const { response, ...rest } = whole('Busy')
  expect(judged({ says }, {}, { ...rest, response: { ...response, headers: {} } })?.breach?.bytes).toBe(
    'HTTP 200, content-type none, Busy',
  )
  for (const evidence of [{ path: '$' }, { event: 0 }]) {
    expect(judged({ says, ...evidence })?.breach).toEqual({ blame: 'gateway', says, ...evidence })
  }
  expect(judged({ says, bytes: 'x' })?.breach?.bytes).toBe('x')
})

test("a verdict carries the provider's own id of the request, where there is one", () => {
  const idOf = (headers: Record<string, string>) => judge(whole(completion(), { headers }), [contract(undefined)])[0]
  expect(idOf({})?.requestId).toBe('req_1')
  for (const name of [
    'request-id',
    'x-ds-trace-id',
    'x-log-id',
    'x-siliconcloud-trace-id',
    'x-generation-id',
    'apim-request-id',
    'eagleeye-traceid',
  ]) {
    expect(idOf({ 'x-request-id': '', [name]: name })?.requestId).toBe(name)
  }
  expect(idOf({ 'x-request-id': '' })).not.toHaveProperty('requestId')
})

const only = (id: string) => contracts.filter((contract) => contract.id === id)

test('what is only noted is never kept where something was found', () => {
  const echo = (model: string) => judge(whole(completion({}, { model })), only('chat.model.echo'))
  expect(echo('acme-1')).toEqual([{ contract: 'chat.model.echo', level: 'info', verdict: 'kept', requestId: 'req_1' }])
  expect(echo('other')).toMatchObject([
    {
      verdict: 'unchecked',
      breach: { says: 'named "other" as the model where "acme-1" was asked for', blame: 'gateway' },
    },
  ])
})

test('a breach with empty bytes and no place has the beginning of the answer', () => {
  const [empty] = judge(stream([]), only('stream.sse.complete'))
  expect(empty?.breach).toMatchObject({ bytes: 'HTTP 200, content-type text/event-stream; charset=utf-8, no body' })
})
