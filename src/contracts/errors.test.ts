import { describe, expect, test } from 'vitest'
import { breaks, broken, hasCorpus, isTrusted, judged, saidOf } from './_failures.test.kit.ts'
import { errorContracts } from './errors.ts'
import { errorSeeds } from './errors.seeds.ts'
import type { Exchange } from '../wire/exchange.ts'
import { chunk, completion, hello, stream, whole, type Parts } from './seed.ts'

test('every contract has a seed', () => {
  expect(errorSeeds.map(({ contract }) => contract)).toEqual(errorContracts.map(({ id }) => id))
})

describe.each(errorSeeds)('$contract', ({ contract, clean, defect, also = [] }) => {
  test('is kept by the clean exchange, as is every other', () => {
    expect(judged(contract, clean)).toBe('kept')
    expect(broken(clean)).toEqual([])
  })

  test('is broken by the defect, and nothing else is', () => {
    // The defect of the one that judges a reader alone is in the reader.
    const own = also.filter((id) => id.startsWith('error.'))
    const found = contract === 'error.5xx.classified' ? [] : [contract, ...own]
    expect(broken(defect, contract)).toEqual(found)
  })
})

const body = (json: unknown, parts: Parts) => whole(json, parts)
const [message, type] = ['No.', 'server_error']

