import { APIError } from 'openai'
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'

const hello = [{ role: 'user' as const, content: 'Hello' }]

describe.each(providers)('$name', (provider) => {
  // A retried error would be judged twice and, live, waited for.
  const client = provider.client({ maxRetries: 0 })

  test('rejects a bad key', { tags: ['errors'] }, async ({ skip }) => {
    skip(provider.entry.keyOptional === true, 'this server needs no key')
    const stranger = provider.client({ apiKey: 'llm-contracts-bad-key' })

    await expect(
      stranger.chat.completions.create({ model: provider.model, messages: hello }),
    ).toFailWithOpenAIErrorShape({ status: 401 })
  })

  test('rejects an unknown model', { tags: ['errors'] }, async () => {
    const call = client.chat.completions.create({ model: 'no-such-model', messages: hello })

    await expect(call).toFailWithOpenAIErrorShape({ status: [404, 400] })
  })

  test('rejects a prompt longer than its context', { tags: ['errors'] }, async ({ skip }) => {
    const content = 'All work and no play makes Jack a dull boy. '.repeat(2000)
    const call = client.chat.completions.create({ model: provider.model, messages: [{ role: 'user', content }] })

    skip(await accepted(call), `${content.length} characters fit into the context of ${provider.model}`)
    await expect(call).toFailWithOpenAIErrorShape({ status: [400, 413] })
  })

  test('says that its rate limit is exhausted', { tags: ['errors'] }, async ({ skip }) => {
    const call = client.chat.completions.create({
      model: provider.model,
      messages: [{ role: 'user', content: 'Answer as if my rate limit were exhausted.' }],
    })

    skip(await accepted(call), 'the rate limit was not exhausted')
    await expect(call).toFailWithOpenAIErrorShape({ status: 429 })
  })
})

async function accepted(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    (error: unknown) => {
      if (error instanceof APIError) return false
      throw error
    },
  )
}
