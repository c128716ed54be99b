import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
import { z } from 'zod'
import { createTicket } from './tools.ts'

const Sentiment = z
  .object({ sentiment: z.enum(['positive', 'negative', 'neutral']), confidence: z.number().min(0).max(1) })
  .meta({ title: 'Sentiment' })

// Two prompts tell whether a provider can be considered at all.
describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('gives valid JSON', { tags: ['smoke', 'json_object'] }, async () => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [
        {
          role: 'user',
          content:
            'Classify the sentiment of this review as JSON with the keys sentiment (positive, negative or neutral) ' +
            'and confidence (0 to 1): The battery lasts two days and I love the screen.',
        },
      ],
      response_format: { type: 'json_object' },
    })

    await expect(call).toReturnValidJson(Sentiment)
  })

  test('calls a tool with valid arguments', { tags: ['smoke', 'tools'] }, async () => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [
        {
          role: 'user',
          content: "Open a high priority ticket titled 'Checkout returns 500' with the labels checkout and outage.",
        },
      ],
      tools: [createTicket],
    })

    await expect(call).toCallToolWith('create_ticket', {
      title: expect.stringContaining('Checkout returns 500'),
      priority: 'high',
      labels: expect.arrayContaining(['checkout', 'outage']),
    })
  })
})