describe('error.envelope', () => {
  const forms: readonly (readonly [string, unknown, number])[] = [
    ['Mistral and FastAPI', { detail: 'Invalid API Key' }, 401],
    ['xAI and Venice', { error: 'text' }, 400],
    ['Gemini', [{ error: { code: 400, message } }], 400],
    ['MiniMax', { base_resp: { status_code: 1004, status_msg: message } }, 401],
    ['SiliconFlow', '"Invalid token"', 401],
    ['Qwen', 'data: {"error":{"message":"No."}}\n\n', 400],
    ['nobody', '', 400],
    ['a proxy', '<html><title>Bad Gateway</title></html>', 502],
    ['a proxy without words', '', 503],
    ['a body without a message', { error: { code: 'x' } }, 400],
    ['a number', 7, 400],
  ]

  test('is broken by every other form', () => {
    const found = forms.map(([who, json, status]) => [who, judged('error.envelope', body(json, { status }))])
    expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
      {
        "Gemini": {
          "bytes": "[{"error":{"code":400,"message":"No."}}]",
          "path": "$[0].error",
          "says": "answered HTTP 400 with an array around the error",
        },
        "MiniMax": {
          "bytes": "{"base_resp":{"status_code":1004,"status_msg":"No."}}",
          "path": "$.base_resp",
          "says": "answered HTTP 401 with \`base_resp\` in place of \`error\`",
        },
        "Mistral and FastAPI": {
          "bytes": "{"detail":"Invalid API Key"}",
          "path": "$",
          "says": "answered HTTP 401 with \`detail\` in place of \`error\`",
        },
        "Qwen": {
          "bytes": "data: {"error":{"message":"No."}}\\n\\n",
          "says": "answered HTTP 400 with an event-stream line in place of a JSON body",
        },
        "SiliconFlow": {
          "bytes": ""Invalid token"",
          "path": "$",
          "says": "answered HTTP 401 with a bare JSON string",
        },
        "a body without a message": {
          "bytes": "{"error":{"code":"x"}}",
          "path": "$.error",
          "says": "answered HTTP 400 with \`error\` but no text in \`error.message\`",
        },
        "a number": {
          "bytes": "7",
          "path": "$",
          "says": "answered HTTP 400 with JSON that has no \`error.message\`",
        },
        "a proxy": {
          "blame": "infrastructure",
          "bytes": "<html><title>Bad Gateway</title></html>",
          "says": "answered HTTP 502 with an HTML page",
        },
        "a proxy without words": {
          "blame": "infrastructure",
          "says": "answered HTTP 503 with no body",
        },
        "nobody": {
          "says": "answered HTTP 400 with no body",
        },
        "xAI and Venice": {
          "bytes": "{"error":"text"}",
          "path": "$",
          "says": "answered HTTP 400 with \`error\` as a text, not an object with a \`message\`",
        },
      }
    `)
  })

  test.each([
    [
      'extra keys',
      body({ error: { message, type, status: 401 }, status: 401, request_id: 'x' }, { status: 401 }),
      'kept',
    ],
    ['a cut connection', body({ error: 1 }, { status: 500, end: 'aborted' }), 'unchecked'],
    ['a success', body({ error: { message } }, { status: 200 }), 'unchecked'],
    ['HEAD', body('', { status: 404, method: 'HEAD' }), 'unchecked'],
  ])('says nothing against %s', (_, exchange, verdict) => {
    expect(judged('error.envelope', exchange)).toBe(verdict)
  })
})

describe('error.not-200', () => {
  test.each([
    [
      'a response that failed',
      whole({ id: 'r', object: 'response', status: 'failed', error: { message } }, { path: '/responses' }),
    ],
    ['a partial answer with an error', whole({ choices: [{ message: { content: 'Hel' }, error: { message } }] })],
    ['an error in the midst of a stream', stream([...hello.slice(0, 2), { error: { message } }])],
    [
      'an event named error, where the status was sent before',
      stream([`event: error\ndata: {"error":{"message":"No."}}`]),
    ],
    ['an error after a comment, where the status was sent before', stream([': PROCESSING', { error: { message } }])],
    ['an empty error', whole({ ...completion(), error: null })],
  ])('is kept by %s', (_, exchange) => {
    expect(judged('error.not-200', exchange)).toBe('kept')
  })

  test('is broken by a stream that is nothing but an error', () => {
    expect(judged('error.not-200', stream([{ error: { message } }, 'data: [DONE]']))).toMatchInlineSnapshot(`
      {
        "bytes": "No.",
        "event": 0,
        "path": "$.error",
        "says": "began its stream, HTTP 200, with an error",
      }
    `)
  })
})

describe('error.401.no-secret-echo', () => {
  const told = (text: string, parts: Parts = {}) => body({ error: { message: text, type } }, { status: 401, ...parts })
  const key = ['gsk', 'a1'.repeat(20)].join('_')

  test.each([
    ['stars in a key', told('Incorrect API key provided: sk-abcdefghijklmnop****************wxyz.'), 'kept'],
    ['dots in a key', told('Incorrect API key provided: sk-abcdefghijklmnop...wxyz.'), 'kept'],
    ['a short word that is no key', told('Incorrect API key provided: test.'), 'kept'],
    ['stars alone, which the recording may have put there', told(`Wrong key: ${'*'.repeat(40)}`), 'unchecked'],
    ['a placeholder', told('Invalid token: Bearer your-siliconflow-api-key'), 'kept'],
    ['a placeholder of one sign', told(`Incorrect API key provided: sk-${'x'.repeat(30)}.`), 'kept'],
    ['an example', told('Incorrect API key provided: sk-put-an-Example-here-instead.'), 'kept'],
    ['words in place of a key', told('api_key: Authorization-Header is missing; apikey=InvalidAuthentication'), 'kept'],
    ['a text that the request itself brought', told(`Bad input: ${key}`, { ask: { user: key } }), 'kept'],
  ])('leaves %s alone', (_, exchange, verdict) => {
    expect(judged('error.401.no-secret-echo', exchange)).toBe(verdict)
  })

  test.each([
    ['letters in both cases', 'abcDEFghiJKLmnoPQRstuVWX'],
    ['a short key', 'sk-abc123def456'],
  ])('finds %s', (_, word) => {
    expect(judged('error.401.no-secret-echo', told(`Incorrect API key provided: ${word}.`))).toMatchObject({
      says: 'repeated what it calls an API key, unmasked, in its body',
    })
  })

  test('finds a key in a header and in a message of no known format, and does not repeat it', () => {
    const found = [
      told('No.', { headers: { 'x-debug': `Authorization: ${key}` } }),
      told('Your api key: 0123456789abcdef0123456789abcdef is invalid'),
      told("LiteLLM Virtual Key expected. Received=my-bad-key-1234567890abcd, expected to start with 'sk-'."),
    ].map((exchange) => judged('error.401.no-secret-echo', exchange))
    expect(found).toMatchInlineSnapshot(`
      [
        {
          "says": "repeated a Groq key, unmasked, in its header x-debug",
        },
        {
          "says": "repeated what it calls an API key, unmasked, in its body",
        },
        {
          "says": "repeated what it calls an API key, unmasked, in its body",
        },
      ]
    `)
  })
})

test('error.midstream.no-success-finish is broken by a response that completes after an error', () => {
  const events = [
    { type: 'error', message },
    { type: 'response.completed', response: { output: [] } },
  ]
  expect(judged('error.midstream.no-success-finish', stream(events, { path: '/responses' }))).toMatchInlineSnapshot(`
    {
      "event": 1,
      "path": "$.type",
      "says": "sent response.completed in event 2, after the error in event 1",
    }
  `)
})

test('other failures: what breaks each contract, what keeps it, and what tells nothing', () => {
  const error = { message, type, param: null, code: null }
  const failed = (more: object, parts: Parts = {}) => body({ error: { ...error, ...more } }, { status: 400, ...parts })
  const answer = { index: 0, message: { role: 'assistant', content: null } }
  const then = (...last: readonly unknown[]) => stream([...hello.slice(0, 2), { error }, ...last])
  const untyped = failed({})
  const others: Record<string, readonly Exchange[]> = {
    'error.envelope': [
      body('No.', { status: 400 }),
      body('No.', { status: 500 }),
      body('', { status: 500 }),
      body({ detail: message }, { status: 500 }),
      body('No\n\n way.', { status: 400 }),
      body(`No${' '.repeat(300)}`, { status: 400 }),
      { ...untyped, response: { ...untyped.response, failure: { code: 'ECONNRESET', message: 'reset' } } },
    ],
    'error.envelope.strict': [
      failed({ type: undefined }),
      failed({ type: undefined, param: undefined }),
      failed({ type: null }),
      failed({ type: [], code: {} }),
      failed({ type: true, code: undefined }),
      failed({ param: 7, extra: 1 }),
      failed({ message: '' }),
    ],
    'error.content-type': [
      failed({}, { headers: { 'content-type': 'application/problem+json;charset=utf-8' } }),
      { ...untyped, response: { ...untyped.response, headers: { date: 'x' } } },
      { ...untyped, response: { ...untyped.response, headers: {} } },
      body('No.', { status: 400, headers: { 'content-type': 'text/plain' } }),
      whole(completion(), { headers: { 'content-type': 'text/plain' } }),
    ],
    'error.not-200': [
      body({ error: { code: 7 } }, {}),
      body({ object: 'error', message }, {}),
      body({ object: 'chat.completion', choices: [answer], error }, {}),
      body({ message: 'Deleted.' }, { path: '/elsewhere' }),
      body({ detail: 'Deleted.' }, { path: '/elsewhere' }),
      body({ error }, { path: '/elsewhere' }),
      stream([chunk({ role: 'assistant', content: '' }), { error }]),
      body({ error }, { end: 'aborted' }),
      body('No.', {}),
    ],
    'error.401.no-secret-echo': [whole(completion(), { headers: { 'x-key': ['gsk', 'a1'.repeat(20)].join('_') } })],
    'error.midstream.no-success-finish': [
      then({ choices: [null, { index: 0, delta: {}, finish_reason: 'stop' }] }),
      then(chunk({}, 'tool_calls')),
      then(chunk({}, 'function_call')),
      then('data: 1', { choices: [] }),
      stream([...hello.slice(0, 2), { error }, chunk({}, 'stop')], { status: 400 }),
      stream([...hello]),
    ],
    'error.quota-vs-rate': [
      failed({}),
      failed({}, { status: 429, end: 'aborted' }),
      failed({ code: 'insufficient_quota' }, { status: 429 }),
    ],
    'error.5xx.classified': [501, 505, 600, 400]
      .map((status) => failed({}, { status }))
      .concat(failed({}, { status: 503, end: 'aborted' })),
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "error.envelope: answered HTTP 400 with plain text @ bytes No.",
      "error.envelope: answered HTTP 500 with plain text @ bytes No. @ infrastructure",
      "error.envelope: answered HTTP 500 with no body @ infrastructure",
      "error.envelope: answered HTTP 500 with \`detail\` in place of \`error\` @ $ @ bytes {"detail":"No."}",
      "error.envelope: answered HTTP 400 with plain text @ bytes No\\n\\n way.",
      "error.envelope: answered HTTP 400 with plain text @ bytes No                                                                                                                      …",
      "error.envelope: unchecked",
      "error.envelope.strict: left out \`type\` @ $.error",
      "error.envelope.strict: left out \`type\` and \`param\` @ $.error",
      "error.envelope.strict: sent \`type\` as null @ $.error",
      "error.envelope.strict: sent \`type\` as an array of 0 and \`code\` as an empty object @ $.error",
      "error.envelope.strict: left out \`code\` and sent \`type\` as true @ $.error",
      "error.envelope.strict: kept",
      "error.envelope.strict: unchecked",
      "error.content-type: kept",
      "error.content-type: sent its JSON error without a content type",
      "error.content-type: unchecked",
      "error.content-type: unchecked",
      "error.content-type: unchecked",
      "error.not-200: answered HTTP 200 with an error in place of an answer @ $.error",
      "error.not-200: answered HTTP 200 with an error in place of an answer @ $ @ bytes No.",
      "error.not-200: answered HTTP 200 with an error in place of an answer @ $.error @ bytes No.",
      "error.not-200: kept",
      "error.not-200: kept",
      "error.not-200: answered HTTP 200 with an error in place of an answer @ $.error @ bytes No.",
      "error.not-200: kept",
      "error.not-200: unchecked",
      "error.not-200: unchecked",
      "error.401.no-secret-echo: unchecked",
      "error.midstream.no-success-finish: sent finish_reason "stop" in event 4, after the error in event 3 @ $.choices[1].finish_reason @ event 3",
      "error.midstream.no-success-finish: sent finish_reason "tool_calls" in event 4, after the error in event 3 @ $.choices[0].finish_reason @ event 3",
      "error.midstream.no-success-finish: sent finish_reason "function_call" in event 4, after the error in event 3 @ $.choices[0].finish_reason @ event 3",
      "error.midstream.no-success-finish: kept",
      "error.midstream.no-success-finish: unchecked",
      "error.midstream.no-success-finish: unchecked",
      "error.quota-vs-rate: unchecked",
      "error.quota-vs-rate: unchecked",
      "error.quota-vs-rate: kept",
      "error.5xx.classified: unchecked",
      "error.5xx.classified: unchecked",
      "error.5xx.classified: unchecked",
      "error.5xx.classified: unchecked",
      "error.5xx.classified: unchecked",
    ]
  `)
})

test('every breach says what was sent and where', () => {
  expect(errorSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "error.envelope: answered HTTP 401 with its message at $, with no \`error\` around it @ $ @ bytes {"message":"Incorrect API key provided: sk-a***wxyz.","type":"invalid_request_error","param":null,"code":"invalid_api_ke…",
      "error.envelope.strict: sent \`code\` as 401 @ $.error",
      "error.content-type: sent its JSON error as application/octet-stream",
      "error.not-200: answered HTTP 200 with an error in place of an answer @ $.error @ bytes Incorrect API key provided: sk-a***wxyz.",
      "error.401.no-secret-echo: repeated an API key that begins with sk-, unmasked, in its body",
      "error.midstream.no-success-finish: sent finish_reason "stop" in event 4, after the error in event 3 @ $.choices[0].finish_reason @ event 3",
      "error.quota-vs-rate: answered HTTP 429 with "No." alone: a rate limit, a spent quota or a full service @ $.error",
      "error.5xx.classified: kept",
      "error.sdk-class: gave the OpenAI SDK its BadRequestError, HTTP 400, for a key that is wrong or missing: $.error.code "invalid_api_key" @ $.error.code",
    ]
  `)
})

describe.runIf(hasCorpus)('in the corpus of recorded traffic', () => {
  test("OpenAI's own keeps every must", () => {
    const musts = errorContracts.filter(({ level }) => level === 'must')
    expect(breaks(musts, isTrusted)).toEqual({})
  })

  test('these providers break these contracts', () => {
    expect(breaks(errorContracts)).toMatchInlineSnapshot(`
      {
        "error.content-type": "azure-openai 1",
        "error.envelope": "cerebras 1, doubleword 1, gemini-compat 1, mistral 1, nvidia 1, qwen 1, sglang 1, siliconflow 5, together 1, xai 1",
        "error.envelope.strict": "azure-openai 1, fireworks 1, groq 3, litellm 1, llama.cpp 2, modelscope 1, moonshot 1, new-api 2, openrouter 4, perplexity 1, vllm 1, zhipu 1",
        "error.not-200": "azure-openai 1, lmstudio 1, openai 3, openrouter 1",
        "error.sdk-class": "litellm 2, new-api 1, siliconflow 2, xai 1",
      }
    `)
  })
})
