import { describe, expect, test } from 'vitest'
import {
  bothWeathers,
  counting,
  invoice,
  invoiceFacts,
  oneToTen,
  paris,
  pngOf,
  user,
  weather,
  withImage,
} from './_ask.ts'
import { unitVector } from './_embedding.ts'
import { type JsonObject, spaced } from './_json.ts'
import { readChatRequest } from './_request.ts'
import { type Answer, answer } from './model.ts'

function ask(body: JsonObject, thinking = false): Answer {
  const request = readChatRequest({ model: 'a-model', ...body })
  if (request === undefined) throw new Error('no messages')
  return answer(request, { content: JSON.stringify, arguments: spaced, thinking })
}

function format(schema: JsonObject): JsonObject {
  return { response_format: { type: 'json_schema', json_schema: { name: 'it', schema } } }
}

describe('the prompts of the example suite', () => {
  test.each([
    ['the capital', paris, 'Paris'],
    ['the numbers', counting, oneToTen],
    ['the invoice', { ...invoice, response_format: { type: 'json_object' } }, JSON.stringify(invoiceFacts)],
    [
      'the sentiment',
      user(
        'Classify the sentiment of this review as JSON with the keys sentiment (positive, negative or neutral) and ' +
          'confidence (0 to 1): The battery lasts two days and I love the screen.',
      ),
      '{"sentiment":"positive","confidence":0.97}',
    ],
  ])('know %s', (_, body, text) => {
    expect(ask(body)).toMatchObject({ text, toolCalls: [], finish: 'stop' })
  })

  test('call the weather tool once, or once for each city', () => {
    expect(ask(weather).toolCalls).toMatchObject([{ arguments: { city: 'Paris', unit: 'celsius' } }])
    expect(ask(bothWeathers).toolCalls.map((call) => call.arguments['city'])).toEqual(['Paris', 'Tokyo'])
    expect(ask({ ...bothWeathers, parallel_tool_calls: false }).toolCalls).toHaveLength(1)
  })

  test('open the ticket with its title, priority and labels', () => {
    const properties = {
      title: { type: 'string' },
      priority: { enum: ['low', 'normal', 'high'] },
      labels: { type: 'array', items: { type: 'string' } },
    }
    const said = ask({
      ...user("Open a high priority ticket titled 'Checkout returns 500' with the labels checkout and outage."),
      tools: [{ type: 'function', function: { name: 'create_ticket', parameters: { type: 'object', properties } } }],
    })

    expect(said.toolCalls).toEqual([
      {
        name: 'create_ticket',
        arguments: { title: 'Checkout returns 500', priority: 'high', labels: ['checkout', 'outage'] },
        json: '{"title": "Checkout returns 500", "priority": "high", "labels": ["checkout", "outage"]}',
      },
    ])
    expect(said.finish).toBe('tool_calls')
  })
})

describe('a schema', () => {
  test('is filled from the facts of the prompt, whatever it calls them', () => {
    const properties = { vendor: { type: 'string' }, amount: { type: 'number' }, lineItems: { type: 'integer' } }
    const said = ask({ ...invoice, ...format({ type: 'object', properties }) })

    expect(said.text).toBe('{"vendor":"Acme Ltd","amount":149.5,"lineItems":3}')
  })

  test('is satisfied where nothing is known', () => {
    const schema = {
      type: 'object',
      properties: {
        place: { $ref: '#/$defs/place' },
        when: { type: 'string', format: 'date' },
        kind: { enum: ['city', 'river'] },
        rank: { type: 'integer', minimum: 7, maximum: 9 },
        open: { type: ['boolean', 'null'] },
        tags: { type: 'array', items: { type: 'string', minLength: 3 }, minItems: 2 },
        either: { anyOf: [{ type: 'null' }, { type: 'number', exclusiveMinimum: 0 }] },
      },
      $defs: { place: { type: 'object', properties: { name: { type: 'string', maxLength: 4 } } } },
    }
    const { text } = ask({ ...user('Which river flows through London?'), ...format(schema) })

    expect(text).toBe(
      '{"place":{"name":"Lond"},"when":"2026-01-31","kind":"river","rank":7,"open":true,' +
        '"tags":["text","text"],"either":1}',
    )
  })
})

const sum = { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } }

