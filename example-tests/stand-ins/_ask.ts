import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll } from 'vitest'
import type { Dialect } from './_dialect.ts'
import { type Json, type JsonObject, isObject } from './_json.ts'
import { type StandIn, startStandIn } from './server.ts'

/** What came back over loopback, as it stood on the wire. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body parsed; undefined where it is no JSON. */
  readonly body: Json | undefined
  /** Events of a stream: parsed where they are JSON, as text where not. */
  readonly events: readonly (Json | undefined)[]
  /** Lines that begin with a colon. */
  readonly comments: number
  /** Milliseconds between the first and the last read of the body. */
  readonly spread: number
}

interface Ask {
  readonly baseURL: () => string
  /** Posts a chat request; `model` and the key are filled in where absent. */
  readonly chat: (body: JsonObject, key?: string) => Promise<Reply>
  readonly post: (path: string, body: JsonObject | string, key?: string) => Promise<Reply>
}

/** Runs a stand-in for the tests of a file or a describe block. */
export function withStandIn(dialect: Dialect): Ask {
  let standIn: StandIn | undefined
  beforeAll(async () => {
    standIn = await startStandIn(dialect)
  })
  afterAll(async () => standIn?.close())
  const baseURL = () => standIn?.baseURL ?? ''
  const post: Ask['post'] = async (path, body, key = 'a-key') => {
    const response = await fetch(`${baseURL()}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === '' ? {} : { authorization: `Bearer ${key}` }) },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return read(response)
  }
  return {
    baseURL,
    post,
    chat: (body, key) => post('/chat/completions', { model: dialect.models[0] ?? 'a-model', ...body }, key),
  }
}

async function read(response: Response): Promise<Reply> {
  const decoder = new TextDecoder()
  const times: number[] = []
  let text = ''
  for await (const bytes of response.body ?? []) {
    times.push(performance.now())
    text += decoder.decode(bytes, { stream: true })
  }
  const data = [...text.matchAll(/^data: (.*)$/gm)].map(([, line = '']) => parsed(line) ?? line)
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: parsed(text),
    events: data,
    comments: text.match(/^:/gm)?.length ?? 0,
    spread: (times.at(-1) ?? 0) - (times[0] ?? 0),
  }
}

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** Choices of an event or a body that has them. */
export function choicesOf(from: Json | undefined): JsonObject[] {
  return isObject(from) && Array.isArray(from['choices']) ? from['choices'].filter(isObject) : []
}

/** Deltas of the first choice, in order. */
export function deltasOf(reply: Reply): JsonObject[] {
  return reply.events.flatMap((event) => choicesOf(event)[0]?.['delta'] ?? []).filter(isObject)
}

/** Text of the first choice, whole or streamed. */
export function textOf(reply: Reply): string {
  const message = choicesOf(reply.body)[0]?.['message']
  const parts = isObject(message) ? [message] : deltasOf(reply)
  return parts.map(({ content }) => (typeof content === 'string' ? content : '')).join('')
}

/** Names and arguments of the first choice's tool calls, whole or streamed, put together by index. */
export function callsOf(reply: Reply): { name: string; arguments: Json | undefined }[] {
  const message = choicesOf(reply.body)[0]?.['message']
  const whole = isObject(message) ? [message] : deltasOf(reply)
  const calls: { name: string; json: string }[] = []
  for (const [at, part] of whole.flatMap(({ tool_calls }) => tool_calls ?? []).entries()) {
    if (!isObject(part) || !isObject(part['function'])) continue
    const index = typeof part['index'] === 'number' ? part['index'] : at
    const call = (calls[index] ??= { name: '', json: '' })
    call.name += typeof part['function']['name'] === 'string' ? part['function']['name'] : ''
    call.json += typeof part['function']['arguments'] === 'string' ? part['function']['arguments'] : ''
  }
  return calls.map(({ name, json }) => ({ name, arguments: parsed(json) }))
}

export function user(content: Json): { messages: JsonObject[] } {
  return { messages: [{ role: 'user', content }] }
}

export const paris = user('Which city is the capital of France?')
export const counting = user('Count from 1 to 10, separated by commas.')
export const oneToTen = '1, 2, 3, 4, 5, 6, 7, 8, 9, 10'

const getWeather: Json = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The current weather in a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
}

export const weather = { ...user('What is the weather in Paris, in celsius? Use the tool.'), tools: [getWeather] }

export const bothWeathers = {
  ...user('Compare the weather in Paris and in Tokyo, in celsius. Call the tool once for each city.'),
  tools: [getWeather],
}

export const invoice = user(
  'Give me this invoice as JSON: Invoice INV-2041 from Acme Ltd, 3 line items, total 149.50 EUR.',
)
export const invoiceFacts = { number: 'INV-2041', seller: 'Acme Ltd', total: 149.5, currency: 'EUR' }

export const jsonObject: Json = { type: 'json_object' }
export const jsonSchema: Json = {
  type: 'json_schema',
  json_schema: {
    name: 'invoice',
    strict: true,
    schema: {
      type: 'object',
      properties: {
        total: { type: 'number' },
        currency: { type: 'string', minLength: 3, maxLength: 3 },
        number: { type: 'string' },
        seller: { type: 'string' },
      },
      required: ['number', 'seller', 'total', 'currency'],
      additionalProperties: false,
    },
  },
}

export const tooLong = user('All work and no play makes Jack a dull boy. '.repeat(2000))
export const rateLimited = user('Please. Answer as if my rate limit were exhausted.')

export function withImage(url: string, question = 'What colour is this image? Answer with one word.') {
  return user([
    { type: 'text', text: question },
    { type: 'image_url', image_url: { url } },
  ])
}

/** A PNG of one colour, as a data URI: the checksums are left empty, for nobody here reads them. */
export function pngOf(pixel: readonly number[], width = 4, height = 3): string {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, pixel.length === 4 ? 6 : 2], 8)
  const row = Buffer.from([0, ...Array.from({ length: width }, () => pixel).flat()])
  const rows = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  const png = [signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]
  return `data:image/png;base64,${Buffer.concat(png).toString('base64')}`
}

function chunk(kind: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  return Buffer.concat([length, Buffer.from(kind, 'latin1'), data, Buffer.alloc(4)])
}
