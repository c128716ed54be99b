import { describe, expect, test } from 'vitest'
import { type Json, type JsonObject, isObject } from './_json.ts'
import { pngOf, user, withImage, withStandIn } from './_ask.ts'
import { textInPdf } from './_pdf.ts'
import { lookAt } from './_png.ts'
import { dialects } from './all.ts'
import { deepseek } from './deepseek.ts'
import { groq } from './groq.ts'
import { local } from './local.ts'
import { openai } from './openai.ts'
import { qwen } from './qwen.ts'

describe('OpenAI, besides chat', () => {
  const { baseURL } = withStandIn(openai)
  const ask = async (method: string, path: string, body?: FormData | JsonObject) => {
    const json = body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${baseURL()}${path}`, {
      method,
      headers: { authorization: 'Bearer a-key', ...json },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const parsed: Json = text.startsWith('{') && !text.includes('}\n{') ? JSON.parse(text) : text
    return { status: response.status, text, body: isObject(parsed) ? parsed : {} }
  }
  const line = (custom_id: string) =>
    JSON.stringify({ custom_id, body: { model: 'gpt-5.4-mini', ...user('Reply with exactly: ping') } })
  const upload = async () => {
    const form = new FormData()
    form.set('purpose', 'batch')
    form.set('file', new File([`${line('a')}\n${line('b')}\n`], 'in.jsonl'))
    return String((await ask('POST', '/files', form)).text.match(/file-\w+/)?.[0])
  }

  test('keeps a file until it is deleted', async () => {
    const id = await upload()

    expect((await ask('GET', `/files/${id}`)).body).toMatchObject({ id, object: 'file', filename: 'in.jsonl' })
    expect((await ask('GET', '/files')).text).toContain(id)
    expect((await ask('GET', `/files/${id}/content`)).text).toBe(`${line('a')}\n${line('b')}\n`)
    expect((await ask('DELETE', `/files/${id}`)).body).toEqual({ object: 'file', deleted: true, id })
    const gone = await Promise.all([ask('GET', `/files/${id}`), ask('DELETE', `/files/${id}`)])
    expect(gone.map(({ status }) => status)).toEqual([404, 404])
  })

  test('answers a batch by the second look, in another order', async () => {
    const input_file_id = await upload()
    const made = await ask('POST', '/batches', { input_file_id, endpoint: '/v1/chat/completions' })
    const path = `/batches/${String(/batch_\w+/.exec(made.text)?.[0])}`
    const looks = [made, await ask('GET', path), await ask('GET', path), await ask('GET', path)]

    expect(looks.map(({ body }) => body['status'])).toEqual(['validating', 'in_progress', 'completed', 'completed'])
    const output = looks.at(-1)?.text.match(/"output_file_id": "([^"]+)"/)?.[1]
    const { text } = await ask('GET', `/files/${output}/content`)
    const lines: unknown[] = text
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one) as unknown)
    expect(lines).toMatchObject(
      ['b', 'a'].map((custom_id) => {
        return { custom_id, response: { status_code: 200, body: { choices: [{ message: { content: 'ping' } }] } } }
      }),
    )
    expect((await ask('GET', '/batches/batch_none')).status).toBe(404)
    expect((await ask('POST', '/batches', { input_file_id: 'file-none' })).status).toBe(404)
  })

  test('knows its models one by one', async () => {
    expect((await ask('GET', '/models/gpt-5.5')).body).toMatchObject({ id: 'gpt-5.5', object: 'model' })
    expect(await ask('GET', '/models/gpt-0')).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found' } },
    })
  })

  test('transcribes as JSON and as text', async () => {
    const form = new FormData()
    expect((await ask('POST', '/audio/transcriptions', form)).body).toMatchObject({ text: 'Beep, beep.' })
    form.set('response_format', 'text')
    expect((await ask('POST', '/audio/transcriptions', form)).text).toBe('Beep, beep.\n')
  })

  test('goes on from a response that it keeps, and refuses one that it does not', async () => {
    const first = await ask('POST', '/responses', { model: 'gpt-5.5', input: 'Remember this word: sun-7.' })
    const previous_response_id = first.body['id'] as string
    const input = 'Which word did I ask you to remember?'

    expect((await ask('POST', '/responses', { model: 'gpt-5.5', input, previous_response_id })).text).toContain(
      '"sun-7"',
    )
    expect((await ask('POST', '/responses', { model: 'gpt-5.5', input })).text).not.toContain('sun-7')
    const unknown = await ask('POST', '/responses', { model: 'gpt-5.5', input, previous_response_id: 'resp_0' })
    expect(unknown).toMatchObject({ status: 400, body: { error: { code: 'previous_response_not_found' } } })
  })

  test('takes no effort and no parameter that it does not have', async () => {
    const effort = await ask('POST', '/chat/completions', { model: 'gpt-5.5', ...user('Hi'), reasoning_effort: 'max' })
    const parameter = await ask('POST', '/responses', { model: 'gpt-5.5', input: 'Hi', colour: 'red' })

    expect(effort).toMatchObject({ status: 400, body: { error: { code: 'unsupported_value' } } })
    expect(parameter).toMatchObject({ status: 400, body: { error: { code: 'unknown_parameter', param: 'colour' } } })
  })
})

const weather: Json = {
  type: 'function',
  name: 'get_weather',
  parameters: { type: 'object', properties: { city: {} } },
}

describe.each([openai, deepseek, qwen])('the Responses API of $name', (dialect) => {
  const { post } = withStandIn(dialect)
  const body = {
    model: dialect.models[0] ?? '',
    input: 'What is the weather in Paris? Use the tool.',
    tools: [weather],
  }

  test('calls a function, whole and streamed alike', async () => {
    const whole = await post('/responses', body)
    const { events } = await post('/responses', { ...body, stream: true })

    const output = isObject(whole.body) && Array.isArray(whole.body['output']) ? whole.body['output'] : []
    expect(output.at(-1)).toMatchObject({ type: 'function_call', name: 'get_weather', status: 'completed' })
    const last = events.at(-1)
    expect(last).toMatchObject({ type: 'response.completed', response: { status: 'completed' } })
    expect(events.map((event) => isObject(event) && event['sequence_number'])).toEqual(events.map((_, at) => at))
    const done = events.filter((event) => isObject(event) && event['type'] === 'response.output_item.done')
    expect(done.length).toBe(output.length)
  })
})

test('ignores a parameter of the Responses API where that is documented', async () => {
  const known = Object.values(dialects).filter(({ more }) => more !== undefined)

  expect(known.map(({ name }) => name)).toEqual(['openai', 'qwen', 'deepseek'])
})

describe('what a provider does not take', () => {
  const deaf = withStandIn(deepseek)
  const paperless = withStandIn(qwen)
  const strict = withStandIn(groq)
  const blind = withStandIn(local)

  test('is a recording at DeepSeek, and a document at Qwen', async () => {
    const sound = await deaf.chat(user([{ type: 'input_audio', input_audio: { data: '', format: 'wav' } }]))
    const paper = await paperless.chat(user([{ type: 'file', file: { file_data: '' } }]))

    expect([sound.status, paper.status]).toEqual([400, 400])
    expect(sound.text).toContain('unknown variant `input_audio`')
  })

  test('is the reasoning of others at Groq', async () => {
    const messages = [{ role: 'assistant', content: 'Hi', reasoning_content: 'Hm.' }]
    const reply = await strict.chat({ messages: [...user('Hi').messages, ...messages] })

    expect(reply.status).toBe(400)
    expect(reply.text).toContain("'messages.1' : property 'reasoning_content' is unsupported")
  })

  test('is an image at llama.cpp, which says 500', async () => {
    expect((await blind.chat(withImage(pngOf([255, 0, 0])))).status).toBe(500)
  })

  test('is more than ten texts at Qwen, and a long text everywhere', async () => {
    const many = await paperless.post('/embeddings', { model: 'text-embedding-v3', input: Array(11).fill('a') })
    const long = await paperless.post('/embeddings', { model: 'text-embedding-v3', input: 'a'.repeat(40_000) })

    expect(many.text).toContain('should not be larger than 10')
    expect(long).toMatchObject({ status: 400, text: expect.stringContaining('[1, 8192]') })
  })
})

test('a picture of placehold.co is known by its URL, and a PDF by what it draws', () => {
  expect(lookAt('https://placehold.co/64x32/0000ff/0000ff.png')).toEqual({ width: 64, height: 32, colour: 'blue' })
  const pdf = Buffer.from('BT (code) Tj (word) Tj ET').toString('base64')
  expect(textInPdf(`data:application/pdf;base64,${pdf}`)).toBe('code word')
  expect(textInPdf('https://acme.dev/a.pdf')).toBe('')
})
