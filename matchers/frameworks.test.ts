import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ChatOpenAI } from '@langchain/openai'
import { generateObject, generateText, streamText } from 'ai'
import { describe, expect, test } from 'vitest'
import { booth, useBooths, type Booth } from '../src/testing/booth.ts'
import OpenAI from 'openai'
import { z } from 'zod'
import { matchers } from './index.ts'

expect.extend(matchers)
useBooths()

const chunk = (delta: object, finish: string | null = null) =>
  `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
const spent = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\n`

/** An endpoint that says where the wind blows, whole or streamed. */
const endpoint = () =>
  booth((response, { text }) => {
    if ((JSON.parse(text) as { stream?: boolean }).stream === true) {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      return response.end(
        [
          chunk({ role: 'assistant', content: 'West' }),
          chunk({ content: ' wind' }),
          chunk({}, 'stop'),
          spent,
          'data: [DONE]\n\n',
        ].join(''),
      )
    }
    const choices = [{ index: 0, message: { role: 'assistant', content: 'West wind' }, finish_reason: 'stop' }]
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices, usage }))
  })

const vercel = (b: Booth) => createOpenAICompatible({ name: 'acme', baseURL: b.url(''), apiKey: 'k' })('m')
const langchain = (b: Booth) => new ChatOpenAI({ model: 'm', apiKey: 'k', configuration: { baseURL: b.url('') } })

describe('results of other clients are judged by what passed on the wire:', () => {
  test('the Vercel AI SDK, whole', async () => {
    const b = await endpoint()
    await b.attempt('live', async () => {
      await expect(generateText({ model: vercel(b), prompt: 'Where?' })).toReturnText(/wind/)
      await expect(() => generateText({ model: vercel(b), prompt: 'Where?' })).toReportUsage()
    })
  })

  test('the Vercel AI SDK, streamed', async () => {
    const b = await endpoint()
    await b.attempt('live', async () => {
      await expect(async () => streamText({ model: vercel(b), prompt: 'Where?' }).text).toStreamChunks({
        text: 'West wind',
      })
    })
  })

  test("LangChain's ChatOpenAI, whole and streamed", async () => {
    const b = await endpoint()
    await b.attempt('live', async () => {
      await expect(langchain(b).invoke('Where?')).toReturnText('West wind')
      await expect(() => langchain(b).stream('Where?')).toStreamChunks({ text: 'West wind' })
    })
  })
})

describe('results that were awaited before are judged by the one exchange there was:', () => {
  const attempt = async (work: (b: Booth) => Promise<void>) => {
    const b = await endpoint()
    await b.attempt('live', () => work(b))
  }

  test('of generateText', () =>
    attempt(async (b) => {
      await expect(await generateText({ model: vercel(b), prompt: 'Where?' })).toReturnText(/wind/)
    }))

  test('of streamText, read before or not', () =>
    attempt(async (b) => {
      const result = streamText({ model: vercel(b), prompt: 'Where?' })
      await expect(result).toStreamChunks({ text: 'West wind' })
      await expect(await result.text).toStreamChunks()
      await expect(result).toStreamChunks()
    }))

  test('of invoke() of LangChain', () =>
    attempt(async (b) => {
      await expect(await langchain(b).invoke('Where?')).toReturnText('West wind')
    }))

  test("of a stream helper's final completion", () =>
    attempt(async (b) => {
      const sdk = new OpenAI({ apiKey: 'k', baseURL: b.url('') })
      const whole = await sdk.chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion()
      await expect(whole).toStreamChunks({ text: 'West wind' })
    }))

  test('but not where there were two, or where nothing of it is left', () =>
    attempt(async (b) => {
      const result = await generateText({ model: vercel(b), prompt: 'Where?' })
      await expect(expect({ wind: 'west' }).toReturnText()).rejects.toThrowErrorMatchingInlineSnapshot(
        `[LlmContractsError: The matcher received an object ({ wind: "west" }), which did not come from the one exchange seen here. Pass the promise of the call without await, a Response, or a function that makes the call.]`,
      )
      await generateText({ model: vercel(b), prompt: 'Where?' })
      await expect(expect(result).toReturnText()).rejects.toThrow('which came from none of the 2 exchanges seen here')
    }))
})

describe('errors of other clients are tied to what passed on the wire:', () => {
  const refusing = () =>
    booth((response) =>
      response.writeHead(429, { 'content-type': 'application/json' }).end(
        JSON.stringify({
          error: { message: 'Slow down', type: 'requests', param: null, code: 'rate_limit_exceeded' },
        }),
      ),
    )

  test('a refused call, tried once or twice', async () => {
    const b = await refusing()
    await b.attempt('live', async () => {
      const once = () => generateText({ model: vercel(b), prompt: 'Where?', maxRetries: 0 })
      await expect(once()).toFailWithOpenAIErrorShape({ status: 429 })
      await expect(await once().catch((error: unknown) => error)).toFailWithOpenAIErrorShape({ status: 429 })
      await expect(generateText({ model: vercel(b), prompt: 'Where?', maxRetries: 1 })).toFailWithOpenAIErrorShape()
      const plain = new ChatOpenAI({ model: 'm', apiKey: 'k', maxRetries: 0, configuration: { baseURL: b.url('') } })
      await expect(plain.invoke('Where?')).toFailWithOpenAIErrorShape({ status: 429 })
    })
  })

  test('an answer that its client could not use', async () => {
    const b = await endpoint()
    const schema = z.object({ wind: z.string() })
    await b.attempt('live', async () => {
      const answer = () => generateObject({ model: vercel(b), prompt: 'Where?', schema })
      await expect(expect(answer()).toReturnValidJson()).rejects.toThrow('It returned text that is not JSON')
      await expect(answer()).not.toReturnValidJson()
      const chain = langchain(b).withStructuredOutput(schema, { method: 'jsonMode' })
      await expect(() => chain.invoke('Where?')).not.toReturnValidJson()
    })
  })
})
