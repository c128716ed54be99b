import { says, testTrials, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const counted = (prompt_tokens: number, completion_tokens: number, more: object = {}) => ({
  usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  ...more,
})
const needle = ({ text }: Asked) => /code word: (\S+)/.exec(text)?.[1] ?? ''

testTrials({
  'long.output-4k': [
    ['a long answer', (asked) => says(asked, '1, 2', counted(10, 4000)), 'kept', '4000 tokens'],
    [
      'a long answer that is cut',
      (asked) => says(asked, '1, 2', counted(10, 4000, { finish_reason: 'length' })),
      'kept',
    ],
    [
      'no finish reason',
      (asked) => says(asked, '1, 2', counted(10, 4000, { finish_reason: null })),
      'broken',
      'undefined',
    ],
    [
      'an odd finish reason',
      (asked) => says(asked, '1', counted(10, 4000, { finish_reason: 'error' })),
      'broken',
      '"error"',
    ],
    ['a short answer', (asked) => says(asked, 'No.', counted(10, 40)), 'inconclusive', '40 tokens'],
    ['no usage', (asked) => says(asked, 'No.', { usage: null }), 'inconclusive', 'no number of tokens'],
  ],
  'long.context-needle': [
    ['the word', (asked) => says(asked, needle(asked), counted(9000, 4)), 'kept'],
    ['another word', (asked) => says(asked, 'none', counted(9000, 4)), 'broken', 'did not find'],
    ['a prompt that was cut', (asked) => says(asked, needle(asked), counted(4096, 4)), 'broken', 'counted 4096 tokens'],
    ['no usage', (asked) => says(asked, needle(asked), { usage: null }), 'inconclusive', 'no usage'],
  ],
})
