import OpenAI from 'openai'
import type { Exchange, Piece } from '../../src/wire/exchange.ts'
import { note, tie } from '../../src/wire/seen.ts'

type Answer = Response | Error

/** A client whose calls are answered with these in turn, and noted as by the recorder; an `Error` fails the call. */
export function client(...answers: readonly Answer[]): OpenAI {
  let next = 0
  return new OpenAI({
    apiKey: 'test',
    baseURL: 'https://api.deepseek.com',
    maxRetries: 0,
    fetch: async (url, init) => {
      const answer = answers[next++]
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('No answer is left.')
      return passed(answer, new Request(url, init).url, typeof init?.body === 'string' ? init.body : '', next)
    },
  })
}

/** A response that has passed the wire: tied to its exchange, whose pieces fill as it is read. */
export function passed(
  answer: Response,
  url = 'https://api.deepseek.com/chat/completions',
  text = '',
  number = 1,
): Response {
  const pieces: Piece[] = []
  const response = {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    pieces,
    end: 'open' as 'open' | 'closed' | 'aborted' | 'cancelled',
  }
  const exchange: Exchange = {
    request: { method: 'POST', url, contentType: 'application/json', text },
    response,
    provider: { name: 'deepseek', label: 'DeepSeek' },
    evidence: { seen: 'live', number },
  }
  const reader = answer.body?.getReader()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
        if (value !== undefined) {
          pieces.push({ at: pieces.length, bytes: value })
          controller.enqueue(value)
        }
        if (!done) return
        response.end = 'closed'
        controller.close()
      } catch (error) {
        response.end = 'aborted'
        controller.error(error)
      }
    },
    cancel() {
      response.end = 'cancelled'
    },
  })
  const handle = new Response(body, { status: answer.status, headers: answer.headers })
  tie(exchange, handle, handle.headers)
  note(exchange, performance.now())
  return handle
}

/** A response whose connection breaks after this much of its body. */
export function broken(text: string, contentType: string): Response {
  let sent = false
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(new TypeError('terminated'))
      else controller.enqueue(new TextEncoder().encode(text))
      sent = true
    },
  })
  return new Response(body, { headers: { 'content-type': contentType } })
}
