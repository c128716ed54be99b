import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { completion, failure, recorded, said } from './testing/replies.ts'

expect.extend(matchers)

function embedded(...vectors: unknown[]): Response {
  const data = vectors.map((embedding, index) => ({ object: 'embedding', index, embedding }))
  return Response.json({ object: 'list', model: 'embed-1', data, usage: { prompt_tokens: 2, total_tokens: 2 } })
}

function base64(...numbers: number[]): string {
  const bytes = Buffer.alloc(numbers.length * 4)
  numbers.forEach((number, at) => bytes.writeFloatLE(number, at * 4))
  return bytes.toString('base64')
}

describe('passes for', () => {
  test('arrays of numbers, and base64 of floats', async () => {
    await expect(embedded([0.1, -0.2], [0.3, 1e-9])).toReturnEmbeddings()
    await expect(embedded(base64(0.1, -0.2, 3), base64(1, 2, 3))).toReturnEmbeddings({ count: 2, dimensions: 3 })
  })

  test('as many as the request has inputs, of the length that it names', async () => {
    await expect(await recorded(embedded([1], [2]), { input: ['a', 'b'], dimensions: 1 })).toReturnEmbeddings()
    await expect(await recorded(embedded([1]), { input: 'a' })).toReturnEmbeddings()
    await expect(await recorded(embedded([1]), { input: [15339, 1917] })).toReturnEmbeddings()
  })

  test('.not where they are of another length', async () => {
    await expect(embedded([1, 2])).not.toReturnEmbeddings({ dimensions: 3 })
  })
})

describe('a failure shows the check, the expectation, the fault and the evidence', () => {
  test('for vectors of another length', async () => {
    const exchange = await recorded(embedded([1, 2], [3, 4]))
    await expect(expect(exchange).toReturnEmbeddings({ count: 2, dimensions: 256 })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toReturnEmbeddings({ count: 2, dimensions: 256 })

      Expected deepseek to return 2 embeddings of 256 dimensions.
      It sent a vector of 2 numbers, not 256, at $.data[0].embedding.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('for .not', async () => {
    await expect(expect(embedded([1, 2])).not.toReturnEmbeddings()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toReturnEmbeddings()

      Expected the provider not to return embeddings.
      It did: 1 embedding of 2 numbers

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('names what is wrong with the embeddings', () => {
  const fault = (reply: unknown) => said(expect(reply).toReturnEmbeddings())
  const body = (data: unknown) => Response.json({ object: 'list', data })

  test('too few for the inputs', async () => {
    expect(await fault(await recorded(embedded([1]), { input: ['a', 'b'] }))).toMatchInlineSnapshot(
      `"It returned 1 embedding, not 2."`,
    )
  })

  test('none', async () => {
    expect(await fault(body([]))).toMatchInlineSnapshot(`
      "It returned [] as $.data instead of embeddings.
      body: {"object":"list","data":[]}"
    `)
    expect(await fault(body(null))).toMatchInlineSnapshot(
      `
      "It returned null as $.data instead of embeddings.
      body: {"object":"list","data":null}"
    `,
    )
    expect(await fault(completion('Hello.'))).toMatchInlineSnapshot(`
      "It returned JSON without data instead of embeddings.
      body: {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test-1","choi…"
    `)
    expect(await fault(failure(200, '<html></html>'))).toMatchInlineSnapshot(`
      "It returned HTML without data instead of embeddings.
      body: <html></html>"
    `)
    expect(await fault(new Response(''))).toMatchInlineSnapshot(`"It returned an empty body instead of embeddings."`)
    expect(await fault(await recorded(new Response('{"data":[{'), {}, 'aborted'))).toMatchInlineSnapshot(
      `"It returned no embeddings: the connection was cut after 10 characters of its body."`,
    )
  })

  test('indices that are missing or out of order', async () => {
    const items = [1, 0].map((index) => ({ object: 'embedding', index, embedding: [1] }))
    expect(await fault(body(items))).toMatchInlineSnapshot(`"It sent the index 1 at $.data[0], not 0."`)
    expect(await fault(body([{ embedding: [1] }]))).toMatchInlineSnapshot(`"It sent no index at $.data[0], not 0."`)
  })

  test('lengths that differ, from each other or from what the request names', async () => {
    expect(await fault(embedded([1, 2], [1]))).toMatchInlineSnapshot(
      `"It sent a vector of 1 number, not 2 as of the first, at $.data[1].embedding."`,
    )
    expect(await fault(await recorded(embedded([1, 2]), { dimensions: 1 }))).toMatchInlineSnapshot(
      `"It sent a vector of 2 numbers, not 1 as the request names, at $.data[0].embedding."`,
    )
  })

  test('what is no vector', async () => {
    expect(await fault(body(['x']))).toMatchInlineSnapshot(`"It sent a string as $.data[0]."`)
    expect(await fault(body([{ index: 0 }]))).toMatchInlineSnapshot(
      `"It sent nothing as $.data[0].embedding, where an array or base64 should stand."`,
    )
    expect(await fault(embedded([]))).toMatchInlineSnapshot(
      `"It sent a vector without a number, at $.data[0].embedding."`,
    )
    expect(await fault(embedded([1, null]))).toMatchInlineSnapshot(
      `"It sent null as $.data[0].embedding[1], where a finite number should stand."`,
    )
  })

  test('what is no base64 of finite floats', async () => {
    expect(await fault(embedded('not base64!'))).toMatchInlineSnapshot(
      `"It sent a string that is not base64, as $.data[0].embedding."`,
    )
    expect(await fault(embedded(''))).toMatchInlineSnapshot(
      `"It sent a vector without a number, at $.data[0].embedding."`,
    )
    expect(await fault(embedded('AAAA'))).toMatchInlineSnapshot(
      `"It sent base64 of 3 bytes as $.data[0].embedding, not of 32-bit floats."`,
    )
    expect(await fault(embedded(base64(1, NaN)))).toMatchInlineSnapshot(
      `"It sent base64 that holds NaN at position 1, as $.data[0].embedding."`,
    )
  })

  test('an HTTP error, an error with HTTP 200', async () => {
    const error = { message: 'Input is too long' }
    expect(await fault(failure(400, { error }))).toMatchInlineSnapshot(
      `
      "It answered HTTP 400 (Bad Request): "Input is too long"
      Next: shorten the input."
    `,
    )
    expect(await fault(failure(200, { error }))).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "Input is too long""`,
    )
  })
})

test('throws for options that mean nothing', async () => {
  // @ts-expect-error misspelt
  await expect(expect(embedded([1])).toReturnEmbeddings({ dimension: 1 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReturnEmbeddings has no option dimension. Write dimensions instead. Its options are count and dimensions.]`,
  )
  await expect(expect(embedded([1])).toReturnEmbeddings({ count: 0 })).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: toReturnEmbeddings takes an integer from 1 for count, and got 0.]`,
  )
})
