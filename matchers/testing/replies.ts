import type { Exchange, Json, WireResponse } from '../../src/wire/exchange.ts'

type Choice = Readonly<Record<string, unknown>>

/** A whole chat completion with one choice: `message` is its text, or its fields. */
export function completion(message: string | Choice, finish: string | null = 'stop', rest: Choice = {}): Response {
  const fields = typeof message === 'string' ? { content: message } : message
  return Response.json({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'test-1',
    choices: [{ index: 0, message: { role: 'assistant', ...fields }, finish_reason: finish }],
    ...rest,
  })
}

/** An event stream: each argument is one event's data, as JSON or as it stands. */
export function stream(...data: (string | Choice)[]): Response {
  return new Response(frames(...data), { headers: { 'content-type': 'text/event-stream' } })
}

/** The text of an event stream. */
export function frames(...data: (string | Choice)[]): string {
  return data.map((one) => `data: ${typeof one === 'string' ? one : JSON.stringify(one)}\n\n`).join('')
}

/** One chunk of a chat stream: `delta` is its text, or its fields. */
export function chunk(delta: string | Choice, finish: string | null = null, rest: Choice = {}): Choice {
  const fields = typeof delta === 'string' ? { content: delta } : delta
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'test-1',
    choices: [{ index: 0, delta: fields, finish_reason: finish }],
    ...rest,
  }
}

/** A message or delta that calls one function. */
export function call(name: string, args: unknown, index = 0): Choice {
  const text = typeof args === 'string' ? args : JSON.stringify(args)
  return { index, id: `call_${index}`, type: 'function', function: { name, arguments: text } }
}

/** An error response. */
export function failure(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const type = { 'content-type': typeof body === 'string' ? 'text/html' : 'application/json' }
  return new Response(text, { status, headers: { ...type, ...headers } })
}

/** A recorded exchange with deepseek, whose response is the given one and whose request had this body. */
export async function recorded(
  response: Response,
  asked: Readonly<Record<string, unknown>> = {},
  end: WireResponse['end'] = 'closed',
): Promise<Exchange> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const body: Json = { model: 'deepseek-chat', messages: [], ...(asked as Record<string, Json>) }
  return {
    request: {
      method: 'POST',
      url: 'https://api.deepseek.com/chat/completions',
      contentType: 'application/json',
      text: JSON.stringify(body),
    },
    response: {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      pieces: [{ at: 1, bytes }],
      end,
    },
    provider: { name: 'deepseek', label: 'DeepSeek' },
    evidence: { seen: 'replay', file: 'fixtures/deepseek/invoice/extracts-an-invoice.json', number: 1 },
  }
}

/** What a failing matcher says between its first sentence ("Expected …") and its last line (the evidence). */
export async function said(assertion: Promise<void>): Promise<string> {
  const message = await assertion.then(
    () => 'It passed.',
    (error: Error) => error.message,
  )
  return message.split('\n').slice(3, -2).join('\n') || message
}
