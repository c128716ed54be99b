import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()

  test('embeds every input as a vector of the same length', { tags: ['embeddings'] }, async ({ skip }) => {
    const model = provider.models.embedding
    skip(model === undefined && !provider.lacks('embeddings'), 'no embedding model of this provider is known')

    const { data } = await client.embeddings.create({ model: model ?? provider.model, input: ['a cat', 'a kitten'] })

    expect(data.map(({ index }) => index)).toEqual([0, 1])
    expect(data[0]?.embedding.length).toBeGreaterThan(0)
    expect(data[1]?.embedding.length).toBe(data[0]?.embedding.length)
    expect(data.flatMap(({ embedding }) => embedding).every(Number.isFinite)).toBe(true)
  })
})
