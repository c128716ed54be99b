import { expect, test } from 'vitest'
import { checkBudget, checkPaces } from './limits.ts'

test.each([
  [5, 'The option `budget` is no object: write { requests: 2_000, tokens: 1_000_000, usd: 0.5 }.'],
  [{ dollars: 1 }, 'The option `budget` has a field dollars: there are requests, tokens or usd.'],
  [
    { request: 1 },
    'The option `budget` has a field request (did you mean requests?): there are requests, tokens or usd.',
  ],
  [{ usd: -1 }, 'The option `budget` has usd: -1, which is no amount: write a number, 0 or more.'],
  [{ tokens: NaN }, 'The option `budget` has tokens: NaN, which is no amount: write a number, 0 or more.'],
  [{ usd: '5' }, 'The option `budget` has usd: "5", which is no amount: write a number, 0 or more.'],
])('the budget %o is refused', (budget, message) => {
  expect(() => checkBudget(budget)).toThrow(expect.objectContaining({ code: 'bad-option', message }))
})

test.each([
  [[], 'The option `pace` is no table: write { groq: { concurrency: 2, perMinute: 25 } }.'],
  [{ groq: 5 }, 'The pace of groq is no object: write { concurrency: 2, perMinute: 25 }.'],
  [
    { grok: {} },
    'The option `pace` names "grok", which is no known provider (did you mean "groq"?): there are groq, qwen, and the option `providers` takes entries of your own.',
  ],
  [
    { groq: { perminute: 5 } },
    'The pace of groq has a field perminute (did you mean perMinute?): there are concurrency or perMinute.',
  ],
  [{ groq: { concurrency: 0 } }, 'The pace of groq has concurrency: 0: write a whole number, 1 or more.'],
  [{ groq: { perMinute: NaN } }, 'The pace of groq has perMinute: NaN: write a whole number, 1 or more.'],
  [{ groq: { perMinute: '25' } }, 'The pace of groq has perMinute: "25": write a whole number, 1 or more.'],
])('the pace %o is refused', (pace, message) => {
  expect(() => checkPaces(pace, ['groq', 'qwen'])).toThrow(expect.objectContaining({ code: 'bad-option', message }))
})

test.each([
  () => checkBudget(undefined),
  () => checkBudget({ requests: 0, tokens: Infinity, usd: undefined }),
  () => checkPaces(undefined, []),
  () => checkPaces({ groq: { concurrency: 1, perMinute: Infinity }, qwen: {} }, ['groq', 'qwen']),
])('what is right passes (%s)', (check) => {
  expect(check).not.toThrow()
})
