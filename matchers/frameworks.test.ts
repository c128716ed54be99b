import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, streamText } from 'ai'
import { describe, expect, test } from 'vitest'
import { booth, useBooths, type Booth } from '../src/testing/booth.ts'
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
