import { expect, test } from 'vitest'
import { fails, says, testTrials, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const paris = (asked: Asked) => says(asked, 'Paris')
const oops: Answer = { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } }
const lacks = [{ capability: 'n', reason: 'Only one.', source: 'a docs page', date: '2026-11-22' }] as const
const several = ({ body }: Asked) => body.n > 1

/** Refuses a request that holds a value, by name. */
const refusing =
  (...names: readonly string[]) =>
  (asked: Asked) => {
    const name = names.find((one) => one in asked.body)
    return name === undefined ? paris(asked) : fails(400, `Invalid '${name}'`, null, name)
  }
testTrials({
  'temperature.zero': [
    ['an answer', paris, 'kept'],
    ['a refusal', refusing('temperature'), 'broken', "Invalid 'temperature'"],
  ],
  'params.out-of-range-400': [
    ['a refusal of both', refusing('temperature', 'top_p'), 'kept'],
    ['a refusal of one', refusing('temperature'), 'broken', 'accepted top_p 2'],
    ['an answer', paris, 'broken', 'accepted temperature 99'],
    ['a refusal without a word', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
  ],
  'metadata-fields.tolerated': [
    ['all of them', paris, 'kept'],
    ['a refusal by name', refusing('store'), 'kept', 'refuses store'],
    [
      'a refusal without a word',
      (asked) => ('user' in asked.body ? fails(400, 'Bad') : paris(asked)),
      'broken',
      'user',
    ],
    ['a broken server', (asked) => ('service_tier' in asked.body ? oops : paris(asked)), 'broken', 'service_tier'],
  ],
  'params.immutable-rejected': [
    [
      'a refusal of another value',
      (asked) => (several(asked) ? fails(400, 'n must be 1') : paris(asked)),
      'kept',
      '',
      { lacks },
    ],
    [
      'a refusal without a word',
      (asked) => (several(asked) ? fails(400, 'Bad') : paris(asked)),
      'broken',
      'without naming it',
      { lacks },
    ],
    ['a refusal of the one value', () => fails(400, 'n must be 1'), 'broken', 'n must be 1', { lacks }],
    ['an answer', paris, 'broken', 'accepted n 2', { lacks }],
    ['a broken server', (asked) => (several(asked) ? oops : paris(asked)), 'broken', 'HTTP 500', { lacks }],
    ['nothing that is fixed', paris, 'inconclusive', 'no parameter'],
  ],
})

test('metadata-fields.tolerated sends each field alone', async () => {
  const sent: string[] = []
  await tryOn('metadata-fields.tolerated', (asked) => {
    sent.push(
      Object.keys(asked.body)
        .filter((key) => !['model', 'messages'].includes(key))
        .join(),
    )
    return paris(asked)
  })

  expect(sent).toEqual(['user', 'metadata', 'store', 'service_tier'])
})

test('temperature.zero sends it', async () => {
  const sent: unknown[] = []
  await tryOn('temperature.zero', (asked) => (sent.push(asked.body.temperature), paris(asked)))

  expect(sent).toEqual([0])
})
