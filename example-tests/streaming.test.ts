import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
import { getWeather } from './tools.ts'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('streams text and ends properly', { tags: ['streaming'] }, async () => {
    const stream = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: 'Count from 1 to 10, separated by commas.' }],
      stream: true,
    })

    await expect(stream).toStreamChunks({ text: /1, 2, 3, 4, 5, 6, 7, 8, 9, 10/, finishReason: 'stop' })
  })

  test('reports usage in a stream when asked', { tags: ['streaming'] }, async () => {
    const stream = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: 'Count from 1 to 10, separated by commas.' }],
      stream: true,
      stream_options: { include_usage: true },
    })

    await expect(stream).toStreamChunks({ usage: true })
  })

  test('streams a tool call', { tags: ['streaming', 'tools'] }, async () => {
    const stream = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: 'What is the weather in Paris, in celsius? Use the tool.' }],
      tools: [getWeather],
      stream: true,
    })

    await expect(stream).toCallToolWith('get_weather', { city: 'Paris', unit: 'celsius' })
  })
})
