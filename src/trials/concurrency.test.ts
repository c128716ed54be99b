import { fails, says, testTrials, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const word = ({ said }: Asked) => /: (\S+)$/.exec(said)?.[1] ?? ''
const oops: Answer = { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } }
const rate: Answer = {
  ...fails(429, 'Rate limit reached', 'rate_limit_exceeded'),
  headers: { 'x-should-retry': 'false' },
}
const badKey = fails(401, 'No.', 'invalid_api_key')

/** Answers every request with the word of the one before it, once there is one. */
function mixing() {
  let before: string | undefined
  return (asked: Asked) => {
    const text = before ?? word(asked)
    before = word(asked)
    return says(asked, text)
  }
}

testTrials({
  'concurrency.isolation': [
    ['each its own', (asked) => says(asked, word(asked)), 'kept'],
    ['the answer of another', mixing(), 'broken', 'mixed them up'],
    ['a broken server for one', (asked) => (asked.nth === 2 ? oops : says(asked, word(asked))), 'broken', 'HTTP 500'],
    [
      'a refusal of one',
      (asked) => (asked.nth === 2 ? fails(400, 'No.') : says(asked, word(asked))),
      'broken',
      'HTTP 400',
    ],
    ['rate limits for some', (asked) => (asked.nth % 3 === 0 ? rate : says(asked, word(asked))), 'kept'],
    ['rate limits for nearly all', (asked) => (asked.nth % 5 === 0 ? says(asked, word(asked)) : rate), 'inconclusive'],
    ['no word at all', (asked) => says(asked, 'No.'), 'inconclusive', 'of 5 answers 0 repeated'],
    ['a wrong key', () => badKey, 'inconclusive', 'authentication'],
  ],
  'perf.success-rate': [
    ['ten answers', (asked) => says(asked, 'Hi'), 'kept', '10 of 10 requests'],
    ['nine answers', (asked) => (asked.nth === 7 ? oops : says(asked, 'Hi')), 'kept', '9 of 10 requests'],
    ['eight answers', (asked) => (asked.nth % 5 === 0 ? rate : says(asked, 'Hi')), 'broken', 'with HTTP 429'],
    ['a wrong key', () => badKey, 'inconclusive', 'authentication'],
    ['a broken server', () => oops, 'broken', '0 of 10 requests'],
  ],
})
