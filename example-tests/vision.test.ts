import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'

// 32 by 32 pixels, all red.
const red =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/BAjLD/C5w/SM9AAAAAElFTkSuQmCC'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('sees the colour of an image', { tags: ['vision'] }, async ({ skip }) => {
    const model = provider.models.vision
    skip(model === undefined && !provider.lacks('vision'), 'no vision model of this provider is known')

    const completion = await client.chat.completions.create({
      model: model ?? provider.model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What colour is this image? Answer with one word.' },
            { type: 'image_url', image_url: { url: red } },
          ],
        },
      ],
    })

    expect(completion.choices[0]?.message.content).toMatch(/red/i)
  })
})
