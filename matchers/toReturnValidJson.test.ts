import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'
import type { Schema } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const Invoice = z.object({ number: z.string(), total: z.number() }).meta({ title: 'Invoice' })
const whole = '{"number":"A-17","total":12.5}'

describe('passes for', () => {
  test('JSON, with a schema that fits and without any', async () => {
    await expect(completion(whole)).toReturnValidJson()
    await expect(completion(whole)).toReturnValidJson(Invoice)
    await expect(completion(whole)).toReturnValidJson({ type: 'object', required: ['number'] })
    await expect(completion(' [1, 2]\n')).toReturnValidJson(true)
  })

  test('JSON that came in pieces', async () => {
    const chunks = [chunk('{"number":"A-'), chunk('17","total":1}'), chunk('', 'stop')]
    await expect(stream(...chunks, '[DONE]')).toReturnValidJson(Invoice)
  })

  test('a reply of the Responses API', async () => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: whole }] }]
    await expect(Response.json({ object: 'response', status: 'completed', output })).toReturnValidJson(Invoice)
  })

  test('.not where there is no JSON', async () => {
    await expect(completion('Sure!')).not.toReturnValidJson()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for an answer cut at its token limit', async () => {
    const usage = { prompt_tokens: 9, completion_tokens: 512, total_tokens: 521 }
    const exchange = await recorded(completion(whole.slice(0, 20), 'length', { usage }))
    await expect(expect(exchange).toReturnValidJson(Invoice)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toReturnValidJson(Invoice)

      Expected deepseek to return JSON that fits Invoice.
      It returned JSON cut off after 512 tokens (finish_reason "length"): the answer is incomplete, not malformed.
      $.choices[0].message.content: {"number":"A-17","to
      Next: raise max_tokens, or ask for a shorter answer.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for an HTTP error, with the request id', async () => {
    const error = { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' }
    const reply = failure(429, { error }, { 'x-request-id': 'req_123' })
    await expect(expect(reply).toReturnValidJson()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toReturnValidJson()

      Expected the provider to return JSON.
      It answered HTTP 429 (Too Many Requests): "Rate limit reached" (type "requests", code "rate_limit_exceeded")
      Next: try again later, or send fewer requests at a time.

      a Response given to the matcher, HTTP 429, request id req_123]
    `)
  })

  test('for .not', async () => {
    const exchange = await recorded(completion(whole))
    await expect(expect(exchange).not.toReturnValidJson(Invoice)).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toReturnValidJson(Invoice)

      Expected deepseek not to return JSON that fits Invoice.
      It did: {"number":"A-17","total":12.5}

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })
})

describe('names what came in place of an answer', () => {
  test('a refusal', async () => {
    const reply = completion({ content: null, refusal: "I'm sorry, I can't help with that." })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(
      `"It refused: "I'm sorry, I can't help with that.""`,
    )
  })

  test('an error inside HTTP 200', async () => {
    const reply = failure(200, { error: { message: 'The response was filtered', code: 'content_filter' } })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "The response was filtered" (code "content_filter")"`,
    )
  })

  test('an HTML page, with HTTP 200 and with HTTP 502', async () => {
    const page = '<html><body>Bad gateway</body></html>'
    expect(await said(expect(failure(200, page)).toReturnValidJson())).toMatchInlineSnapshot(
      `"It answered HTTP 200 with HTML that holds no answer: <html><body>Bad gateway</body></html>"`,
    )
    expect(await said(expect(failure(502, page)).toReturnValidJson())).toMatchInlineSnapshot(
      `
      "It answered HTTP 502 (Bad Gateway): <html><body>Bad gateway</body></html>
      Next: try again later: the fault is the server's."
    `,
    )
  })

  test('an empty body, with HTTP 200 and with HTTP 500', async () => {
    expect(await said(expect(failure(200, '')).toReturnValidJson())).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an empty body."`,
    )
    expect(await said(expect(failure(500, '')).toReturnValidJson())).toMatchInlineSnapshot(
      `
      "It answered HTTP 500 (Internal Server Error) with an empty body.
      Next: try again later: the fault is the server's."
    `,
    )
  })

  test('JSON without choices', async () => {
    const reply = Response.json({ object: 'chat.completion', choices: [] })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(
      `"It answered HTTP 200 with JSON that holds no answer: {"object":"chat.completion","choices":[]}"`,
    )
  })

  test('a body that broke off', async () => {
    const exchange = await recorded(new Response('{"id":"chatcmpl-1","choi'), {}, 'aborted')
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(
      `"It answered HTTP 200, and the connection was cut after 24 characters of its body."`,
    )
  })

  test('a tool call', async () => {
    const reply = completion({ content: null, tool_calls: [call('get_weather', {})] }, 'tool_calls')
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(
      `"It called "get_weather" instead of returning text (finish_reason "tool_calls")."`,
    )
  })

  test('content that is an object', async () => {
    const reply = completion({ content: { number: 'A-17' } })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned content that is an object in place of a string.
      $.choices[0].message.content: {"number":"A-17"}"
    `)
  })

  test('another kind of JSON than json_object promises', async () => {
    const exchange = await recorded(completion('[1,2]'), { response_format: { type: 'json_object' } })
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned an array, where response_format json_object promises an object.
      $.choices[0].message.content: [1,2]"
    `)
  })
})

