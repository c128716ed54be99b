import { fails, says, testTrials, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const counting =
  (prompt: (asked: Asked) => number, completion: (asked: Asked) => number = () => 2, more: object = {}) =>
  (asked: Asked) => {
    const [prompt_tokens, completion_tokens] = [prompt(asked), completion(asked)]
    const usage = { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens, ...more }
    return says(asked, /else: (\S+)$/.exec(asked.said)?.[1] ?? 'OK', { usage })
  }
const words = ({ said }: Asked) => said.split(/\s+/).length + 8
const uncounted = (asked: Asked) => says(asked, 'OK', { usage: null })
const isStreamed = ({ body }: Asked) => body.stream === true
const thinking = { completion_tokens_details: { reasoning_tokens: 20 } }

testTrials({
  'usage.prompt-ground-truth': [
    ['all words', counting(words), 'kept', '103 more for 100 words'],
    ['words that are cut', counting((asked) => Math.min(60, words(asked))), 'broken', '46 more for 100 words'],
    ['words that count twice', counting((asked) => 2 * words(asked)), 'broken', 'more for 100 words'],
    ['a prompt before the prompt', counting((asked) => 400 + words(asked)), 'broken', 'something was added'],
    ['no usage', uncounted, 'inconclusive', 'no usage'],
  ],
  'usage.schema-counted': [
    [
      'a schema that counts',
      counting(({ body }) => ('response_format' in body ? 80 : 10)),
      'kept',
      'the schema counts 70 prompt tokens',
    ],
    ['no usage', uncounted, 'inconclusive', 'no usage'],
    ['a refusal', ({ body }) => fails(400, `no ${Object.keys(body).join()}`), 'broken', 'refused the request'],
  ],
  'stream_options.requires-stream': [
    ['a refusal', () => fails(400, "'stream_options' is only allowed with stream"), 'kept'],
    ['a refusal without a word', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['an answer', counting(words), 'broken', 'accepted stream_options without stream'],
  ],
  'usage.stream.parity': [
    ['the same', counting(words), 'kept'],
    ['other prompts', counting((asked) => (isStreamed(asked) ? 40 : 10)), 'broken', '10 prompt tokens whole and 40'],
    ['other answers', counting(words, (asked) => (isStreamed(asked) ? 9 : 2)), 'broken', 'whole and 9 streamed'],
    [
      'other reasoning',
      (asked) => counting(words, () => (isStreamed(asked) ? 22 : 2), isStreamed(asked) ? thinking : {})(asked),
      'kept',
    ],
    [
      'another text',
      (asked) => (isStreamed(asked) ? counting(words)(asked) : counting(words)({ ...asked, said: 'x' })),
      'broken',
      'prompt tokens',
    ],
    [
      'another text of as many tokens',
      (asked) => counting(() => 10)(isStreamed(asked) ? asked : { ...asked, said: 'x' }),
      'inconclusive',
      'two answers differ',
    ],
    ['no usage', uncounted, 'inconclusive', 'no usage'],
  ],
})
