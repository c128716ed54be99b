import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const paris = call('get_weather', { city: 'Paris' })
const oslo = call('get_weather', { city: 'Oslo' }, 1)
const time = call('get_time', {}, 2)

function calling(...calls: Readonly<Record<string, unknown>>[]): Response {
  return completion({ content: null, tool_calls: calls }, 'tool_calls')
}

describe('passes for', () => {
  test('the calls in any order, by name, literal, asymmetric matcher, schema or predicate', async () => {
    const exchange = await recorded(calling(paris, oslo, time))
    await expect(exchange).toCallTools(['get_time', 'get_weather', 'get_weather'])
    await expect(exchange).toCallTools([
      { name: 'get_weather', args: { city: expect.stringMatching(/^O/) } },
      'get_time',
      { name: 'get_weather', args: z.object({ city: z.literal('Paris') }) },
    ])
    await expect(exchange).toCallTools([
      'get_weather',
      { name: 'get_weather', args: (args) => args.city === 'Paris' },
      { name: 'get_time', args: {} },
    ])
  })

  test('a call that two of the expected ones would take, given to the one that takes no other', async () => {
    await expect(calling(paris, oslo)).toCallTools(['get_weather', { name: 'get_weather', args: { city: 'Paris' } }])
    await expect(calling(oslo, paris)).toCallTools(['get_weather', { name: 'get_weather', args: { city: 'Oslo' } }])
  })

  test('one call without an id, as functions of old had it', async () => {
    const legacy = { content: null, function_call: { name: 'get_time', arguments: '{}' } }
    await expect(completion(legacy, 'function_call')).toCallTools(['get_time'])
  })

  test('calls that came in pieces, and those of the Responses API', async () => {
    const pieces = [paris, oslo].map((one) => chunk({ tool_calls: [one] }))
    await expect(stream(...pieces, chunk({}, 'tool_calls'), '[DONE]')).toCallTools(['get_weather', 'get_weather'])
    const output = ['a', 'b'].map((id) => ({ type: 'function_call', call_id: id, name: `get_${id}`, arguments: '{}' }))
    await expect(Response.json({ object: 'response', status: 'completed', output })).toCallTools(['get_b', 'get_a'])
  })

  test('.not where a call is missing', async () => {
    await expect(calling(paris)).not.toCallTools(['get_weather', 'get_time'])
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for arguments that differ', async () => {
    const City = z.object({ city: z.string() }).meta({ title: 'City' })
    const wanted = ['get_time', { name: 'get_weather', args: { city: 'Rome' } }, { name: 'get_weather', args: City }]
    await expect(expect(await recorded(calling(paris, oslo, time))).toCallTools(wanted)).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toCallTools(["get_time", { name: "get_weather", args: { city: "Rome" } }, { name: "get_weather", args: City }])

      Expected deepseek to call get_time, get_weather with { city: "Rome" } and get_weather with arguments that fit City, and nothing else.
      It called get_weather with arguments other than expected:
        $.city was "Oslo", expected "Rome"
      arguments: {"city":"Oslo"}
      calls: get_weather({"city":"Paris"}), get_weather({"city":"Oslo"}), get_time({})

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(calling(paris)).not.toCallTools(['get_weather'])).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toCallTools(["get_weather"])

      Expected the provider not to call get_weather, and nothing else.
      It did: get_weather({"city":"Paris"})

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what was wrong with the calls', () => {
  const fault = (reply: unknown, ...names: string[]) => said(expect(reply).toCallTools(names))

  test('a call that is missing', async () => {
    expect(await fault(calling(paris), 'get_weather', 'get_time')).toMatchInlineSnapshot(`
      "It did not call get_time.
      calls: get_weather({"city":"Paris"})"
    `)
    expect(await fault(calling(paris), 'get_weather', 'get_weather')).toMatchInlineSnapshot(`
      "It called get_weather 1 time, not 2.
      calls: get_weather({"city":"Paris"})"
    `)
    expect(await fault(calling(time), 'get_weather')).toMatchInlineSnapshot(`
      "It did not call get_weather.
      calls: get_time({})"
    `)
  })

  test('a call too many', async () => {
    expect(await fault(calling(paris, time), 'get_weather')).toMatchInlineSnapshot(`
      "It also called "get_time", beyond what was expected.
      calls: get_weather({"city":"Paris"}), get_time({})"
    `)
    const one = await recorded(calling(paris, oslo), { parallel_tool_calls: false })
    expect(await fault(one, 'get_weather')).toMatchInlineSnapshot(`
      "It also called "get_weather", beyond what was expected.
      calls: get_weather({"city":"Paris"}), get_weather({"city":"Oslo"})"
    `)
  })

  test('ids that are missing or not distinct', async () => {
    const same = [paris, { ...oslo, id: 'call_0' }]
    expect(await fault(calling(...same), 'get_weather', 'get_weather')).toMatchInlineSnapshot(
      `"It gave the calls of get_weather and get_weather the same id, "call_0"."`,
    )
    const none = [paris, { ...oslo, id: '' }]
    expect(await fault(calling(...none), 'get_weather', 'get_weather')).toMatchInlineSnapshot(
      `"It called get_weather without an id."`,
    )
  })

  test('another finish reason', async () => {
    const reply = completion({ content: null, tool_calls: [paris, oslo] }, 'stop')
    expect(await fault(await recorded(reply, {}), 'get_weather', 'get_weather')).toMatchInlineSnapshot(
      `"It made the calls as wanted, but with finish_reason "stop" instead of "tool_calls"."`,
    )
  })

  test('arguments that are no JSON, or do not fit what the request declared', async () => {
    expect(await fault(calling(call('get_weather', '{"city":')), 'get_weather')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that break off, with finish_reason "tool_calls" instead of "length".
      arguments: {"city":
      calls: get_weather({"city":)"
    `)
    const parameters = { type: 'object', required: ['unit'] }
    const asked = { tools: [{ type: 'function', function: { name: 'get_weather', parameters } }] }
    expect(await fault(await recorded(calling(paris), asked), 'get_weather')).toMatchInlineSnapshot(`
      "It called get_weather with arguments that do not fit the parameters which the request declared:
        $.unit: is missing
      arguments: {"city":"Paris"}
      calls: get_weather({"city":"Paris"})"
    `)
  })

  test('no call at all, a refusal, an HTTP error', async () => {
    expect(await fault(completion('It is sunny.'), 'get_weather')).toMatchInlineSnapshot(`
      "It answered with text instead of a call (finish_reason "stop").
      content: It is sunny."
    `)
    expect(await fault(completion({ content: null, refusal: 'I cannot.' }), 'get_weather')).toMatchInlineSnapshot(
      `"It refused: "I cannot.""`,
    )
    expect(await fault(failure(400, { error: { message: 'No tools here' } }), 'get_weather')).toMatchInlineSnapshot(
      `"It answered HTTP 400 (Bad Request): "No tools here""`,
    )
  })
})

test('throws for calls that mean nothing', async () => {
  const thrown = (wanted: unknown) => said(expect(calling(paris)).toCallTools(wanted as string[]))
  expect(await thrown([])).toMatchInlineSnapshot(
    `"toCallTools takes an array of calls, and got an empty one; toCallNoTool is for that."`,
  )
  expect(await thrown('get_weather')).toMatchInlineSnapshot(`"toCallTools takes an array of calls, and got a string."`)
  expect(await thrown([''])).toMatchInlineSnapshot(
    `"toCallTools takes the name of a function for each call, and got an empty string."`,
  )
  expect(await thrown([{ args: {} }])).toMatchInlineSnapshot(
    `"toCallTools takes the name of a function for each call, and got undefined."`,
  )
  expect(await thrown([{ name: 'get_weather', arguments: {} }])).toMatchInlineSnapshot(
    `"toCallTools has no option arguments. Its options are name and args."`,
  )
  expect(await thrown([null])).toMatchInlineSnapshot(
    `"toCallTools takes a name or { name, args } for each call, and got null."`,
  )
})
