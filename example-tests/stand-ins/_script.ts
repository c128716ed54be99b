import type { JsonObject } from './_json.ts'

/** One prompt that the model knows, and what it says to it. */
export interface Script {
  /** Passage by which the prompt is known. */
  readonly prompt: string
  readonly text?: string
  readonly calls?: readonly { readonly tool: string; readonly arguments: JsonObject }[]
  readonly json?: JsonObject
  /** Known too, for schemas that ask for it. */
  readonly also?: JsonObject
}

/** The prompts of the example suite. Everything else is answered by the rules below. */
export const script: readonly Script[] = [
  { prompt: 'Which city is the capital of France?', text: 'Paris' },
  {
    prompt: 'What is the weather in Paris, in celsius?',
    calls: [{ tool: 'get_weather', arguments: { city: 'Paris', unit: 'celsius' } }],
  },
  {
    prompt: 'Compare the weather in Paris and in Tokyo, in celsius.',
    calls: [
      { tool: 'get_weather', arguments: { city: 'Paris', unit: 'celsius' } },
      { tool: 'get_weather', arguments: { city: 'Tokyo', unit: 'celsius' } },
    ],
  },
  {
    prompt: 'Invoice INV-2041 from Acme Ltd, 3 line items, total 149.50 EUR.',
    json: { number: 'INV-2041', seller: 'Acme Ltd', total: 149.5, currency: 'EUR' },
    also: { items: 3 },
  },
  {
    prompt: 'Classify the sentiment of this review',
    json: { sentiment: 'positive', confidence: 0.97 },
  },
  {
    prompt: "Open a high priority ticket titled 'Checkout returns 500' with the labels checkout and outage.",
    calls: [
      {
        tool: 'create_ticket',
        arguments: { title: 'Checkout returns 500', priority: 'high', labels: ['checkout', 'outage'] },
      },
    ],
  },
]
