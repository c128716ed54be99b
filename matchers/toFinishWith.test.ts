import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

describe('passes for', () => {
  test('the finish reason of a whole answer, and of a streamed one', async () => {
    await expect(completion('Hello.')).toFinishWith('stop')
    await expect(completion('Hel', 'length')).toFinishWith('length')
    await expect(stream(chunk('Hel'), chunk({}, 'content_filter'), '[DONE]')).toFinishWith('content_filter')
  })

  test('the last of several', async () => {
    const streamed = stream(chunk('Hel', 'stop'), chunk({ tool_calls: [call('get_time', {})] }, 'tool_calls'), '[DONE]')
    await expect(streamed).toFinishWith('tool_calls')
  })

  test('the status of the Responses API, in the words of chat completions', async () => {
    const incomplete = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [] }
    await expect(Response.json({ object: 'response', ...incomplete })).toFinishWith('length')
    const last = { type: 'response.completed', response: { object: 'response', status: 'completed', output: [] } }
    await expect(stream({ type: 'response.output_text.delta', output_index: 0, delta: 'Hi' }, last)).toFinishWith(
      'stop',
    )
  })

  test('.not where it is another', async () => {
    await expect(completion('Hello.')).not.toFinishWith('length')
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for another finish reason', async () => {
    const exchange = await recorded(completion('Hello.'))
    await expect(expect(exchange).toFinishWith('tool_calls')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toFinishWith("tool_calls")

      Expected deepseek to finish with "tool_calls".
      It finished with finish_reason "stop" instead of "tool_calls"

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(completion('Hello.')).not.toFinishWith('stop')).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toFinishWith("stop")

      Expected the provider not to finish with "stop".
      It did: finish_reason "stop"

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('says what it was', () => {
  const fault = (reply: unknown, reason = 'stop') => said(expect(reply).toFinishWith(reason))

  test('a token limit', async () => {
    expect(await fault(await recorded(completion('Hel', 'length'), { max_tokens: 16 }))).toMatchInlineSnapshot(`
      "It was cut off after 16 tokens (finish_reason "length").
      Next: raise max_tokens above 16, or ask for a shorter answer."
    `)
  })

  test('none, an empty one, one that nobody knows', async () => {
    expect(await fault(completion('Hello.', null))).toMatchInlineSnapshot(`"It finished with no finish_reason."`)
    expect(await fault(stream(chunk('Hello.'), '[DONE]'))).toMatchInlineSnapshot(`"It finished with no finish_reason."`)
    expect(await fault(completion('Hello.', ''))).toMatchInlineSnapshot(
      `"It finished with finish_reason "" instead of "stop""`,
    )
    expect(await fault(completion('Hello.', 'eos'))).toMatchInlineSnapshot(
      `"It finished with finish_reason "eos" instead of "stop""`,
    )
  })

  test('one choice of several', async () => {
    const choices = ['stop', 'length'].map((finish, index) => ({
      index,
      message: { content: 'Hi' },
      finish_reason: finish,
    }))
    expect(await fault(completion('', 'stop', { choices }))).toMatchInlineSnapshot(`
      "It was cut off in choice 1 (finish_reason "length").
      Next: raise max_tokens, or ask for a shorter answer."
    `)
    expect(await fault(completion('', 'stop', { choices }), 'length')).toMatchInlineSnapshot(
      `"It finished choice 0 with finish_reason "stop" instead of "length""`,
    )
  })

  test('a cut connection, an HTTP error', async () => {
    expect(await fault(await recorded(stream(chunk('Hel')), {}, 'aborted'))).toMatchInlineSnapshot(
      `"It did not finish: the connection was cut after 1 event and 3 characters of text."`,
    )
    expect(await fault(failure(503, 'Busy'))).toMatchInlineSnapshot(
      `
      "It answered HTTP 503 (Service Unavailable): "Busy"
      Next: try again later: the fault is the server's."
    `,
    )
  })
})

test('a word that every object knows is no promise', async () => {
  const exchange = await recorded(completion('Hi.', 'constructor'))
  expect(await said(expect(exchange).toFinishWith('toString'))).toMatchInlineSnapshot(
    `"It finished with finish_reason "constructor" instead of "toString""`,
  )
})

test('throws for a reason that means nothing', async () => {
  await expect(expect(completion('Hi.')).toFinishWith('')).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toFinishWith takes a finish reason, such as "stop", and got an empty string.]`,
  )
  // @ts-expect-error one reason, not several
  await expect(expect(completion('Hi.')).toFinishWith(['stop'])).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toFinishWith takes a finish reason, such as "stop", and got an array.]`,
  )
})
