import { describe, expect, test } from 'vitest'
import { matchers } from '../../matchers/index.ts'
import { errorAnswer } from '../recording/faults.ts'
import { useBooths } from '../testing/booth.ts'
import type { Try } from '../trials/run.ts'
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
  usage,
  type Asked,
} from './_spend.test.kit.ts'
import { accountOf, joined, type Account, type Attempt, type Ran } from './account.ts'
import { balanceOf } from './balance.ts'
import { openPrices } from './prices.ts'
import { settle } from './settle.ts'

expect.extend(matchers)
useBooths()

describe('the cost of an accepted answer is that of all attempts', () => {
  test('a 429 that the SDK retries, an answer that is no JSON, and one that is', async () => {
    const b = await provider(slowDown, says('no JSON'), says('{"ok":true}'))
    const client = clientOf(b)
    const app = async () => {
      for (;;) {
        const answer = await ask(client, json)
        try {
          JSON.parse(answer.choices[0]?.message.content ?? '')
          return answer
        } catch {
          // It asks again.
        }
      }
    }
    const account = await accountAfter(b, async () => expect(app).toReturnValidJson())
    const balance = balanceOf(account.attempts, await openPrices({ 'acme-1': { input: 1, output: 2 } }))

    expect(causes(account)).toEqual(['rate limit', 'invalid JSON', 'accepted'])
    // Twice 100 tokens at $1 and 50 at $2 a million, for one accepted answer.
    expect(balance.each.usd).toEqual({ value: 0.0004, atLeast: false })
    expect(balance.each.tokens).toEqual({ value: 300, atLeast: false })
    expect(balance.each.attempts).toBe(3)
    expect(balance.causes).toEqual({ 'rate limit': 1, 'invalid JSON': 1, accepted: 1 })
  })

  test('a reported cost counts before any table', async () => {
    const reports = (cost: number, content: string) => says(content, { usage: { ...usage, cost } })
    const b = await provider(reports(0.25, '[]'), reports(0.5, '{}'))
    const account = await accountAfter(b, async () => {
      await expect(ask(clientOf(b), json)).not.toReturnValidJson()
      await expect(ask(clientOf(b), json)).toReturnValidJson()
    })

    expect(causes(account)).toEqual(['accepted', 'accepted'])
    const { each } = balanceOf(account.attempts, await openPrices({ 'acme-1': { input: 1, output: 2 } }))
    expect(each.usd).toEqual({ value: 0.375, atLeast: false })
  })
})

describe('who accepts an answer that no matcher judged', () => {
  test('the test as a whole, where the request asked for nothing that could be checked', async () => {
    const b = await provider(says('Hi'), says('Hi'))
    expect(causes(await accountAfter(b, () => ask(clientOf(b))))).toEqual(['accepted'])
    expect(causes(await accountAfter(b, () => ask(clientOf(b)), { passed: false }))).toEqual(['other'])
  })

  test('the request itself, where it asked for JSON, a schema or a tool', async () => {
    const schema = { type: 'object', required: ['total'] }
    const strict: Asked = { response_format: { type: 'json_schema', json_schema: { name: 's', schema } } }
    const call = { id: 'c', type: 'function', function: { name: 'add', arguments: '{"a"' } }
    const tool = says('', {}, { message: { role: 'assistant', content: null, tool_calls: [call] } })
    const b = await provider(says('Sure'), says('{}'), says('{}'), says('{"total":1}'), tool)
    const account = await accountAfter(b, async () => {
      for (const asked of [json, json, strict, strict, {}]) await ask(clientOf(b), asked)
    })

    expect(causes(account)).toEqual(['invalid JSON', 'accepted', 'schema', 'accepted', 'tool call'])
  })

  test('the matcher that judged the same request when it was sent again', async () => {
    const b = await provider(says('{"total":"x"}'), says('{"total":1}'), says('{"total":2}'))
    const schema = { type: 'object', properties: { total: { type: 'number' } } }
    const account = await accountAfter(b, async () => {
      await ask(clientOf(b), json)
      await ask(clientOf(b), json)
      await expect(ask(clientOf(b), json)).toReturnValidJson(schema)
    })

    expect(causes(account)).toEqual(['schema', 'accepted', 'accepted'])
  })
})

