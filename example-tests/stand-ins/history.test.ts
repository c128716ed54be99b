import { describe, expect, test } from 'vitest'
import { textOf, user, withStandIn } from './_ask.ts'
import { deepseek } from './deepseek.ts'
import { groq } from './groq.ts'
import { type JsonObject } from './_json.ts'
import { openai } from './openai.ts'
import { qwen } from './qwen.ts'
import { zhipu } from './zhipu.ts'

const call: JsonObject = { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{}' } }
const calls = (more: JsonObject = {}): JsonObject => ({ role: 'assistant', content: null, tool_calls: [call], ...more })
const result: JsonObject = { role: 'tool', tool_call_id: 'call_1', content: 'sunny' }
const [hello] = user('Say hello.').messages as [JsonObject]

describe.each([
  ['openai', openai, 'did not have response messages: call_1'],
  ['deepseek', deepseek, '(insufficient tool messages following tool_calls message)'],
  ['qwen', qwen, 'An assistant message with "tool_calls" must be followed'],
] as const)('a call without a result at %s', (_, dialect, words) => {
  const ask = withStandIn(dialect)

  test('is refused', async () => {
    const reply = await ask.chat({ messages: [hello, calls({ reasoning_content: '' }), hello] })

    expect(reply.status).toBe(400)
    expect(JSON.stringify(reply.body).replaceAll('\\"', '"')).toContain(words)
  })

  test('is answered once the result is there', async () => {
    const reply = await ask.chat({ messages: [hello, calls({ reasoning_content: '' }), result] })

    expect(textOf(reply)).toContain('sunny')
  })
})

describe('groq', () => {
  const ask = withStandIn(groq)

  test('refuses reasoning_content in a history, and takes reasoning', async () => {
    const refused = await ask.chat({ messages: [hello, calls({ reasoning_content: 'Hm.' }), result] })
    const taken = await ask.chat({ messages: [hello, calls({ reasoning: 'Hm.' }), result] })

    expect(JSON.stringify(refused.body)).toContain("property 'reasoning_content' is unsupported")
    expect([refused.status, taken.status]).toEqual([400, 200])
  })

  test('refuses tools beside a JSON mode', async () => {
    const tools = [{ type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }]
    const reply = await ask.chat({ messages: [hello], tools, response_format: { type: 'json_object' } })

    expect([reply.status, JSON.stringify(reply.body)]).toEqual([400, expect.stringContaining('cannot be combined')])
  })
})

describe('zhipu', () => {
  const ask = withStandIn(zhipu)

  test('takes tool_choice null for left out', async () => {
    expect((await ask.chat({ messages: [hello], tool_choice: null })).status).toBe(200)
  })
})
