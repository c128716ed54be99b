import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }
const counted = (counts: unknown) => completion('Hello.', 'stop', { usage: counts })
const embedded = (counts: unknown) =>
  Response.json({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }], usage: counts })

describe('passes for', () => {
  test('the counts of a whole answer, and of a stream', async () => {
    await expect(counted(usage)).toReportUsage()
    const last = { ...chunk(''), choices: [], usage }
    await expect(stream(chunk('Hi'), chunk({}, 'stop'), last, '[DONE]')).toReportUsage({ consistent: true })
  })

  test('those of the Responses API and of embeddings', async () => {
    const spelt = { input_tokens: 9, output_tokens: 2, total_tokens: 11 }
    await expect(Response.json({ object: 'response', status: 'completed', output: [], usage: spelt })).toReportUsage()
    await expect(embedded({ prompt_tokens: 9, total_tokens: 9 })).toReportUsage()
  })

  test('counts that do not add up, where they need not', async () => {
    await expect(counted({ ...usage, total_tokens: 12 })).toReportUsage({ consistent: false })
  })

  test('.not where there are none', async () => {
    await expect(completion('Hello.')).not.toReportUsage()
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for counts that do not add up', async () => {
    const exchange = await recorded(counted({ ...usage, total_tokens: 12 }))
    await expect(expect(exchange).toReportUsage()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toReportUsage()

      Expected deepseek to report token usage that adds up.
      It reported total_tokens 12, where prompt_tokens 9 + completion_tokens 2 = 11, at $.usage.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(counted(usage)).not.toReportUsage({ consistent: false })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toReportUsage({ consistent: false })

      Expected the provider not to report token usage.
      It did: prompt_tokens 9, completion_tokens 2, total_tokens 11, at $.usage

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what is wrong with the counts', () => {
  const fault = (reply: unknown) => said(expect(reply).toReportUsage())

  test('none, whole or streamed, asked for or not', async () => {
    expect(await fault(completion('Hello.'))).toMatchInlineSnapshot(`"It reported no usage."`)
    expect(await fault(embedded(null))).toMatchInlineSnapshot(`"It reported no usage."`)
    const streamed = () => stream(chunk('Hi'), chunk({}, 'stop'), '[DONE]')
    expect(await fault(await recorded(streamed(), { stream: true }))).toMatchInlineSnapshot(`
      "It streamed no usage.
      Next: send stream_options: { include_usage: true }, which this request did not."
    `)
    const asked = { stream: true, stream_options: { include_usage: true } }
    expect(await fault(await recorded(streamed(), asked))).toMatchInlineSnapshot(`"It streamed no usage."`)
    expect(await fault(await recorded(stream(chunk('Hi')), asked, 'aborted'))).toMatchInlineSnapshot(
      `"It streamed no usage: the connection was cut after 1 event and 2 characters of text."`,
    )
  })

  test('one that is missing, a string, negative, or a fraction', async () => {
    expect(await fault(counted({ prompt_tokens: 9, completion_tokens: 2 }))).toMatchInlineSnapshot(
      `"It reported usage without a number as total_tokens, at $.usage."`,
    )
    expect(await fault(counted({ ...usage, prompt_tokens: '9' }))).toMatchInlineSnapshot(
      `"It reported usage without a number as prompt_tokens, at $.usage."`,
    )
    expect(await fault(counted({ ...usage, completion_tokens: -2 }))).toMatchInlineSnapshot(
      `"It reported usage with completion_tokens -2, which counts no tokens, at $.usage."`,
    )
    expect(await fault(counted({ ...usage, total_tokens: 11.5 }))).toMatchInlineSnapshot(
      `"It reported usage with total_tokens 11.5, which counts no tokens, at $.usage."`,
    )
  })

  test('reasoning counted beside the completion', async () => {
    const reasoning = { ...usage, total_tokens: 41, completion_tokens_details: { reasoning_tokens: 30 } }
    expect(await fault(counted(reasoning))).toMatchInlineSnapshot(
      `"It reported total_tokens 41, where prompt_tokens 9 + completion_tokens 2 = 11: the difference is its 30 reasoning_tokens, at $.usage."`,
    )
  })

  test('a sum of the Responses API, and of embeddings', async () => {
    const spelt = { input_tokens: 9, output_tokens: 2, total_tokens: 12 }
    const response = Response.json({ object: 'response', status: 'completed', output: [], usage: spelt })
    expect(await fault(response)).toMatchInlineSnapshot(
      `"It reported total_tokens 12, where input_tokens 9 + output_tokens 2 = 11, at $.usage."`,
    )
    expect(await fault(embedded({ prompt_tokens: 9, total_tokens: 10 }))).toMatchInlineSnapshot(
      `"It reported total_tokens 10, where prompt_tokens are 9, at $.usage."`,
    )
  })

  test('an HTTP error', async () => {
    expect(await fault(failure(500, { error: { message: 'Oops' }, usage }))).toMatchInlineSnapshot(
      `
      "It answered HTTP 500 (Internal Server Error): "Oops"
      Next: try again later: the fault is the server's."
    `,
    )
  })
})

test('throws for options that mean nothing', async () => {
  // @ts-expect-error misspelt
  await expect(expect(counted(usage)).toReportUsage({ consistant: true })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReportUsage has no option consistant. Write consistent instead. Its options are consistent.]`,
  )
  // @ts-expect-error no boolean
  await expect(expect(counted(usage)).toReportUsage({ consistent: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReportUsage takes true or false for consistent, and got a number.]`,
  )
})