describe('what a test provokes counts for nothing', () => {
  test('a failure that a matcher accepted, and a fault', async () => {
    const b = await provider(fails(400), says('Hi'))
    const { seen } = await b.attempt('live', async (tape) => {
      await expect(ask(clientOf(b))).toFailWithOpenAIErrorShape({ status: 400 })
      const answer = errorAnswer(503, { message: 'busy', type: 'server_error', code: null })
      tape.faults.load({ name: 'serverError', answer }, {})
      await ask(clientOf(b, 1))
    })
    const account = await accountOf(seen, { passed: true, provokes: false, started: 1, ended: 2 })

    expect(causes(account)).toEqual(['provoked', 'provoked', 'accepted'])
    const balance = balanceOf(account.attempts, await openPrices({}))
    expect([balance.attempts, balance.provoked, balance.each.attempts]).toEqual([1, 2, 1])
  })

  test('a failure that a matcher asked for, though it found something wrong with it', async () => {
    const b = await provider(slowDown, slowDown, slowDown, fails(400))
    const account = await accountAfter(b, async () => {
      const wrong = { status: 418 }
      await expect(expect(ask(clientOf(b, 0))).toFailWithOpenAIErrorShape(wrong)).rejects.toThrow('418')
      await expect(ask(clientOf(b, 0))).not.toFailWithOpenAIErrorShape(wrong)
      await expect(ask(clientOf(b, 0))).toKeepContract('error.envelope')
      await expect(ask(clientOf(b, 0))).toKeepContract('error.envelope')
    })

    // The last two matchers would have taken an answer too, so only what is final was meant.
    expect(causes(account)).toEqual(['provoked', 'rate limit', 'rate limit', 'provoked'])
  })

  test("what no retry helps with in a test tagged 'errors', and no rate limit", async () => {
    const b = await provider(slowDown, fails(401, 'invalid_api_key'))
    const account = await accountAfter(b, () => ask(clientOf(b)), { provokes: true })

    expect(causes(account)).toEqual(['rate limit', 'provoked'])
  })
})

test('of a ready-made contract, what each try came to decides', async () => {
  const b = await provider(
    slowDown,
    says('1'),
    fails(404),
    says('2'),
    says('3'),
    fails(401, 'invalid_api_key'),
    fails(404),
  )
  const { seen } = await b.attempt('live', async () => {
    for (let i = 0; i < 7; i += 1) await (await b.post({ i })).text()
  })
  const from = (start: number, end: number = start + 1) => seen.exchanges.slice(start, end)
  const tries: Try[] = [
    { contract: 'chat.basic', is: 'kept', exchanges: from(0, 3) },
    { contract: 'tool_choice.required', is: 'broken', exchanges: from(3) },
    { contract: 'chat.basic', is: 'inconclusive', exchanges: from(4) },
    { contract: 'chat.basic', is: 'unreachable', exchanges: from(5) },
    { contract: 'chat.basic', is: 'refused', exchanges: from(6) },
  ]
  settle(seen, { conclusion: { provider: 'acme', verdict: 'broken' }, keep: true, tries })
  const ran: Ran = { passed: false, provokes: true, started: 1, ended: 2 }

  expect(causes(await accountOf(seen, ran))).toEqual([
    'rate limit',
    'accepted',
    'provoked',
    'tool call',
    'other',
    'auth',
    'provoked',
  ])
  expect(causes(await accountOf(seen, { ...ran, provokes: false })).at(-1)).toBe('refused')
})

test('an account is kept of a replay too, with the times of the recording; lists and files are no attempts', async () => {
  const b = await provider(says('Hi'), { body: { object: 'list', data: [] } }, { body: { id: 'file-1' } })
  const work = async () => {
    const client = clientOf(b)
    await ask(client)
    await client.models.list()
    await fetch(b.url('/files'), { method: 'POST', body: '{}' })
  }
  const { seen: live } = await b.attempt('rerecord', work)
  const { seen } = await b.attempt('replay', work)
  const ran: Ran = { passed: true, provokes: false, started: 1, ended: 2 }
  const attempt: Attempt = {
    provider: 'acme',
    address: b.url(),
    cause: 'accepted',
    asked: 'acme-1',
    answered: 'acme-1',
    input: 100,
    output: 50,
    totalMs: expect.any(Number) as number,
  }

  expect(await accountOf(live, ran)).toEqual({ attempts: [attempt] })
  expect(await accountOf(seen, ran)).toEqual({ attempts: [{ ...attempt, recorded: true }] })
})

test('limits are noted as the first and the last answer told them', async () => {
  const left = (remaining: number) => ({ 'x-ratelimit-remaining-requests': String(remaining) })
  const b = await provider(
    { ...says('Hi'), headers: left(9) },
    { ...says('Hi'), headers: left(8) },
    { ...says('Hi'), headers: left(7) },
  )
  const account = await accountAfter(b, async () => {
    for (let i = 0; i < 3; i += 1) await ask(clientOf(b))
  })

  expect(account).toMatchObject({ started: 1, ended: 2 })
  expect(account.limits).toEqual([
    {
      provider: 'acme',
      first: [{ what: 'requests', remaining: 9 }],
      last: [{ what: 'requests', remaining: 7 }],
    },
  ])
})

test('the accounts of a test that Vitest retried are one', () => {
  const attempt = { provider: 'acme', address: '', cause: 'accepted' } as const
  const told = { provider: 'acme', first: [], last: [] }
  const first: Account = { attempts: [attempt], limits: [told], started: 1, ended: 2 }
  const second: Account = { attempts: [attempt], limits: [told], started: 3, ended: 4 }

  expect(joined(undefined, second)).toEqual(second)
  expect(joined(first, second)).toEqual({ attempts: [attempt, attempt], limits: [told, told], started: 1, ended: 4 })
  expect(joined(first, { attempts: [] })).toEqual({ attempts: [attempt], limits: [told], started: 1, ended: 2 })
  expect(joined({ attempts: [attempt] }, { attempts: [] })).toEqual({ attempts: [attempt] })
})
