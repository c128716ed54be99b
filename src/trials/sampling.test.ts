import { fails, says, testTrials, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const paris = (asked: Asked) => says(asked, 'Paris')
const oops: Answer = { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } }
const badKey = fails(401, 'No.', 'invalid_api_key')
const choices = (asked: Asked, length: number): Answer => {
  const of = Array.from({ length }, (_, index) => index)
  if (asked.body.stream === true) {
    const events = of.map((index) => ({
      object: 'chat.completion.chunk',
      choices: [{ index, delta: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    }))
    return { events: [...events, 'data: [DONE]'] }
  }
  const message = { role: 'assistant', content: 'Hi' }
  return {
    body: { object: 'chat.completion', choices: of.map((index) => ({ index, message, finish_reason: 'stop' })) },
  }
}
const lack = [{ capability: 'n', reason: 'Only one.', source: 'a docs page', date: '2026-11-22' }] as const

/** Refuses a request that holds a value, by name. */
const refusing =
  (...names: readonly string[]) =>
  (asked: Asked) => {
    const name = names.find((one) => one in asked.body)
    return name === undefined ? paris(asked) : fails(400, `Invalid '${name}'`, null, name)
  }
const overLimit = ({ body }: Asked) => body.top_logprobs > 20

testTrials({
  'n.honoured-or-4xx': [
    ['two choices', (asked) => choices(asked, 2), 'kept'],
    ['one choice', (asked) => choices(asked, 1), 'broken', 'answered with 1'],
    ['one choice, as declared', (asked) => choices(asked, 1), 'ignored', 'Only one.', { lacks: lack }],
    ['a refusal', refusing('n'), 'kept', 'refuses n 2'],
    ['a refusal, as declared', refusing('n'), 'unsupported', 'Only one.', { lacks: lack }],
    ['a refusal without a word', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
  ],
  'seed.accepted': [
    ['an answer to any', paris, 'kept', '2^63'],
    [
      'a refusal of what is too large',
      (asked) => (asked.body.seed > 42 ? fails(400, 'seed too large') : paris(asked)),
      'kept',
      'refuses a seed',
    ],
    ['a refusal of any', refusing('seed'), 'broken', "Invalid 'seed'"],
    [
      'a refusal without a word',
      (asked) => (asked.body.seed > 42 ? fails(400, 'Bad') : paris(asked)),
      'broken',
      'without naming it',
    ],
    ['a broken server', (asked) => (asked.body.seed > 42 ? oops : paris(asked)), 'broken', 'HTTP 500'],
  ],
  'seed.reproducible': [
    ['the same', (asked) => says(asked, asked.said), 'kept'],
    ['another one', (asked) => says(asked, `${asked.nth}`), 'broken', 'and then'],
    ['nothing', (asked) => says(asked, ''), 'inconclusive', 'empty'],
  ],
  'logprobs.over-limit': [
    ['a refusal', (asked) => (overLimit(asked) ? fails(400, 'top_logprobs is too large') : paris(asked)), 'kept'],
    ['a refusal of any', refusing('logprobs'), 'broken', "Invalid 'logprobs'"],
    ['an answer', paris, 'broken', 'accepted top_logprobs 21, whole'],
    [
      'a streamed answer',
      (asked) => (overLimit(asked) && !asked.body.stream ? fails(400, 'top_logprobs') : paris(asked)),
      'broken',
      'accepted top_logprobs 21, streamed',
    ],
    [
      'an error inside a stream',
      (asked) => {
        if (!overLimit(asked)) return paris(asked)
        if (asked.body.stream !== true) return fails(400, 'top_logprobs')
        return { events: [{ error: { message: 'top_logprobs is too large' } }] }
      },
      'broken',
      'with HTTP 200',
    ],
    ['a refusal without a word', (asked) => (overLimit(asked) ? fails(400, 'Bad') : paris(asked)), 'broken', 'without'],
    [
      'a server that is dead after it',
      (asked) => (asked.nth > 3 ? badKey : overLimit(asked) ? fails(400, 'top_logprobs') : paris(asked)),
      'inconclusive',
      'authentication',
    ],
    ['a wrong key', (asked) => (overLimit(asked) ? badKey : paris(asked)), 'inconclusive', 'authentication'],
  ],
  'logit_bias.effect': [
    ['another answer', (asked) => says(asked, ' the the the'), 'kept'],
    ['the usual answer', (asked) => says(asked, '1, 2, 3, 4'), 'broken', 'as if there were no logit_bias'],
    ['the usual answer in lines', (asked) => says(asked, '1\n2\n3\n4'), 'broken', 'as if there were no logit_bias'],
    ['the usual answer without blanks', (asked) => says(asked, '1,2,3,4'), 'broken', 'as if there were no logit_bias'],
    ['nothing', (asked) => says(asked, ''), 'inconclusive', 'empty'],
    ['a refusal', refusing('logit_bias'), 'broken', "Invalid 'logit_bias'"],
  ],
})
