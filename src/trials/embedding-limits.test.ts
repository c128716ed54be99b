import { lacking, onEach, type Row } from './_table.test.kit.ts'
import { fails, useTrials, type Answer } from './_try.test.kit.ts'

useTrials()

const takes = (tokens?: number): Answer => {
  const usage = tokens === undefined ? {} : { usage: { prompt_tokens: tokens, total_tokens: tokens } }
  return { body: { object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1, 0] }], ...usage } }
}
const breaks = (): Answer => ({ status: 500, body: { error: { message: 'oops' } } })

const always: readonly Row[] = [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(404, 'Not found'),
    entry: { models: { chat: 'acme-1' }, ...lacking('embeddings') },
  },
  {
    by: 'an entry without a model for it',
    verdict: 'inconclusive',
    answer: () => takes(1),
    entry: { models: { chat: 'acme-1' } },
    reason: 'set ACME_EMBEDDING_MODEL',
  },
  { by: 'a broken server', verdict: 'broken', answer: breaks, reason: 'answered HTTP 500 to ' },
  {
    by: 'a wrong key',
    verdict: 'inconclusive',
    answer: () => fails(401, 'Incorrect API key provided', 'invalid_api_key'),
    reason: 'could not be asked',
  },
]

onEach('emb.batch-limit-4xx', [
  ...always,
  {
    by: 'a refusal that names the limit',
    verdict: 'kept',
    answer: ({ body }) => (body.input.length > 10 ? fails(400, 'batch size should not be larger than 10.') : takes(1)),
    reason: 'at most 10 inputs',
  },
  {
    by: 'a refusal that names only what was sent',
    verdict: 'broken',
    answer: () => fails(400, 'HTTP 400: 2049 inputs are too many'),
    reason: 'refused 2049 inputs and did not name the limit',
  },
  {
    by: 'a provider that takes them all',
    verdict: 'inconclusive',
    answer: () => takes(1),
    reason: 'it takes 2049 inputs',
  },
])

onEach('emb.empty-input-400', [
  ...always,
  { by: 'a refusal of both', verdict: 'kept', answer: () => fails(400, 'input is empty') },
  {
    by: 'an empty list that is taken',
    verdict: 'broken',
    answer: ({ body }) => (body.input === '' ? fails(400, 'input is empty') : takes(0)),
    reason: 'took an empty list',
  },
  {
    by: 'an empty text that is taken',
    verdict: 'broken',
    answer: ({ body }) => (body.input === '' ? takes(0) : fails(400, 'input is empty')),
    reason: 'took an empty text',
  },
])

onEach('emb.overflow-4xx', [
  ...always,
  {
    by: 'a refusal',
    verdict: 'kept',
    answer: ({ body }) => (body.input.split(' ').length === 9000 ? fails(400, 'maximum context length') : takes(1)),
  },
  {
    by: 'a text that is cut off in silence',
    verdict: 'broken',
    answer: () => takes(512),
    reason: 'cut a text of 9000 words down to 512 tokens in silence',
  },
  { by: 'a model with more room', verdict: 'inconclusive', answer: () => takes(9001), reason: 'it takes 9001 tokens' },
  { by: 'no count', verdict: 'inconclusive', answer: () => takes(), reason: 'did not count its tokens' },
])
