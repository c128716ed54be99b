import { describe, expect, test } from 'vitest'
import { apiOfBody, apiOfEvents, apiOfUrl, readAsked } from './ask.ts'
import type { Json } from './exchange.ts'
import { readStream } from './sse.ts'

const asked = (body: unknown) =>
  readAsked({
    method: 'POST',
    url: 'https://api.test/v1/chat/completions',
    contentType: 'application/json',
    text: typeof body === 'string' ? body : JSON.stringify(body),
  })

const parameters = { type: 'object', properties: { city: { type: 'string' } } }

describe('a request', () => {
  test('to chat completions says model, stream, usage, tools, named tool and limit', () => {
    const body = {
      model: 'm',
      stream: true,
      stream_options: { include_usage: true },
      tools: [
        { type: 'function', function: { name: 'weather', parameters } },
        { type: 'function', function: { name: 'ping' } },
      ],
      tool_choice: { type: 'function', function: { name: 'weather' } },
      max_tokens: 64,
    }
    const tools = new Map<string, unknown>([
      ['weather', parameters],
      ['ping', undefined],
    ])
    expect(asked(body)).toEqual({
      body,
      model: 'm',
      stream: true,
      includeUsage: true,
      tools,
      namedTool: 'weather',
      maxTokens: 64,
    })
  })

  test('to the Responses API names tools without a wrapper', () => {
    const reply = asked({
      model: 'm',
      tools: [{ type: 'function', name: 'weather', parameters }, { type: 'web_search' }],
      tool_choice: { type: 'function', name: 'weather' },
      max_output_tokens: 5,
    })
    expect([...(reply?.tools ?? [])]).toEqual([['weather', parameters]])
    expect(reply).toMatchObject({ namedTool: 'weather', maxTokens: 5, stream: false, includeUsage: false })
  })

  test('with legacy functions names them too', () => {
    const reply = asked({ functions: [{ name: 'f', parameters }], function_call: { name: 'f' } })
    expect([...(reply?.tools ?? [])]).toEqual([['f', parameters]])
    expect(reply?.namedTool).toBe('f')
  })

  test('with max_completion_tokens beside max_tokens is limited by the former', () => {
    expect(asked({ max_tokens: 1, max_completion_tokens: 2 })?.maxTokens).toBe(2)
  })

  test('whose body is no JSON object is unknown', () => {
    expect(asked('')).toBeUndefined()
    expect(asked('--boundary')).toBeUndefined()
    expect(asked('[1]')).toBeUndefined()
  })

  test('with any JSON in any place is read without throwing', () => {
    const odd: Json[] = [null, 1, 'x', [], [null], [[]], {}, { function: null }, { function: { name: 1 } }]
    for (const value of odd) {
      const reply = asked({
        model: value,
        stream: value,
        stream_options: value,
        tools: value,
        functions: value,
        tool_choice: value,
        max_tokens: value,
      })
      expect(reply?.tools.size).toBe(0)
      expect(reply?.stream).toBe(false)
    }
    expect(asked('{"__proto__":{"stream":true},"tools":[{"function":{"name":"__proto__"}}]}')).toMatchObject({
      stream: false,
      tools: new Map([['__proto__', undefined]]),
    })
  })
})

const events = (text: string) => readStream([{ at: 0, bytes: Buffer.from(text) }], 'unknown').events

describe('the API', () => {
  test.each([
    ['https://api.openai.com/v1/chat/completions', 'chat'],
    ['https://x.openai.azure.com/openai/deployments/d/chat/completions?api-version=1', 'chat'],
    ['https://x.services.ai.azure.com/models/chat/completions', 'chat'],
    ['https://api.mistral.ai/v1/agents/completions', 'chat'],
    ['https://api.mistral.ai/v1/fim/completions', 'chat'],
    ['https://api.openai.com/v1/completions/', 'completions'],
    ['https://api.openai.com/v1/responses', 'responses'],
    ['https://api.openai.com/v1/responses/input_tokens', 'unknown'],
    ['https://api.openai.com/v1/embeddings#x', 'embeddings'],
    ['http://localhost:11434/v1/models', 'models'],
    ['http://localhost:11434/api/chat', 'unknown'],
    ['not a url', 'unknown'],
  ])('of %s is %s', (url, api) => {
    expect(apiOfUrl(url)).toBe(api)
  })

  test.each<[Json, string]>([
    [{ object: 'chat.completion' }, 'chat'],
    [{ object: 'chat.completion.done' }, 'chat'],
    [{ choices: [{ delta: {} }] }, 'chat'],
    [{ object: 'text_completion' }, 'completions'],
    [{ choices: [{ text: '' }] }, 'completions'],
    [{ object: 'response' }, 'responses'],
    [{ type: 'response.created' }, 'responses'],
    [{ data: [{ embedding: [] }] }, 'embeddings'],
    [{ object: 'list', data: [{ object: 'model' }] }, 'models'],
    [{ error: {} }, 'unknown'],
    [[], 'unknown'],
    [null, 'unknown'],
  ])('of the body %j is %s', (body, api) => {
    expect(apiOfBody(body)).toBe(api)
  })

  test('of a stream is that of the first event that tells', () => {
    expect(apiOfEvents(events('data: {"choices":[]}\n\ndata: {"choices":[{"delta":{}}]}\n\n'))).toBe('chat')
    expect(apiOfEvents(events('event: response.created\ndata: {}\n\n'))).toBe('responses')
    expect(apiOfEvents(events('data: oops\n\ndata: [DONE]\n\n'))).toBe('unknown')
  })
})
