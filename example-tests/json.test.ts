import { zodResponseFormat } from 'openai/helpers/zod'
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
import { z } from 'zod'

const Invoice = z
  .object({ number: z.string(), seller: z.string(), total: z.number(), currency: z.string().length(3) })
  .meta({ title: 'Invoice' })

const question =
  'Give me this invoice as JSON with the keys number, seller, total and currency: ' +
  'Invoice INV-2041 from Acme Ltd, 3 line items, total 149.50 EUR.'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('returns a JSON object', { tags: ['json_object'] }, async () => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: question }],
      response_format: { type: 'json_object' },
    })

    await expect(call).toReturnValidJson(Invoice)
  })

  test('returns JSON that fits a strict schema', { tags: ['json_schema'] }, async ({ skip }) => {
    const known = provider.supports('json_schema') || provider.lacks('json_schema')
    skip(!known, 'whether this provider takes a JSON schema is unknown')

    const call = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: question }],
      response_format: zodResponseFormat(Invoice, 'invoice'),
    })

    await expect(call).toReturnValidJson(Invoice)
  })

  test('streams a JSON object', { tags: ['json_object', 'streaming'] }, async () => {
    const stream = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: question }],
      response_format: { type: 'json_object' },
      stream: true,
    })

    await expect(stream).toReturnValidJson(Invoice)
  })
})
