import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { finishContracts } from './finish.ts'
import { calling, finishSeeds, likely, limited } from './finish.seeds.ts'
import { judge } from './judge.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'

const verdicts = (exchange: Exchange, verdict: string) =>
  judge(exchange, finishContracts).flatMap((each) => (each.verdict === verdict ? [each.contract] : []))

const breachesOf = (exchange: Exchange) =>
  judge(exchange, finishContracts).flatMap(({ contract, breach }) => {
    const { says, blame, ...where } = breach ?? {}
    return breach ? [`${contract} | ${says} | ${blame} | ${JSON.stringify(where)}`] : []
  })

test('every contract has one seed', () => {
  expect(finishSeeds.map(({ contract }) => contract)).toEqual(finishContracts.map(({ id }) => id))
})

describe.each(finishSeeds)('$contract', ({ contract, clean, defect, also = [] }) => {
  test('is kept by its clean exchange, as is every other', () => {
    expect(verdicts(clean, 'broken')).toEqual([])
    expect(verdicts(clean, 'kept')).toContain(contract)
  })

  test('is broken by its defect, and no other', () => {
    expect(verdicts(defect, 'broken').sort()).toEqual([contract, ...also].sort())
  })
})

test('each defect says what it is and where', () => {
  expect(finishSeeds.flatMap(({ defect }) => breachesOf(defect))).toMatchInlineSnapshot(`
    [
      "finish.enum | finished with "eos" | wire format | {"path":"$.choices[0].finish_reason"}",
      "finish.length | finished with "stop" after 33 tokens of 32 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
      "finish.truncation-honest | finished with "tool_calls", though its limit of 12 tokens cut the call of "get_weather" | gateway | {"path":"$.choices[0].finish_reason","bytes":"{\\"city\\": \\"Par"}",
      "finish.tool_calls-iff-calls | finished with "stop" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      "logprobs.shape | gave a token with logprob 0.78 | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: 0.78, bytes: [72, 101, 108, 108, 111], top_logprobs: …"}",
    ]
  `)
})

const reasoned = { completion_tokens_details: { reasoning_tokens: 0 } }
const named = { tool_choice: { type: 'function', function: { name: 'get_weather' } } }

const calls = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }
const likelihood = (text: string, logprob: unknown = -1) => ({
  message: { role: 'assistant', content: text },
  logprobs: { content: [{ token: text, logprob, bytes: null, top_logprobs: [] }] },
  finish_reason: 'stop',
})
const twice = (...choices: readonly object[]) => ({
  ...completion(),
  choices: choices.map((choice, index) => ({ index, ...choice })),
})

