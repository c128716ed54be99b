import { lacking, onEach } from './_table.test.kit.ts'
import { fails, says, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const reasoning = { on: { think: true }, off: { think: false } }
const thinks = (asked: Asked, text: string) => says(asked, text, { reasoning_content: 'Nine tenths is more.' })
const counts = (asked: Asked, tokens: number) => {
  if (asked.body.stream === true && asked.body.stream_options?.include_usage !== true) return says(asked, '9.9')
  const usage = { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 }
  return says(asked, '9.9', { usage: { ...usage, completion_tokens_details: { reasoning_tokens: tokens } } })
}
const isOff = ({ body }: Asked) => body.think === false

onEach('reasoning.not-in-content', [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'not offered'),
    entry: lacking('reasoning'),
  },
  { by: 'reasoning in a field of its own', verdict: 'kept', answer: (asked) => thinks(asked, '9.9') },
  { by: 'reasoning that shows in the usage alone', verdict: 'kept', answer: (asked) => counts(asked, 7) },
  {
    by: 'an orphan closing mark',
    verdict: 'broken',
    answer: (asked) => thinks(asked, 'Nine tenths.</think>9.9'),
    reason: 'wrote </think> into its answer',
  },
  {
    by: 'a token of a chat template',
    verdict: 'broken',
    answer: (asked) => says(asked, '<|channel|>final 9.9'),
    reason: 'wrote <|channel|> into its answer',
  },
  {
    by: 'a model that shows no reasoning',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, '9.9'),
    reason: 'nothing shows that the model reasoned',
  },
  {
    by: 'a refusal to reason without a stream',
    verdict: 'inconclusive',
    answer: (asked) =>
      asked.body.stream === true ? thinks(asked, '9.9') : fails(400, 'enable_thinking must be false'),
    reason: 'whole: it does not reason in this way: enable_thinking must be false',
  },
  {
    by: 'nothing that the switch did not ask for',
    verdict: 'kept',
    answer: (asked) => (asked.body.think === true ? thinks(asked, '9.9') : says(asked, '9.9')),
    entry: { reasoning },
  },
])

onEach('reasoning.disable-honest', [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'not offered'),
    entry: { reasoning, ...lacking('reasoning') },
  },
  {
    by: 'a model that reasons only where it may',
    verdict: 'kept',
    answer: (asked) => (isOff(asked) ? counts(asked, 0) : thinks(asked, '9.9')),
    entry: { reasoning },
  },
  {
    by: 'a refusal to switch it off',
    verdict: 'kept',
    answer: () => fails(400, 'This model always reasons'),
    entry: { reasoning },
    reason: 'refused with HTTP 400: This model always reasons',
  },
  {
    by: 'reasoning that goes on',
    verdict: 'broken',
    answer: (asked) => thinks(asked, '9.9'),
    entry: { reasoning },
    reason: 'reasoned although reasoning was switched off',
  },
  {
    by: 'reasoning that is hidden and counted',
    verdict: 'broken',
    answer: (asked) => counts(asked, 12),
    entry: { reasoning },
    reason: 'hid its reasoning and counted 12 tokens for it',
  },
  {
    by: 'a model that never reasons',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, '9.9'),
    entry: { reasoning },
    reason: 'switched on, nothing shows that the model reasoned',
  },
  {
    by: 'an entry that names no switch',
    verdict: 'inconclusive',
    answer: (asked) => thinks(asked, '9.9'),
    reason: 'the entry names no switch',
  },
])

onEach('reasoning.nonstream-allowed', [
  {
    by: 'reasoning that has to be switched on',
    verdict: 'kept',
    answer: (asked) => (asked.body.think === true ? thinks(asked, '9.9') : says(asked, '9.9')),
    entry: { reasoning },
  },
  { by: 'reasoning without a stream', verdict: 'kept', answer: (asked) => thinks(asked, '9.9') },
  {
    by: 'a refusal',
    verdict: 'broken',
    answer: () => fails(400, 'enable_thinking must be false for non-streaming calls'),
    reason: 'refused the request with HTTP 400: enable_thinking must be false',
  },
  {
    by: 'a model that shows no reasoning',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, '9.9'),
    reason: 'nothing shows that the model reasoned',
  },
])
