import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'

export const getWeather: ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The current weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
}

export const createTicket: ChatCompletionFunctionTool = {
  type: 'function',
  function: {
    name: 'create_ticket',
    description: 'Opens a ticket in the issue tracker',
    parameters: {
      type: 'object',
      properties: {
        title: { type: 'string' },
        priority: { type: 'string', enum: ['low', 'normal', 'high'] },
        labels: { type: 'array', items: { type: 'string' } },
      },
      required: ['title', 'priority', 'labels'],
      additionalProperties: false,
    },
  },
}

/** The function behind the tool: what an application would run with the arguments. */
export function weather({ city, unit }: { city: string; unit: 'celsius' | 'fahrenheit' }): string {
  const celsius = { Paris: 17, Tokyo: 22 }[city]
  if (celsius === undefined) throw new Error(`no weather is known for ${city}`)
  return unit === 'celsius' ? `${celsius} °C` : `${(celsius * 9) / 5 + 32} °F`
}
