import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
import { z } from 'zod'
import { getWeather, weather } from './tools.ts'

const WeatherArguments = z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']) })

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('calls a tool with arguments that the function accepts', { tags: ['tools'] }, async () => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: 'What is the weather in Paris, in celsius? Use the tool.' }],
      tools: [getWeather],
    })

    await expect(call).toCallToolWith('get_weather', { city: expect.stringMatching(/paris/i), unit: 'celsius' })
    await expect(call).toCallToolWith('get_weather', WeatherArguments)
    await expect(call).toCallToolWith('get_weather', (args) => weather(WeatherArguments.parse(args)) === '17 °C')
  })

  test('calls a tool once for each city', { tags: ['tools', 'parallel_tools'] }, async () => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [
        {
          role: 'user',
          content: 'Compare the weather in Paris and in Tokyo, in celsius. Call the tool once for each city.',
        },
      ],
      tools: [getWeather],
    })

    await expect(call).toCallToolWith('get_weather', { city: 'Paris', unit: 'celsius' })
    await expect(call).toCallToolWith('get_weather', { city: 'Tokyo', unit: 'celsius' })
  })
})
