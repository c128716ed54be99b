import { expect, test } from 'vitest'
import { onEach } from './_table.test.kit.ts'
import { calls, fails, says, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

/** Calls the tool with reasoning beside it, then answers by what `second` makes of the history. */
const provider =
  (beside: object, second: (asked: Asked, message: Record<string, unknown>, told: string) => Answer) =>
  (asked: Asked): Answer => {
    const { messages } = asked.body as { messages: Record<string, Asked['body'][string]>[] }
    const message = messages.at(-2)
    if (message?.role !== 'assistant') {
      const call = calls(asked, ['get_badge', { employee: 'Ada Novak' }])
      const { choices, ...rest } = call.body as { choices: { message: object }[] }
      return { body: { ...rest, choices: choices.map((one) => ({ ...one, message: { ...one.message, ...beside } })) } }
    }
    return second(asked, message, JSON.parse(messages.at(-1)?.content).badge)
  }

const thought = { reasoning_content: 'I need the badge.' }
const signed = { extra_content: { google: { thought_signature: 'c2ln' } } }
const details = { reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's' }] }

onEach('reasoning.signature-roundtrip', [
  {
    by: 'reasoning that may be sent back and need not',
    verdict: 'kept',
    answer: provider(details, (asked, _, told) => says(asked, told)),
    reason: 'gives reasoning_details and signature, and does without',
  },
  {
    by: 'reasoning that must be sent back, where the refusal names it',
    verdict: 'kept',
    answer: provider(thought, (asked, message, told) =>
      message.reasoning_content === undefined
        ? fails(400, 'The reasoning_content must be passed back')
        : says(asked, told),
    ),
    reason: 'demands reasoning_content',
  },
  {
    by: 'a refusal that does not name what is missing',
    verdict: 'broken',
    answer: provider(signed, (asked, message, told) =>
      JSON.stringify(message).includes('c2ln') ? says(asked, told) : fails(400, 'Invalid argument'),
    ),
    reason: 'refused a history without thought_signature and did not say what is missing',
  },
  {
    by: 'a refusal of its own reasoning',
    verdict: 'broken',
    answer: provider(thought, () => fails(400, 'reasoning_content is unsupported')),
    reason: 'refused the request with HTTP 400: reasoning_content is unsupported',
  },
  {
    by: 'a model that calls no tool',
    verdict: 'inconclusive',
    answer: (asked) => says(asked, 'I do not know.'),
    reason: 'it called no tool',
  },
  {
    by: 'a call without reasoning',
    verdict: 'inconclusive',
    answer: provider({ reasoning_details: [], reasoning_content: '' }, (asked, _, told) => says(asked, told)),
    reason: 'came without reasoning',
  },
  {
    by: 'an answer without the value of the tool',
    verdict: 'inconclusive',
    answer: provider(thought, (asked) => says(asked, 'Done.')),
    reason: "does not hold the tool's value",
  },
])

test('the history goes back as it came, and then without a trace of the reasoning', async () => {
  const sent: unknown[] = []
  await tryOn(
    'reasoning.signature-roundtrip',
    provider({ ...signed, ...details }, (asked, message, told) => {
      sent.push(message)
      return says(asked, told)
    }),
  )

  expect(sent).toMatchObject([
    { ...signed, ...details },
    { extra_content: { google: {} }, tool_calls: [{ id: 'call_1' }] },
  ])
  expect(JSON.stringify(sent[1])).not.toMatch(/c2ln|Hm\./)
})
