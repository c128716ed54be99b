import { lacking, onEach } from './_table.test.kit.ts'
import { fails, says, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const efforts = { efforts: ['low', 'high'] }
const takes = (words: readonly string[], effort: (asked: Asked) => unknown) => (asked: Asked) =>
  words.includes(String(effort(asked))) ? says(asked, 'yes') : fails(400, 'Unsupported value', 'unsupported_value')
const topLevel = ({ body }: Asked) => body.reasoning_effort

onEach('reasoning.effort-values', [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'not offered'),
    entry: { reasoning: efforts, ...lacking('reasoning_effort') },
  },
  {
    by: 'the documented words and no other',
    verdict: 'kept',
    answer: takes(['low', 'high'], topLevel),
    entry: { reasoning: efforts },
    reason: 'takes low and high',
  },
  {
    by: 'words that stand in an object',
    verdict: 'kept',
    answer: takes(['low', 'high'], ({ body }) => body.reasoning?.effort),
    entry: { reasoning: { ...efforts, field: 'reasoning.effort' } },
  },
  {
    by: 'a documented word that is refused',
    verdict: 'broken',
    answer: takes(['low'], topLevel),
    entry: { reasoning: efforts },
    reason: 'refused the effort "high"',
  },
  {
    by: 'any word',
    verdict: 'broken',
    answer: (asked) => says(asked, 'yes'),
    entry: { reasoning: efforts },
    reason: 'took the effort "as-you-like", which is none',
  },
  {
    by: 'an entry that names no effort',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, 'yes'),
    reason: 'the entry names no effort',
  },
])

const starved = (asked: Asked, finish_reason: string) =>
  says(asked, '', { reasoning_content: 'Suppose that it is rational. Then', finish_reason })

onEach('reasoning.budget-starvation', [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'not offered'),
    entry: lacking('reasoning'),
  },
  { by: 'the finish reason length', verdict: 'kept', answer: (asked) => starved(asked, 'length') },
  {
    by: 'reasoning that has to be switched on',
    verdict: 'kept',
    answer: (asked) => (asked.body.think === true ? starved(asked, 'length') : says(asked, 'No.')),
    entry: { reasoning: { on: { think: true } } },
  },
  {
    by: 'a limit in the newer spelling',
    verdict: 'kept',
    answer: (asked) =>
      asked.body.max_tokens === undefined && asked.body.max_completion_tokens === 24
        ? starved(asked, 'length')
        : fails(400, "Use 'max_completion_tokens' instead.", 'unsupported_parameter', 'max_tokens'),
  },
  {
    by: 'an empty answer that claims to be whole',
    verdict: 'broken',
    answer: (asked) => starved(asked, 'stop'),
    reason: 'used up its 24 tokens on reasoning and finished with stop, saying nothing',
  },
  {
    by: 'an answer that had begun',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, 'No.', { reasoning_content: 'Easy.', finish_reason: 'length' }),
    reason: 'the answer had begun',
  },
  {
    by: 'tokens that went nowhere',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, '', { finish_reason: 'length' }),
    reason: 'nothing shows that the tokens went into reasoning',
  },
  {
    by: 'a limit that is refused',
    verdict: 'inconclusive',
    answer: () => fails(400, 'max_tokens must be at least 64'),
    reason: 'it refused to reason under a short limit: max_tokens must be at least 64',
  },
])