describe('shows where JSON does not fit', () => {
  test('a Zod schema, path by path', async () => {
    const reply = completion('{"number":17,"totals":12.5}')
    expect(await said(expect(reply).toReturnValidJson(Invoice))).toMatchInlineSnapshot(`
      "It returned JSON that does not fit Invoice:
        $.number: Invalid input: expected string, received number
        $.total: Invalid input: expected number, received undefined
      $.choices[0].message.content: {"number":17,"totals":12.5}"
    `)
  })

  test('a JSON Schema, up to five issues', async () => {
    const numbers = { title: 'Numbers', type: 'array', items: { type: 'number' } }
    const reply = completion(JSON.stringify('abcdefgh'.split('')))
    expect(await said(expect(reply).toReturnValidJson(numbers))).toMatchInlineSnapshot(`
      "It returned JSON that does not fit Numbers:
        $[0]: must be number, was "a"
        $[1]: must be number, was "b"
        $[2]: must be number, was "c"
        $[3]: must be number, was "d"
        $[4]: must be number, was "e"
        and 3 more
      $.choices[0].message.content: ["a","b","c","d","e","f","g","h"]"
    `)
  })

  const misfits: [string, Schema, string][] = [
    ['a whole value, of Zod', z.array(z.string()), '{}'],
    ['a whole value, of a JSON Schema', { minProperties: 2 }, '{"a":1}'],
    ['one of several forms, of Zod', z.object({ a: z.union([z.string(), z.null()]) }), '{"a":1}'],
    ['one of several forms, of a JSON Schema', { properties: { a: { oneOf: [{ type: 'null' }, false] } } }, '{"a":1}'],
    ['a property without a place, of a JSON Schema', { propertyNames: { pattern: '^b' } }, '{"a":1}'],
    ['a refinement, of Zod', z.object({ a: z.number() }).refine(() => false, 'is wrong'), '{"a":1}'],
    ['nothing at all', false, '{"a":1}'],
  ]
  test.each(misfits)('the first issue with its path, for %s', async (_, schema, text) => {
    const [, first] = (await said(expect(completion(text)).toReturnValidJson(schema))).split('\n')
    expect(first).toMatch(/^ {2}\$[\w.[\]"]*: \S/)
  })

  test('a schema without a name', async () => {
    expect(await said(expect(completion('{}')).toReturnValidJson({ required: ['a'] }))).toMatchInlineSnapshot(`
      "It returned JSON that does not fit the schema:
        $.a: is missing
      $.choices[0].message.content: {}"
    `)
  })

  test('in the second choice', async () => {
    const choices = ['{"a":1}', '{"a":'].map((content, index) => ({
      index,
      message: { content },
      finish_reason: 'stop',
    }))
    expect(await said(expect(Response.json({ choices })).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that breaks off at character 5, with finish_reason "stop" instead of "length".
      $.choices[1].message.content: {"a":"
    `)
  })
})

test('a schema that was rejected may be at fault itself, and the failure says where', async () => {
  const schema = { type: 'object', properties: { number: { type: 'string' } }, required: [] }
  const response_format = { type: 'json_schema', json_schema: { name: 'invoice', strict: true, schema } }
  const refusal = Response.json(
    { error: { message: 'Invalid schema', type: 'invalid_request_error', param: 'response_format', code: null } },
    { status: 400 },
  )
  const exchange = await recorded(refusal, { response_format })

  await expect(expect(exchange).toReturnValidJson(Invoice)).rejects.toThrowErrorMatchingInlineSnapshot(`
    [Error: expect(reply).toReturnValidJson(Invoice)

    Expected deepseek to return JSON that fits Invoice.
    It answered HTTP 400 (Bad Request): "Invalid schema" (type "invalid_request_error")
    Next: mend the schema, which leaves OpenAI's strict subset at $.additionalProperties: is missing; write false

    fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 400]
  `)
})
