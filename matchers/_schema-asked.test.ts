import { describe, expect, test } from 'vitest'
import { readReply } from '../src/wire/reply.ts'
import { matchers } from './index.ts'
import { schemaAdvice } from './_schema-asked.ts'
import { completion, failure, recorded } from './testing/replies.ts'

expect.extend(matchers)

const schema = { type: 'object', properties: { number: { type: 'string' } }, required: [] }
const chat = { response_format: { type: 'json_schema', json_schema: { name: 'invoice', strict: true, schema } } }
const responses = { text: { format: { type: 'json_schema', name: 'invoice', strict: true, schema } } }
const tool = (name: string, parameters: object, strict = false) => ({
  type: 'function',
  function: { name, parameters, strict },
})

const advice = async (error: object, asked: Readonly<Record<string, unknown>>, status = 400) =>
  schemaAdvice(
    readReply(
      await recorded(failure(status, { error: { message: 'No.', type: 'invalid_request_error', ...error } }), asked),
    ),
  )

const fault = "mend the schema, which leaves OpenAI's strict subset at $.additionalProperties: is missing; write false"

describe('points into the schema that was refused', () => {
  test.each<[string, object, Readonly<Record<string, unknown>>]>([
    ['in response_format', { param: 'response_format', code: 'invalid_json_schema' }, chat],
    ['in text.format', { param: 'text.format.schema', code: 'invalid_json_schema' }, responses],
    ['by its message alone', { message: "Invalid schema for response_format 'invoice'" }, chat],
  ])('%s', async (_, error, asked) => {
    expect(await advice(error, asked)).toBe(fault)
  })

  test('of a tool, by its place, by its name, or as the first at fault', async () => {
    const [good, bad] = [
      { type: 'object', properties: {} },
      { type: 'object', properties: { days: { type: 'array' } } },
    ]
    const tools = [tool('good', good), tool('bad', bad), tool('get_weather', good, true)]
    const code = 'invalid_function_parameters'
    expect(await advice({ code, param: 'tools[2].function.parameters' }, { tools })).toBe(
      'mend the parameters of get_weather at $.additionalProperties: is missing; write false',
    )
    const items = 'mend the parameters of bad at $.properties.days: is an array without items; say what they are'
    expect(
      await advice({ code, message: "Invalid schema for function 'bad': array schema missing items" }, { tools }),
    ).toBe(items)
    expect(await advice({ code }, { tools })).toBe(items)
    const flat = tools.map((one) => ({ type: 'function', ...one.function }))
    expect(await advice({ code, param: 'tools[1].parameters' }, { tools: flat })).toBe(items)
  })
})

test('says nothing of a schema where something else was wrong', async () => {
  const wrong = [
    advice(
      { code: 'context_length_exceeded', param: 'messages', message: 'maximum context length is 8192 tokens' },
      chat,
    ),
    advice({ param: 'temperature' }, chat),
    advice({ param: 'response_format' }, {}),
    advice({ param: 'response_format' }, { response_format: { type: 'json_object' } }),
    advice({ param: 'response_format' }, chat, 500),
    advice({ code: 'invalid_function_parameters' }, chat),
  ]
  expect(await Promise.all(wrong)).toEqual(wrong.map(() => undefined))
})

test('json_object of the Responses API promises an object too', async () => {
  const exchange = await recorded(completion('[1]'), { text: { format: { type: 'json_object' } } })
  await expect(expect(exchange).toReturnValidJson()).rejects.toThrow(
    'It returned an array, where text.format json_object promises an object.',
  )
})

test('a call that was refused for its parameters tells so', async () => {
  const asked = { tools: [tool('bad', { type: 'object', properties: { days: { type: 'array' } } })] }
  const refusal = failure(400, {
    error: { message: 'No.', code: 'invalid_function_parameters', param: 'tools[0].function.parameters' },
  })
  await expect(expect(await recorded(refusal, asked)).toCallToolWith('bad')).rejects.toThrow(
    'Next: mend the parameters of bad at $.properties.days',
  )
})
