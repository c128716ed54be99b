import OpenAI from 'openai'
import { describe, expect, test, vi } from 'vitest'
import { faults, providers } from 'vitest-llm-contracts'

const messages = [{ role: 'user' as const, content: 'Reply with exactly: pong' }]

describe.each(providers)('$name', (provider) => {
  const client = provider.client()
  const ask = () => client.chat.completions.create({ model: provider.model, messages })

  test('is asked again as late as it says, in seconds', { tags: ['chat'] }, async () => {
    faults.rateLimit({ retryAfter: 0.2 })

    await expect(ask).toRetry({ attempts: 2, honouring: 'retry-after', within: 10_000 })
  })

  test('is asked again as late as it says, in milliseconds', { tags: ['chat'] }, async () => {
    faults.rateLimit({ retryAfter: { ms: 150 } })

    await expect(ask).toRetry({ attempts: 2, honouring: 'retry-after', within: 10_000 })
  })

  test('is not asked again where no retry can help', { tags: ['chat'] }, async () => {
    faults.serverError(402, { body: '{"error":{"message":"Insufficient Balance","type":"unknown_error","code":null}}' })

    await expect(ask).toRetry({ attempts: 1 })
  })
})

// An application that knows two providers: what it streams to its caller begins once a whole answer is there.
async function answer(first: OpenAI, second: OpenAI, note: (text: string) => void): Promise<string> {
  for (const client of [first, second]) {
    try {
      let text = ''
      const stream = await client.chat.completions.create({ model: modelOf(client), messages, stream: true })
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? ''
      note(text)
      return text
    } catch (error) {
      if (client === second) throw error
    }
  }
  return ''
}

const [primary, backup] = providers
const modelOf = (client: OpenAI) => (client.baseURL === primary?.baseURL ? primary.model : backup?.model) ?? ''

describe.skipIf(primary === undefined || backup === undefined)('an application with a fallback', () => {
  const faultsOf = {
    'is overloaded': (name: string) => faults.serverError(503, { provider: name, times: 1 }),
    'breaks off its stream': (name: string) => faults.cutAfter(2, { provider: name }),
    'resets the connection': (name: string) => faults.reset({ provider: name }),
    'says that its quota is spent': (name: string) => faults.rateLimit({ provider: name, body: SPENT }),
  }

  test.each(Object.entries(faultsOf))('turns to the second where the first %s', async (_, fail) => {
    if (primary === undefined || backup === undefined) return
    const note = vi.fn<(text: string) => void>()
    fail(primary.name)

    await expect(() => answer(primary.client({ maxRetries: 0 }), backup.client({ maxRetries: 0 }), note)).toFallBackTo(
      backup,
      { from: primary, within: 10_000, once: [note] },
    )
  })
})

const SPENT =
  '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}'
