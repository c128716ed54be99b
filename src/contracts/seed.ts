import type { Exchange, Json } from '../wire/exchange.ts'

/** What a seeded exchange is made of; OpenAI's manners where nothing else is said. */
export interface Parts {
  readonly path?: string
  readonly method?: string
  readonly ask?: Record<string, unknown>
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly end?: 'closed' | 'aborted'
}

const request = (path: string, method: string, ask: object) => ({
  method,
  url: `https://api.acme.example/v1${path}`,
  contentType: 'application/json',
  text:
    method === 'GET' ? '' : JSON.stringify({ model: 'acme-1', messages: [{ role: 'user', content: 'Hi' }], ...ask }),
})

const exchange = (type: string, texts: readonly string[], parts: Parts): Exchange => ({
  request: request(parts.path ?? '/chat/completions', parts.method ?? 'POST', parts.ask ?? {}),
  response: {
    status: parts.status ?? 200,
    headers: { 'content-type': type, 'x-request-id': 'req_1', ...parts.headers },
    pieces: texts.map((text, at) => ({ at, bytes: Buffer.from(text) })),
    end: parts.end ?? 'closed',
  },
  provider: { name: 'acme', label: 'Acme' },
  evidence: { seen: 'replay', file: 'fixtures/acme/a.json', number: 1 },
})

/** A whole JSON answer; a string stands as it is. */
export const whole = (body: unknown, parts: Parts = {}): Exchange =>
  exchange('application/json', [typeof body === 'string' ? body : JSON.stringify(body)], parts)

/** A stream of chunks, each one piece; a string is a line of its own, such as `: comment` or `data: [DONE]`. */
export const stream = (chunks: readonly unknown[], parts: Parts = {}): Exchange =>
  exchange(
    'text/event-stream; charset=utf-8',
    chunks.map((chunk) => (typeof chunk === 'string' ? `${chunk}\n\n` : `data: ${JSON.stringify(chunk)}\n\n`)),
    { ...parts, ask: { stream: true, ...parts.ask } },
  )

/** A chat completion as OpenAI writes it. */
export const completion = (
  message: Record<string, unknown> = {},
  more: Record<string, unknown> = {},
  choice: Record<string, unknown> = {},
): Record<string, unknown> => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_767_225_600,
  model: 'acme-1',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello there', refusal: null, ...message },
      logprobs: null,
      finish_reason: 'stop',
      ...choice,
    },
  ],
  usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
  system_fingerprint: 'fp_1',
  ...more,
})

/** A chunk of a streamed chat completion as OpenAI writes it. */
export const chunk = (
  delta: Record<string, unknown>,
  finish: string | null = null,
  more: Record<string, unknown> = {},
): Record<string, unknown> => ({
  id: 'chatcmpl-1',
  object: 'chat.completion.chunk',
  created: 1_767_225_600,
  model: 'acme-1',
  system_fingerprint: 'fp_1',
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...more,
})

/** The chunks of a clean text stream, `[DONE]` included. */
export const hello: readonly unknown[] = [
  chunk({ role: 'assistant', content: '', refusal: null }),
  chunk({ content: 'Hello' }),
  chunk({ content: ' there' }),
  chunk({}, 'stop'),
  'data: [DONE]',
]

/** A JSON value changed at one place. */
export function changed<T>(value: T, change: (copy: T) => void): T {
  const copy = structuredClone(value)
  change(copy)
  return copy
}

/** Narrow enough to build, wide enough to break. */
export type Loose = { [key: string]: Json & Loose } & Loose[]
