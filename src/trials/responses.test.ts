import { lacking, onEach } from './_table.test.kit.ts'
import { fails, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const response = (output: readonly object[], more = {}) => {
  return { id: 'resp_1', object: 'response', status: 'completed', model: 'acme-1', output, ...more }
}
const said = (text: string) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] })
const call = (more: object = {}) => {
  return {
    type: 'function_call',
    id: 'fc_1',
    call_id: 'call_1',
    name: 'get_weather',
    arguments: '{"city":"Oslo"}',
    ...more,
  }
}

/** Output items in the way that was asked for; streamed, the last event leaves them out, as some providers do. */
function gives({ body }: Asked, ...output: readonly object[]): Answer {
  if (body.stream !== true) return { body: response(output) }
  const items = output.map((item, output_index) => ({ type: 'response.output_item.done', output_index, item }))
  return { events: [...items, { type: 'response.completed', response: response([]) }] }
}

const inputs = ({ body }: Asked) => body.input as Record<string, Asked['body'][string]>[]
const thinks = { type: 'reasoning', id: 'rs_1', summary: [] }
const refuses = () => fails(404, 'Not found')

onEach('responses.function-call', [
  { by: 'a call', verdict: 'kept', answer: (asked) => gives(asked, thinks, call()) },
  {
    by: 'a call without a call_id',
    verdict: 'broken',
    answer: (asked) => gives(asked, call({ call_id: '' })),
    reason: 'called a function without a call_id',
  },
  {
    by: 'arguments that are an object',
    verdict: 'broken',
    answer: (asked) => gives(asked, call({ arguments: { city: 'Oslo' } })),
    reason: 'sent arguments that are no string',
  },
  {
    by: 'arguments that are no JSON',
    verdict: 'broken',
    answer: (asked) => gives(asked, call({ arguments: '{"city":' })),
    reason: 'sent arguments that are text that is no JSON',
  },
  {
    by: 'a plain answer',
    verdict: 'inconclusive',
    answer: (asked) => gives(asked, said('Rain.')),
    reason: 'no function',
  },
  { by: 'a refusal', verdict: 'broken', answer: refuses, reason: 'HTTP 404' },
  { by: 'a refusal that the entry declares', verdict: 'unsupported', answer: refuses, entry: lacking('responses') },
  {
    by: 'an error inside',
    verdict: 'broken',
    answer: () => ({ body: response([], { status: 'failed', error: { code: 'invalid_prompt', message: 'oops' } }) }),
    reason: 'sent an error inside HTTP 200',
  },
])

/** Calls first, and then answers by the output of the function. */
const roundtrip = (answer: (asked: Asked, told: string) => Answer) => (asked: Asked) => {
  const output = inputs(asked).find(({ type }) => type === 'function_call_output')
  return output === undefined ? gives(asked, thinks, call()) : answer(asked, JSON.parse(output.output).weather)
}

onEach('responses.function-output-roundtrip', [
  {
    by: 'an answer with what the function told',
    verdict: 'kept',
    answer: roundtrip((asked, told) => {
      const kinds = inputs(asked).map(({ type, role, call_id }) => [type ?? role, call_id].join(' ').trim())
      const isWhole = kinds.join() === 'user,reasoning,function_call call_1,function_call_output call_1'
      return gives(asked, said(isWhole ? told : kinds.join()))
    }),
  },
  {
    by: 'an answer that does not know it',
    verdict: 'broken',
    answer: roundtrip((asked) => gives(asked, said('Rain.'))),
    reason: 'which the function had told',
  },
  {
    by: 'a refusal of the output',
    verdict: 'broken',
    answer: roundtrip(() => fails(400, 'No tool call found for function call output')),
    reason: 'No tool call found',
  },
  {
    by: 'a plain answer',
    verdict: 'inconclusive',
    answer: (asked) => gives(asked, said('Rain.')),
    reason: 'no function',
  },
])

/** Remembers the word of the first response, where it may. */
function remembers(answer: (asked: Asked, word: string) => Answer) {
  let word = ''
  return (asked: Asked) => {
    const [, told] = /this word: (\S+)\./.exec(asked.text) ?? []
    if (told === undefined) return answer(asked, asked.body.previous_response_id === 'resp_1' ? word : 'none')
    word = told
    return gives(asked, said('OK'))
  }
}

onEach('responses.previous_response_id', [
  { by: 'a provider that remembers', verdict: 'kept', answer: remembers((asked, word) => gives(asked, said(word))) },
  {
    by: 'a refusal',
    verdict: 'kept',
    answer: remembers(() => fails(400, 'previous_response_id is not supported')),
    reason: 'refused with HTTP 400: previous_response_id is not supported',
  },
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: remembers(() => fails(400, 'previous_response_id is not supported')),
    entry: lacking('response_state'),
  },
  {
    by: 'an id that is taken in vain',
    verdict: 'broken',
    answer: remembers((asked) => gives(asked, said('You told me none.'))),
    reason: 'took previous_response_id and knew nothing of that response',
  },
  {
    by: 'a response without an id',
    verdict: 'inconclusive',
    answer: () => ({ body: response([said('OK')], { id: null }) }),
    reason: 'its first response had no id',
  },
])

onEach('responses.unknown-param-honest', [
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'not offered'),
    entry: lacking('responses'),
  },
  {
    by: 'a refusal that names it',
    verdict: 'kept',
    answer: () => fails(400, "Unknown parameter: 'llm_contracts_unknown'.", 'unknown_parameter'),
  },
  {
    by: 'a refusal that does not',
    verdict: 'broken',
    answer: () => fails(400, 'Invalid request'),
    reason: 'refused a parameter and did not say which',
  },
  {
    by: 'a parameter that is taken',
    verdict: 'broken',
    answer: (asked) => (asked.body.llm_contracts_unknown === true ? gives(asked, said('Hello')) : fails(400, 'none')),
    reason: 'took the parameter llm_contracts_unknown, which nobody has',
  },
])
