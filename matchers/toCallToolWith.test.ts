import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const parameters = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city'],
  additionalProperties: false,
}
const asked = { tools: [{ type: 'function', function: { name: 'get_weather', parameters } }] }
const paris = call('get_weather', { city: 'Paris', days: 3 })

function calling(...calls: Readonly<Record<string, unknown>>[]): Response {
  return completion({ content: null, tool_calls: calls }, 'tool_calls')
}

describe('passes for', () => {
  test('a call by name, with a literal, an asymmetric matcher, a schema or a predicate', async () => {
    const exchange = await recorded(calling(paris), asked)
    await expect(exchange).toCallToolWith('get_weather')
    await expect(exchange).toCallToolWith('get_weather', { city: 'Paris', days: 3 })
    await expect(exchange).toCallToolWith('get_weather', expect.objectContaining({ city: expect.stringMatching(/^P/) }))
    await expect(exchange).toCallToolWith('get_weather', z.object({ city: z.literal('Paris'), days: z.number() }))
    await expect(exchange).toCallToolWith('get_weather', parameters)
    await expect(exchange).toCallToolWith('get_weather', (args) => args.city === 'Paris')
    await expect(exchange).toCallToolWith('get_weather', async ({ days }: { days: number }) => days > 2)
  })

  test('a call that came in pieces, a legacy call, and one of the Responses API', async () => {
    const pieces = ['{"ci', 'ty":"Paris"}'].map((text, at) => {
      return chunk({ tool_calls: [at === 0 ? call('get_weather', text) : { index: 0, function: { arguments: text } }] })
    })
    await expect(stream(...pieces, chunk({}, 'tool_calls'), '[DONE]')).toCallToolWith('get_weather', { city: 'Paris' })
    const legacy = { content: null, function_call: { name: 'get_weather', arguments: '{}' } }
    await expect(completion(legacy, 'function_call')).toCallToolWith('get_weather', {})
    const output = [{ type: 'function_call', call_id: 'c', name: 'get_weather', arguments: '{"city":"Paris"}' }]
    const response = Response.json({ object: 'response', status: 'completed', output })
    await expect(response).toCallToolWith('get_weather', { city: 'Paris' })
  })

  test('one fitting call among several', async () => {
    const reply = calling(call('get_weather', { city: 'Oslo' }), call('get_weather', { city: 'Paris' }, 1))
    await expect(reply).toCallToolWith('get_weather', { city: 'Paris' })
  })

  test('finish_reason "stop" where tool_choice named the function', async () => {
    const choice = { tool_choice: { type: 'function', function: { name: 'get_weather' } } }
    const reply = completion({ content: null, tool_calls: [paris] }, 'stop')
    await expect(await recorded(reply, { ...asked, ...choice })).toCallToolWith('get_weather')
  })

  test('finish_reason "stop" where nothing is known of the request', async () => {
    await expect(completion({ content: null, tool_calls: [paris] }, 'stop')).toCallToolWith('get_weather')
  })

  test('.not where another function is called', async () => {
    await expect(calling(paris)).not.toCallToolWith('get_time')
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for a literal that is not equal', async () => {
    const exchange = await recorded(calling(paris), asked)
    await expect(
      expect(exchange).toCallToolWith('get_weather', { city: expect.stringMatching(/^Lon/), days: 3, unit: 'C' }),
    ).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toCallToolWith("get_weather", { city: StringMatching /^Lon/, days: 3, unit: "C" })

      Expected deepseek to call get_weather with { city: StringMatching /^Lon/, days: 3, unit: "C" }.
      It called get_weather with arguments other than expected:
        $.city was "Paris", expected StringMatching /^Lon/
        $.unit is missing, expected "C"
      arguments: {"city":"Paris","days":3}

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for a schema', async () => {
    const Oslo = z.object({ city: z.literal('Oslo') }).meta({ title: 'Oslo' })
    await expect(expect(calling(paris)).toCallToolWith('get_weather', Oslo)).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toCallToolWith("get_weather", Oslo)

      Expected the provider to call get_weather with arguments that fit Oslo.
      It called get_weather with arguments that do not fit Oslo:
        $.city: Invalid input: expected "Oslo"
      arguments: {"city":"Paris","days":3}

      a Response given to the matcher, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(calling(paris)).not.toCallToolWith('get_weather', { city: 'Paris', days: 3 })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toCallToolWith("get_weather", { city: "Paris", days: 3 })

      Expected the provider not to call get_weather with { city: "Paris", days: 3 }.
      It did: get_weather({"city":"Paris","days":3})

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what came in place of the call', () => {
  const fault = (reply: unknown) => said(expect(reply).toCallToolWith('get_weather'))

  test('text, nothing, or a refusal', async () => {
    expect(await fault(completion('It is sunny in Paris.'))).toMatchInlineSnapshot(`
      "It answered with text instead of a call (finish_reason "stop").
      content: It is sunny in Paris."
    `)
    expect(await fault(completion({ content: null }))).toMatchInlineSnapshot(
      `"It returned neither a call nor text (finish_reason "stop")."`,
    )
    expect(await fault(completion({ content: null, refusal: 'I cannot look up weather.' }))).toMatchInlineSnapshot(
      `"It refused: "I cannot look up weather.""`,
    )
  })

  test('other functions', async () => {
    expect(await fault(calling(call('get_time', {}), call('get_news', {}, 1)))).toMatchInlineSnapshot(
      `"It called "get_time" and "get_news" instead."`,
    )
  })

  test('a function that the request never declared', async () => {
    const exchange = await recorded(completion('Sunny.'), { tools: [] })
    expect(await fault(exchange)).toMatchInlineSnapshot(`
      "It answered with text instead of a call (finish_reason "stop").
      content: Sunny.
      Next: declare get_weather in the request, whose tools do not have it."
    `)
  })

  test('the call written as text', async () => {
    const reply = completion('<tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}</tool_call>')
    expect(await fault(reply)).toMatchInlineSnapshot(`
      "It wrote a call into its text instead of making it.
      content: <tool_call>{"name":"get_weather","arguments":{"city":"Paris"}}</tool_call>"
    `)
  })

  test('finish_reason "tool_calls" without a call', async () => {
    expect(await fault(completion('Let me look.', 'tool_calls'))).toMatchInlineSnapshot(`
      "It finished with finish_reason "tool_calls", but its answer holds no call.
      content: Let me look."
    `)
  })

  test('an answer that was cut before the call', async () => {
    expect(await fault(completion('Let me', 'length'))).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") before any call.
      content: Let me"
    `)
    expect(await fault(await recorded(stream(chunk('Let me')), {}, 'aborted'))).toMatchInlineSnapshot(`
      "It called nothing: the connection was cut after 1 event and 6 characters of text.
      content: Let me
      Next: declare get_weather in the request, whose tools do not have it."
    `)
  })

  test('an HTTP error', async () => {
    const error = { message: 'tools are not supported by this model', type: 'invalid_request_error' }
    expect(await fault(failure(400, { error }))).toMatchInlineSnapshot(
      `"It answered HTTP 400 (Bad Request): "tools are not supported by this model" (type "invalid_request_error")"`,
    )
  })
})

describe('names what is wrong with the arguments', () => {
  const fault = async (args: unknown, finish = 'tool_calls') => {
    const reply = completion({ content: null, tool_calls: [call('get_weather', args)] }, finish)
    return said(expect(await recorded(reply, asked)).toCallToolWith('get_weather'))
  }

  test('no JSON', async () => {
    expect(await fault("{'city': 'Paris'}")).toMatchInlineSnapshot(`
      "It called get_weather with arguments that are malformed JSON: at character 1 stood "'" where a property name in double quotes or "}" should stand.
      arguments: {'city': 'Paris'}"
    `)
    expect(await fault('city=Paris')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that are not one JSON document.
      arguments: city=Paris"
    `)
    expect(await fault('')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that are empty, where at least {} should stand.
      arguments: none"
    `)
  })

  test('cut at the token limit, and cut but passed off as whole', async () => {
    expect(await fault('{"city":"Par', 'length')).toMatchInlineSnapshot(`
      "It called get_weather with arguments cut off (finish_reason "length"): the call is incomplete, not malformed.
      arguments: {"city":"Par"
    `)
    expect(await fault('{"city":"Par')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that break off, with finish_reason "tool_calls" instead of "length".
      arguments: {"city":"Par"
    `)
  })

  test('cut with its stream', async () => {
    const reply = stream(chunk({ tool_calls: [call('get_weather', '{"city":"Par')] }))
    expect(await said(expect(await recorded(reply, asked, 'aborted')).toCallToolWith('get_weather')))
      .toMatchInlineSnapshot(`
      "It called get_weather with arguments that are not whole: the connection was cut after 1 event.
      arguments: {"city":"Par"
    `)
  })

  test('no object', async () => {
    expect(await fault('["Paris"]')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that are an array in place of an object.
      arguments: ["Paris"]"
    `)
    expect(await fault(JSON.stringify('{"city":"Paris"}'))).toMatchInlineSnapshot(`
      "It called get_weather with arguments that were encoded as JSON twice.
      arguments: "{\\"city\\":\\"Paris\\"}""
    `)
  })

  test('an object in place of a string', async () => {
    const tool = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: { city: 'Paris' } } }
    expect(await said(expect(calling(tool)).toCallToolWith('get_weather'))).toMatchInlineSnapshot(`
      "It called get_weather with arguments that are an object in place of a string.
      arguments: {"city":"Paris"}"
    `)
  })

  test('not what the request declared', async () => {
    expect(await fault({ town: 'Paris', days: '3' })).toMatchInlineSnapshot(`
      "It called get_weather with arguments that do not fit the parameters which the request declared:
        $.city: is missing
        $.town: is not in the schema
        $.days: must be integer, was "3"
      arguments: {"town":"Paris","days":"3"}"
    `)
  })

  test('not what a predicate accepts', async () => {
    const isOslo = ({ city }: { city: string }) => city === 'Oslo'
    expect(await said(expect(calling(paris)).toCallToolWith('get_weather', isOslo))).toMatchInlineSnapshot(`
      "It called get_weather with arguments that isOslo did not accept.
      arguments: {"city":"Paris","days":3}"
    `)
    expect(await said(expect(calling(paris)).toCallToolWith('get_weather', () => undefined))).toMatchInlineSnapshot(`
      "It called get_weather with arguments that the function did not accept.
      arguments: {"city":"Paris","days":3}"
    `)
    const broken = (args: { place: { name: string } }) => args.place.name
    expect(await said(expect(calling(paris)).toCallToolWith('get_weather', broken))).toMatchInlineSnapshot(`
      "It called get_weather with arguments on which broken threw: TypeError: Cannot read properties of undefined (reading 'name')
      arguments: {"city":"Paris","days":3}"
    `)
  })

  test('not equal in any of several calls', async () => {
    const reply = calling(call('get_weather', 'no json'), call('get_weather', { city: 'Oslo' }, 1))
    expect(await said(expect(reply).toCallToolWith('get_weather', { city: 'Paris' }))).toMatchInlineSnapshot(`
      "It called get_weather 2 times, at best with arguments other than expected:
        $.city was "Oslo", expected "Paris"
      arguments: {"city":"Oslo"}
      also called with arguments: no json"
    `)
  })
})

describe('names a finish reason that does not belong to a call', () => {
  const finished = (finish: string | null) => completion({ content: null, tool_calls: [paris] }, finish)

  test('stop, length, or none', async () => {
    expect(
      await said(expect(await recorded(finished('stop'), asked)).toCallToolWith('get_weather')),
    ).toMatchInlineSnapshot(`"It called get_weather as wanted, but with finish_reason "stop" instead of "tool_calls"."`)
    expect(await said(expect(finished('length')).toCallToolWith('get_weather'))).toMatchInlineSnapshot(
      `"It called get_weather as wanted, but with finish_reason "length" instead of "tool_calls"."`,
    )
    expect(await said(expect(finished(null)).toCallToolWith('get_weather'))).toMatchInlineSnapshot(
      `"It called get_weather as wanted, but with no finish_reason."`,
    )
  })
})
