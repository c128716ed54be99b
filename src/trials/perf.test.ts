import { fails, says, testTrials, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const count = (to: number) => Array.from({ length: to }, (_, at) => at + 1).join(', ')
const usage = { usage: { prompt_tokens: 10, completion_tokens: 400, total_tokens: 410 } }
const slowly = (asked: Asked, more: Record<string, unknown> = usage) => ({ ...says(asked, count(200), more), pause: 2 })
const short = (asked: Asked) => says(asked, 'No.')
const cached =
  (...hits: readonly (number | undefined)[]) =>
  (asked: Asked) => {
    const hit = hits[asked.nth - 1]
    const details = hit === undefined ? {} : { prompt_tokens_details: { cached_tokens: hit } }
    return says(asked, 'OK', { usage: { prompt_tokens: 2000, completion_tokens: 1, total_tokens: 2001, ...details } })
  }

testTrials({
  'perf.ttft': [
    ['three answers', short, 'kept', 'first token after 0.'],
    ['no text', (asked) => says(asked, null), 'inconclusive', 'no text'],
  ],
  'perf.tps': [
    ['a long answer', (asked) => slowly(asked), 'kept', 'tokens per second'],
    ['a short answer', short, 'inconclusive', 'too short'],
    ['no usage', (asked) => slowly(asked, {}), 'inconclusive', 'no usage'],
    [
      'one event',
      () => ({
        events: [
          { object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: count(200) } }], ...usage },
        ],
      }),
      'inconclusive',
      'in one go',
    ],
  ],
  'perf.itl-stalls': [
    ['a long answer', (asked) => slowly(asked), 'kept', 'the longest pause was'],
    ['a short answer', short, 'inconclusive', 'too short'],
  ],
  'cache.prefix-hit-ratio': [
    ['hits', cached(0, 1920, 1800), 'kept', '96 % of a repeated prompt and 90 %'],
    ['no hit for a continued prompt', cached(0, 1920, 0), 'broken', '96 % of a repeated prompt and 0 %'],
    ['no hit for a repeated prompt', cached(0, 128, 1920), 'broken', '6 % of a repeated prompt'],
    ['no word of it', cached(), 'inconclusive', 'does not tell cached tokens'],
    ['a refusal', () => fails(400, 'No.'), 'broken', 'refused the request'],
  ],
})
