import { describe, expect, test } from 'vitest'
import { fails, says, testTrials, tryOn, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const unknown = ({ text }: Asked) => text.includes('x_unknown')
const ok = (asked: Asked) => says(asked, 'Hello')

testTrials({
  'chat.message.no-control-leak': [
    ['an answer', (asked) => says(asked, '391'), 'kept'],
    ['an end of thought', (asked) => says(asked, 'Well.</think>391'), 'broken', '"</think>"'],
    ['a tool call', (asked) => says(asked, '[TOOL_CALLS][{}]'), 'broken', '"[TOOL_CALLS]"'],
    ['a mark of a template', (asked) => says(asked, '391<|im_end|>'), 'broken', '"<|im_end|>"'],
    ['nothing', (asked) => says(asked, ''), 'inconclusive', 'empty'],
  ],
  'chat.request.unknown-fields': [
    ['an answer', ok, 'kept'],
    ['a refusal by name', () => fails(400, "property 'x_unknown' is unsupported"), 'kept', 'refuses an unknown field'],
    ['a refusal without a word', () => fails(422, 'Bad request'), 'broken', 'without naming it'],
    [
      'a broken server',
      (asked) => (unknown(asked) ? { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } } : ok(asked)),
      'broken',
      'HTTP 500',
    ],
    [
      'a broken server for a field of the body',
      (asked) => ('x_unknown' in asked.body ? fails(422, 'Bad request') : ok(asked)),
      'broken',
      'HTTP 422',
    ],
  ],
})

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

describe('chat.message.nonempty-on-stop', () => {
  test.each([
    ['kept', 'Red.', {}],
    ['broken', ' \n', {}],
    ['inconclusive', '', { finish_reason: 'length' }],
    ['inconclusive', null, { refusal: 'I would rather not.' }],
  ] as const)('is %s by the answer %j', async (verdict, text, more) => {
    expect(await tryOn('chat.message.nonempty-on-stop', (asked) => says(asked, text, more))).toMatchObject({ verdict })
  })
})