test('other defects of the same contracts say so', () => {
  const defects: Record<string, Exchange> = {
    'empty reason': whole(completion({}, {}, { finish_reason: '' })),
    'no reason': whole(completion({}, {}, { finish_reason: null })),
    'no key of a reason': whole(completion({}, {}, { finish_reason: undefined })),
    'unknown reason in a stream': stream(hello.toSpliced(3, 1, chunk({}, 'network_error'))),
    'a required call that says stop': calling('{"city": "Paris"}', 'stop', { tool_choice: 'required' }),
    'calls that end with a word of its own': calling('{"city": "Paris"}', 'eos'),
    'calls that end with an empty word': calling('{"city": "Paris"}', ''),
    'calls that end as the legacy call does': calling('{"city": "Paris"}', 'function_call'),
    'a call past the limit': calling('{"city": "Par', 'tool_calls', { max_tokens: 8 }),
    'JSON past the limit': limited(8, 9, 'stop', {}, '{"city": "Par'),
    'a text past the limit': limited(32, 40, 'stop', {}, 'Hello and'),
    'nothing kept': limited(32, 32, 'length', reasoned, ''),
    'a call cut and called a stop': calling('{"city": "Par', 'stop', { max_tokens: 12, ...named }),
    'tokens past the limit of both choices': whole(
      {
        ...completion({}, { usage: { prompt_tokens: 8, completion_tokens: 33, total_tokens: 41 } }),
        choices: [0, 1].map((index) => ({
          index,
          message: { role: 'assistant', content: 'Hi' },
          finish_reason: 'stop',
        })),
      },
      { ask: { max_tokens: 16, n: 2 } },
    ),
    'a call that nobody demanded': calling('{}', 'stop', { tool_choice: 'none' }),
    'bytes that are none': likely({ bytes: [-1] }),
    'bytes in part': likely({ bytes: [0.5] }),
    'bytes that are another text': likely({ bytes: [72, 105] }),
    'no number in the second choice': whole(twice(likelihood('Hi'), likelihood('Bye', null)), {
      ask: { logprobs: true },
    }),
    'no call': whole(completion({}, {}, { finish_reason: 'tool_calls' })),
    'no call, in a stream that went on': stream(hello.toSpliced(3, 1, chunk({}, 'tool_calls'), chunk({}))),
    'tokens past the limit, and no finish of the first choice': whole(
      {
        ...twice({ message: { role: 'assistant', content: 'Hi' } }, likelihood('Bye')),
        usage: { prompt_tokens: 8, completion_tokens: 33, total_tokens: 41 },
      },
      { ask: { max_tokens: 16, n: 2 } },
    ),
    'no logprobs': likely({}, { logprobs: null }),
    'no token': likely({ token: 1 }),
    'no number': likely({ logprob: null }),
    'no bytes': likely({ bytes: [300] }),
    'no alternatives': likely({ top_logprobs: null }),
    'too many alternatives': likely({ top_logprobs: [{}, {}] }, {}, { top_logprobs: 1 }),
    'another text': likely({ token: 'Bye', bytes: null }),
  }

  const said = Object.entries(defects).map(([name, exchange]) => [name, breachesOf(exchange)])
  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "JSON past the limit": [
        "finish.length | finished with "stop" after 9 tokens of 8 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "a call cut and called a stop": [
        "finish.truncation-honest | finished with "stop", though its limit of 12 tokens cut the call of "get_weather" | gateway | {"path":"$.choices[0].finish_reason","bytes":"{\\"city\\": \\"Par"}",
      ],
      "a call past the limit": [
        "finish.length | finished with "tool_calls" after 12 tokens of 8 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
        "finish.truncation-honest | finished with "tool_calls", though its limit of 8 tokens cut the call of "get_weather" | gateway | {"path":"$.choices[0].finish_reason","bytes":"{\\"city\\": \\"Par"}",
      ],
      "a call that nobody demanded": [
        "finish.tool_calls-iff-calls | finished with "stop" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "a required call that says stop": [
        "finish.tool_calls-iff-calls | finished with "stop" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "a text past the limit": [
        "finish.length | finished with "stop" after 40 tokens of 32 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "another text": [
        "logprobs.shape | gave log probabilities of tokens that are not its text | wire format | {"path":"$.choices[0].logprobs.content","bytes":"\\"Bye there\\""}",
      ],
      "bytes in part": [
        "logprobs.shape | gave a token whose bytes are none | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: -0.25, bytes: [0.5], top_logprobs: [] }"}",
      ],
      "bytes that are another text": [
        "logprobs.shape | gave log probabilities of tokens that are not its text | wire format | {"path":"$.choices[0].logprobs.content","bytes":"\\"Hi there\\""}",
      ],
      "bytes that are none": [
        "logprobs.shape | gave a token whose bytes are none | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: -0.25, bytes: [-1], top_logprobs: [] }"}",
      ],
      "calls that end as the legacy call does": [
        "finish.tool_calls-iff-calls | finished with "function_call" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "calls that end with a word of its own": [
        "finish.enum | finished with "eos" | wire format | {"path":"$.choices[0].finish_reason"}",
        "finish.tool_calls-iff-calls | finished with "eos" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "calls that end with an empty word": [
        "finish.enum | finished with "" | wire format | {"path":"$.choices[0].finish_reason"}",
        "finish.tool_calls-iff-calls | finished with "" beside 1 tool call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "empty reason": [
        "finish.enum | finished with "" | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "no alternatives": [
        "logprobs.shape | gave a token without top_logprobs | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: -0.25, bytes: [72, 101, 108, 108, 111], top_logprobs:…"}",
      ],
      "no bytes": [
        "logprobs.shape | gave a token whose bytes are none | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: -0.25, bytes: [300], top_logprobs: [] }"}",
      ],
      "no call": [
        "finish.tool_calls-iff-calls | finished with "tool_calls" and no call | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "no call, in a stream that went on": [
        "finish.tool_calls-iff-calls | finished with "tool_calls" and no call | wire format | {"path":"$.choices[0].finish_reason","event":3}",
      ],
      "no key of a reason": [
        "finish.enum | finished without a finish_reason | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "no logprobs": [
        "logprobs.shape | answered without logprobs (null) | wire format | {"path":"$.choices[0].logprobs"}",
      ],
      "no number": [
        "logprobs.shape | gave a token with logprob null | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: null, bytes: [72, 101, 108, 108, 111], top_logprobs: …"}",
      ],
      "no number in the second choice": [
        "logprobs.shape | gave a token with logprob null | wire format | {"path":"$.choices[1].logprobs.content[0]","bytes":"{ token: \\"Bye\\", logprob: null, bytes: null, top_logprobs: [] }"}",
      ],
      "no reason": [
        "finish.enum | finished with null | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "no token": [
        "logprobs.shape | gave a log probability without its token | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: 1, logprob: -0.25, bytes: [72, 101, 108, 108, 111], top_logprobs: [] }"}",
      ],
      "nothing kept": [
        "finish.length | kept nothing of 32 tokens of 32 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "tokens past the limit of both choices": [
        "finish.length | finished with "stop" and "stop" after 33 tokens of 32 allowed | wire format | {"path":"$.choices[0].finish_reason"}",
      ],
      "tokens past the limit, and no finish of the first choice": [
        "finish.enum | finished without a finish_reason | wire format | {"path":"$.choices[0].finish_reason"}",
        "finish.length | finished with "stop" after 33 tokens of 32 allowed | wire format | {"path":"$.choices"}",
      ],
      "too many alternatives": [
        "logprobs.shape | gave a token with 2 top_logprobs instead of 1 | wire format | {"path":"$.choices[0].logprobs.content[0]","bytes":"{ token: \\"Hello\\", logprob: -0.25, bytes: [72, 101, 108, 108, 111], top_logprobs:…"}",
      ],
      "unknown reason in a stream": [
        "finish.enum | finished with "network_error" | wire format | {"path":"$.choices[0].finish_reason","event":3}",
      ],
    }
  `)
})

test('what is legal breaks nothing', () => {
  const spent = { prompt_tokens: 8, completion_tokens: 32, total_tokens: 40, ...reasoned }
  const kept = (message: Record<string, unknown>) =>
    whole(completion({ content: '', ...message }, { usage: spent }, { finish_reason: 'length' }), {
      ask: { max_tokens: 32 },
    })
  const legal: Record<string, Exchange> = {
    'a stop at the limit, whose last token may be the end itself': limited(32, 32, 'stop'),
    'a limit that was raised': limited(1, 2, 'stop'),
    'a limit that was not heard of': limited(32, 40, 'stop', {}, 'Hello.'),
    'a call past a limit that was not heard of': calling('{"city": "Paris"}', 'tool_calls', { max_tokens: 8 }),
    'two answers within their limits': whole(
      completion({}, { usage: { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17 } }),
      { ask: { max_tokens: 5, n: 2 } },
    ),
    'reasoning past the limit': limited(32, 60, 'stop', { completion_tokens_details: { reasoning_tokens: 40 } }),
    'an error beside a call': whole({ ...completion({ tool_calls: [calls] }), error: { message: 'No.' } }),
    'a call in one of two choices': whole({
      ...completion(),
      choices: [
        { index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' },
        { index: 1, message: { role: 'assistant', content: null, tool_calls: [calls] }, finish_reason: 'tool_calls' },
      ],
    }),
    'log probabilities of two choices': whole(twice(likelihood('Hi'), likelihood('Bye')), { ask: { logprobs: true } }),
    'text kept at the limit': limited(32, 32, 'length', reasoned),
    'nothing kept but reasoning': kept({ reasoning: 'Hm.' }),
    'nothing kept but a refusal': kept({ refusal: 'No.' }),
    'nothing kept but a sound': kept({ audio: { id: 'audio_1', data: 'AAAA' } }),
    'nothing kept but a call': kept({ tool_calls: [calls] }),
    'nothing said at the limit': limited(32, 32, 'stop', reasoned, ''),
    'nothing kept of two choices': whole(
      {
        ...completion({ content: '' }, { usage: spent }, { finish_reason: 'length' }),
        choices: [0, 1].map((index) => ({
          index,
          message: { role: 'assistant', content: '' },
          finish_reason: 'length',
        })),
      },
      { ask: { max_tokens: 16, n: 2 } },
    ),
    'a call that says stop to a request that is not known': { ...calling('{}', 'stop'), request: undefined },
    'nothing kept, all of it hidden reasoning': limited(32, 32, 'length', {}, ''),
    'nothing kept of a few tokens': limited(1, 1, 'length', reasoned, ''),
    'a filter past the limit': limited(32, 40, 'content_filter'),
    'a named call that says stop': calling('{"city": "Paris"}', 'stop', named),
    'a call that was cut': calling('{"city": "Paris"}', 'content_filter'),
    'a stop where the request is not known': {
      ...calling('{"city": "Paris"}', 'stop'),
      request: undefined,
    },
    'bad arguments below the limit': calling('{"city": "Par', 'tool_calls', { max_tokens: 100 }),
    'bad arguments that are not cut': calling('{"city": Par}', 'tool_calls', { max_tokens: 12 }),
    'a call cut without a limit': calling('{"city": "Par', 'length'),
    'a legacy function call': whole(
      completion(
        { content: null, function_call: { name: 'f', arguments: '{}' } },
        {},
        { finish_reason: 'function_call' },
      ),
    ),
    'tokens without bytes': likely({ bytes: null }),
    'a logprob just above 0': likely({ logprob: 0.000_03 }),
    'no text': whole(completion({ content: null, refusal: 'No.' }), { ask: { logprobs: true } }),
    'an answer that was cut off': whole(completion({}, {}, { finish_reason: null }), { end: 'aborted' }),
    'an error in place of a reason': whole({
      ...completion({}, {}, { finish_reason: null }),
      error: { message: 'No' },
    }),
    'an error inside': whole({ ...completion(), error: { message: 'No' } }, { ask: { logprobs: true } }),
  }

  for (const [name, exchange] of Object.entries(legal)) expect(verdicts(exchange, 'broken'), name).toEqual([])
})

test('nothing is said of other APIs and of failures', () => {
  const foreign = [
    whole(completion(), { status: 500 }),
    whole(completion({}, {}, { finish_reason: 'eos' }), { path: '/completions' }),
  ]

  for (const exchange of foreign) expect(verdicts(exchange, 'unchecked')).toHaveLength(finishContracts.length)
})

test('strange values make no check throw, and every breach has its evidence', () => {
  const strange = [null, 0, -1, '', 'x', [], {}, [null], [[]], { content: [null, 1, []] }, true, 1.5]
  const exchanges = strange.flatMap((value) => {
    const ask = { logprobs: true, max_tokens: value, tools: value, tool_choice: value, top_logprobs: value }
    const choice = { finish_reason: value, logprobs: value }
    const message = { content: value, tool_calls: value, refusal: value, audio: value }
    return [
      whole(completion({}, { usage: value }, choice), { ask }),
      whole(completion(message, { choices: value }), { ask }),
      whole(completion({}, {}, { logprobs: { content: [value] } }), { ask: { ...ask, max_tokens: 1 } }),
      stream([value, chunk(message, 'stop', { usage: value }), ...hello], { ask }),
    ]
  })
  const breaches = exchanges.flatMap((each) => judge(each, finishContracts)).flatMap(({ breach }) => breach ?? [])

  expect(breaches.length).toBeGreaterThan(20)
  expect(breaches.filter(({ path, bytes }) => (path ?? bytes) === undefined)).toEqual([])
})
