import { describe, expect, test } from 'vitest'
import { fails, says, tryOn, useTrials } from './_try.test.kit.ts'

useTrials()

describe('chat.request.minimal', () => {
  test('is kept by an answer', async () => {
    expect(await tryOn('chat.request.minimal', (asked) => says(asked, 'Hello'))).toMatchObject({ verdict: 'kept' })
  })

  test('is broken where a field is demanded that OpenAI does not demand', async () => {
    const said = await tryOn('chat.request.minimal', () => fails(400, 'max_tokens is required', null, 'max_tokens'))

    expect(said).toMatchObject({ verdict: 'broken', reason: expect.stringContaining('max_tokens is required') })
  })

  test('is inconclusive where the provider could not be asked', async () => {
    const said = await tryOn('chat.request.minimal', () => fails(401, 'Incorrect API key provided', 'invalid_api_key'))

    expect(said).toMatchObject({ verdict: 'inconclusive', tells: false })
  })
})

describe('chat.instruction.nonce', () => {
  const exactly = (text: string) => /: (\S+)$/.exec(text)?.[1] ?? ''

  test('is kept by an answer that repeats the word', async () => {
    const said = await tryOn('chat.instruction.nonce', (asked) => says(asked, exactly(asked.said)))

    expect(said).toMatchObject({ verdict: 'kept', rates: [{ way: 'whole', kept: 4, of: 4 }, { way: 'streamed' }] })
  })

  test('is broken by an answer that comes from a cache', async () => {
    let first: string | undefined
    const said = await tryOn('chat.instruction.nonce', (asked) => says(asked, (first ??= 'hello')))

    expect(said.reason).toMatchInlineSnapshot(
      `"whole: It was asked for the word drivelsun-9059 and answered without it ["hello"]; whole 0 of 4 (95 %: 0.0 % to 49.0 %; pass^4 0.0 %)"`,
    )
    expect(said.verdict).toBe('broken')
  })
})
