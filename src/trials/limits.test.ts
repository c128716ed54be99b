import { fails, says, testTrials, useTrials, type Answer, type Asked, type Case } from './_try.test.kit.ts'

useTrials()

const count = (to: number) => Array.from({ length: to }, (_, at) => at + 1).join(', ')
const usage = (completion_tokens: number) => ({
  usage: { prompt_tokens: 9, completion_tokens, total_tokens: 9 + completion_tokens },
})
const cut = (asked: Asked, tokens: number, finish_reason = 'length') =>
  says(asked, count(tokens / 2), { finish_reason, ...usage(tokens) })
const all = (asked: Asked) => says(asked, count(200), usage(600))
const oops: Answer = { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } }
const noCap = fails(
  400,
  "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.",
  null,
  'max_tokens',
)
const stopped = (asked: Asked) => says(asked, '1, 2, 3, 4, 5,')

/** Counts that never hold the stop text, so that nothing is known of it. */
const otherwise = ([',', '\n', ' ', ' - '] as const).map((between): Case => [
  `a count with ${JSON.stringify(between)} between`,
  (asked) => says(asked, count(10).replaceAll(', ', between)),
  'inconclusive',
  'never came',
])

testTrials({
  'stop.honoured': [
    ['an end before it', stopped, 'kept'],
    ['no end', (asked) => says(asked, count(10)), 'broken', 'went on past'],
    [
      'no end for an array',
      (asked) => (Array.isArray(asked.body.stop) ? says(asked, count(10)) : stopped(asked)),
      'broken',
      'went on past',
    ],
    [
      'no end for a text',
      (asked) => (Array.isArray(asked.body.stop) ? stopped(asked) : says(asked, count(10))),
      'broken',
      'went on past',
    ],
    ['a part of it', (asked) => says(asked, '1, 2, 3, 4, 5, 6,'), 'broken', 'let "6,"'],
    ...otherwise,
    ['another finish', (asked) => says(asked, '1, 2, 3, 4, 5,', { finish_reason: 'length' }), 'broken', '"length"'],
    ['another answer', (asked) => says(asked, 'No.'), 'inconclusive', 'did not come near'],
    ['a refusal', () => fails(400, 'stop is not supported'), 'broken', 'stop is not supported'],
  ],
  'stop.stream-no-leak': [
    ['nothing of it', stopped, 'kept'],
    ['a part of it', (asked) => says(asked, '1, 2, 3, 4, 5, 6'), 'broken', 'let "6"'],
    ['no end', (asked) => says(asked, count(10)), 'broken', 'went on past'],
    ...otherwise,
    ['another answer', (asked) => says(asked, 'No.'), 'inconclusive', 'did not come near'],
  ],
  'max_tokens.one-spelling-works': [
    ['all of them', (asked) => cut(asked, 16), 'kept', 'max_tokens, max_completion_tokens and max_tokens with'],
    [
      'the newer one',
      (asked) => ('max_tokens' in asked.body ? noCap : cut(asked, 16)),
      'kept',
      'honours max_completion_tokens',
    ],
    [
      'the older one, without length',
      (asked) => ('max_completion_tokens' in asked.body ? all(asked) : cut(asked, 16, 'stop')),
      'kept',
      'honours max_tokens',
    ],
    ['neither', all, 'broken', 'neither'],
    ['broken servers', () => oops, 'broken', 'neither'],
    ['a short answer', (asked) => says(asked, 'No.', { usage: null }), 'inconclusive', 'before the cap'],
    ['a short answer of more tokens', (asked) => cut(asked, 40, 'stop'), 'inconclusive', 'before the cap'],
  ],
  'max_tokens.minimum': [
    ['one token', (asked) => cut(asked, 1), 'kept'],
    ['one token, in the newer spelling', (asked) => ('max_tokens' in asked.body ? noCap : cut(asked, 1)), 'kept'],
    ['a refusal by name', () => fails(400, 'max_tokens must be at least 16'), 'kept', 'refuses a cap of one token'],
    ['a refusal without it', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['sixteen', (asked) => cut(asked, 16), 'broken', 'answered with 16 tokens'],
    ['no usage', (asked) => says(asked, '1', { usage: null }), 'inconclusive', 'no usage'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
  ],
  'max_tokens.oversized': [
    ['an answer', (asked) => cut(asked, 20, 'stop'), 'kept', '20 tokens'],
    ['a refusal by name', () => fails(400, 'max_tokens is too large'), 'kept', 'refuses a cap'],
    ['a refusal without it', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
  ],
})
