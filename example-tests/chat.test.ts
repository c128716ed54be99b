import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('answers a question', { tags: ['chat'] }, async () => {
    const completion = await client.chat.completions.create({
      model: provider.model,
      messages: [
        { role: 'system', content: 'You answer with one word.' },
        { role: 'user', content: 'Which city is the capital of France?' },
      ],
    })

    expect(completion.choices[0]?.message.content).toMatch(/paris/i)
    expect(completion.choices[0]?.finish_reason).toBe('stop')
  })

  test('answers plain fetch like the SDK', { tags: ['chat'] }, async () => {
    const response = await fetch(`${provider.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${provider.apiKey}` },
      body: JSON.stringify({
        model: provider.model,
        messages: [{ role: 'user', content: 'Which city is the capital of France?' }],
      }),
    })

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      choices: [{ message: { role: 'assistant', content: expect.stringMatching(/paris/i) } }],
    })
  })
})