describe('tools', () => {
  const tools = [
    { type: 'function', function: { name: 'add', description: 'Adds numbers', parameters: sum } },
    { type: 'function', function: { name: 'ping', description: 'Pings the service' } },
  ]

  test('are called only where the prompt is about one of them', () => {
    expect(ask({ ...user('Add the numbers 2 and 40.'), tools }).toolCalls).toMatchObject([
      { name: 'add', arguments: { a: 2, b: 40 } },
    ])
    expect(ask({ ...user('Hello there!'), tools })).toMatchObject({ toolCalls: [], finish: 'stop' })
  })

  test('obey tool_choice', () => {
    const hello = { ...user('Hello there!'), tools }

    expect(ask({ ...hello, tool_choice: 'required' }).toolCalls).toHaveLength(1)
    expect(ask({ ...weather, tool_choice: 'none' })).toMatchObject({ toolCalls: [], finish: 'stop' })
    expect(ask({ ...hello, tool_choice: { type: 'function', function: { name: 'ping' } } }).toolCalls).toMatchObject([
      { name: 'ping', json: '{}' },
    ])
  })

  test('are not called again once they have answered', () => {
    const messages = [
      ...weather.messages,
      { role: 'assistant', content: null, tool_calls: [] },
      { role: 'tool', tool_call_id: 'x', content: '17 °C' },
    ]

    expect(ask({ ...weather, messages })).toMatchObject({ text: 'According to the tool: 17 °C', toolCalls: [] })
  })
})

describe('limits', () => {
  test('cut the text at four characters a token', () => {
    expect(ask({ ...counting, max_tokens: 3 })).toMatchObject({
      text: '1, 2, 3, 4, ',
      finish: 'length',
      completionTokens: 3,
    })
    expect(ask({ ...counting, max_completion_tokens: 100 })).toMatchObject({ text: oneToTen, finish: 'stop' })
  })

  test('cut the arguments of a call, and say so', () => {
    const { toolCalls, finish } = ask({ ...bothWeathers, max_tokens: 2 })

    expect(toolCalls.map(({ json }) => json)).toEqual(['{"city":'])
    expect(finish).toBe('length')
  })

  test('are spent on reasoning first', () => {
    expect(ask({ ...paris, max_tokens: 2 }, true)).toMatchObject({
      text: '',
      reasoning: 'This nee',
      finish: 'length',
      completionTokens: 2,
      reasoningTokens: 2,
    })
  })

  test('end the text before a stop sequence', () => {
    expect(ask({ ...counting, stop: ['7', '4'] })).toMatchObject({ text: '1, 2, 3, ', finish: 'stop' })
  })
})

describe('an image', () => {
  test.each([
    [[255, 0, 0], 'red'],
    [[0, 0, 250, 255], 'blue'],
    [[10, 130, 20], 'green'],
    [[250, 250, 250], 'white'],
  ])('of pixel %j is %s', (pixel, colour) => {
    expect(ask(withImage(pngOf(pixel))).text).toBe(colour)
  })

  test('is measured where no colour is asked for', () => {
    expect(ask(withImage(pngOf([0, 0, 0], 20, 10), 'Describe it.')).text).toBe('A black image of 20 x 10 pixels.')
  })

  test('costs tokens, and is unknown where it is no PNG', () => {
    const plain = ask(user('What colour is this image? Answer with one word.'))
    const said = ask(withImage('https://example.com/a.jpg'))

    expect(said.text).toBe('unknown')
    expect(said.promptTokens).toBeGreaterThan(plain.promptTokens)
  })
})

test('anything else is echoed, or repeated where that is asked', () => {
  expect(ask(user('Good morning')).text).toBe('You wrote: Good morning')
  expect(ask(user('Reply with exactly: ping-4711 ✅')).text).toBe('ping-4711 ✅')
  expect(ask({ ...user('JSON with the keys name and age.'), response_format: { type: 'json_object' } }).text).toBe(
    '{"name":"name","age":"age"}',
  )
})

test('vectors are one long, repeatable, and closer where words are shared', () => {
  expect(cosine('a black cat', 'a black cat')).toBeCloseTo(1, 6)
  expect(cosine('a black cat', 'a black dog')).toBeGreaterThan(cosine('a black cat', 'stock market news'))
})

function cosine(one: string, other: string): number {
  const against = unitVector(other, 64)
  return unitVector(one, 64).reduce((sum, part, at) => sum + part * (against[at] ?? 0), 0)
}

test('a text between markers is copied to the letter', () => {
  const text = 'a "quoted" C:\\new `line`'
  const schema = { type: 'object', properties: { copy: { type: 'string' } } }

  expect(ask({ ...user(`Copy it:\n<<<\n${text}\n>>>`), ...format(schema) }).text).toBe(JSON.stringify({ copy: text }))
})
