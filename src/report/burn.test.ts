import { expect, test } from 'vitest'
import type { Account, Attempt } from './account.ts'
import { burnOf, renderBurn } from './burn.ts'
import type { TestRecord } from './verdict.ts'

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  provider: 'acme',
  address: '',
  cause: 'accepted',
  input: 100,
  output: 50,
  ...more,
})
const left = (requests: number, tokens: number) => [
  { what: 'requests' as const, limit: 10_000, remaining: requests },
  { what: 'tokens' as const, window: 'minute', remaining: tokens },
]
const record = (account: Account): TestRecord => ({
  provider: 'acme',
  contract: 'a',
  file: 'a.test.ts',
  verdict: 'kept',
  mode: 'live',
  account,
})
const told = (
  started: number,
  ended: number,
  first: [number, number],
  last: [number, number],
  attempts = [attempt()],
) => record({ attempts, started, ended, limits: [{ provider: 'acme', first: left(...first), last: left(...last) }] })

test('what remains is told by the last answer, and what it fell by since the first', () => {
  const records = [
    told(
      20,
      30,
      [9_998, 5000],
      [9_998, 4850],
      [attempt(), attempt({ recorded: true }), attempt({ provider: 'other' })],
    ),
    told(10, 15, [9_999, 5150], [9_999, 5150], [attempt(), attempt({ cause: 'network', input: 0, output: 0 })]),
  ]

  expect(burnOf('acme', records)).toEqual([
    { what: 'requests', limit: 10_000, remaining: 9_998, fell: 1, own: 2 },
    { what: 'tokens', window: 'minute', remaining: 4850, fell: 300, own: 300 },
  ])
  expect(burnOf('acme', records).map(renderBurn)).toMatchInlineSnapshot(`
    [
      "9,998 of 10,000 requests left (fell by 1, sent 2)",
      "4,850 tokens per minute left (fell by 300, used 300)",
    ]
  `)
  expect(burnOf('other', records)).toEqual([])
})

test('a window that began anew shows, and what is not counted is not told', () => {
  const { input: _input, ...silent } = attempt()
  const records = [told(1, 2, [3, 100], [3, 100], [silent]), told(3, 4, [9, 900], [9, 900])]

  expect(burnOf('acme', records).map(renderBurn)).toMatchInlineSnapshot(`
    [
      "9 of 10,000 requests left (begun anew in between, sent 2)",
      "900 tokens per minute left (begun anew in between)",
    ]
  `)
})

test('a single answer tells what remains, and nothing of a fall', () => {
  const kind = { what: 'prompt tokens' as const, remaining: 59_954 }
  const limits = [{ provider: 'acme', first: [kind], last: [kind, { what: 'requests' as const, limit: 5 }] }]

  expect(burnOf('acme', [record({ attempts: [attempt()], limits })]).map(renderBurn)).toMatchInlineSnapshot(`
    [
      "59,954 prompt tokens left",
    ]
  `)
})

test('what a terminal would obey is escaped', () => {
  const burn = { what: 'requests' as const, window: '\u001b[2Jday', remaining: 1, fell: 0 }

  expect(renderBurn(burn)).toBe(String.raw`1 requests per \u001b[2Jday left`)
})
