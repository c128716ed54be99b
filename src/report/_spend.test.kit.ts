import OpenAI from 'openai'
import { completion } from '../contracts/seed.ts'
import { booth, type Booth } from '../testing/booth.ts'
import { accountOf, type Account, type Ran } from './account.ts'

/** What a scripted provider answers. */
export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly events?: readonly unknown[]
  /** Cuts the connection after the events. */
  readonly cut?: true
}

/** The tokens of every answer. */
export const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 }
/** A chat completion that says a text. */
export const says = (content: string, more: object = {}, choice: object = {}): Answer => ({
  body: completion({ content }, { usage, ...more }, { ...choice }),
})
/** A rate limit, to be retried at once. */
export const slowDown: Answer = {
  status: 429,
  headers: { 'retry-after-ms': '1' },
  body: { error: { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
}
/** An error, to be retried at once. */
export const fails = (status: number, code: string | null = null): Answer => ({
  status,
  headers: { 'retry-after-ms': '1' },
  body: { error: { message: 'It failed', type: 'error', param: null, code } },
})

/** A provider that gives these answers, one after the other. */
export async function provider(...answers: readonly Answer[]): Promise<Booth> {
  let at = 0
  return booth((response) => {
    const { status = 200, headers = {}, body, events, cut } = answers[at++] ?? fails(500)
    const type = events === undefined ? 'application/json' : 'text/event-stream'
    response.writeHead(status, { 'content-type': type, ...headers })
    if (events === undefined) return response.end(JSON.stringify(body))
    for (const event of events) response.write(`data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    return cut ? setTimeout(() => response.destroy(), 20) : response.end()
  })
}

/** An SDK client of a provider. */
export const clientOf = (b: Booth, maxRetries = 2) =>
  new OpenAI({ baseURL: b.provider.baseURL, apiKey: 'k', maxRetries })
/** What a request adds. */
export type Asked = Partial<OpenAI.ChatCompletionCreateParamsNonStreaming>
/** Asks for a chat completion. */
export const ask = (client: OpenAI, more: Asked = {}) =>
  client.chat.completions.create({ model: 'acme-1', messages: [{ role: 'user', content: 'Hi' }], ...more })
/** Asks for JSON. */
export const json: Asked = { response_format: { type: 'json_object' } }

/** The account of a test that did this on a provider, live. */
export async function accountAfter(b: Booth, work: () => Promise<unknown>, ran: Partial<Ran> = {}): Promise<Account> {
  const { seen } = await b.attempt('live', () => work().catch(() => undefined))
  return accountOf(seen, { passed: true, provokes: false, started: 1, ended: 2, ...ran })
}

/** What came of each attempt. */
export const causes = ({ attempts }: Account) => attempts.map(({ cause }) => cause)
