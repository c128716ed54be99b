import type {
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionCreateParamsStreaming,
} from 'openai/resources/chat/completions'

/** The address that every tool answers for; no request ever reaches it. */
export const BASE_URL = 'https://api.openai.com/v1'

/** The kinds of call that are measured. */
export type Kind = 'json' | 'stream'

/** The pieces of the streamed answer, the last one `[DONE]`. */
export const PIECES = 200

const model = 'gpt-5.4-mini-2026-03-17'
const shell = { id: 'chatcmpl-DkT0bZq7sVtYp3JmR8wKx2Lh5Nc', created: 1_790_000_000, model, service_tier: 'default' }

/** What every call asks that is not streamed. */
export const question: ChatCompletionCreateParamsNonStreaming = {
  model: 'gpt-5.4-mini',
  messages: [
    { role: 'system', content: 'You answer in plain prose and name your sources.' },
    { role: 'user', content: 'Explain in a few sentences how tides come about, and why there are two of them a day.' },
  ],
  temperature: 0,
}

/** What every call asks that is streamed. */
export const streamed: ChatCompletionCreateParamsStreaming = { ...question, stream: true }

const words = (
  'The Moon pulls at the side of the Earth that faces it more than at the centre, and at the centre more than at the ' +
  'far side, so the ocean is stretched along the line that joins them: one bulge below the Moon, one on the far side. '
).match(/\S+ /g) as string[]

/** The streamed text, token by token. */
export const tokens: readonly string[] = Array.from(
  { length: PIECES - 3 },
  (_, at) => words[at % words.length] as string,
)

/** The text of both answers. */
export const text: string = tokens.join('')

/** The answer to a call that is not streamed, as OpenAI's servers lay it out. */
export const answer = {
  ...shell,
  object: 'chat.completion',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: text, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: {
    prompt_tokens: 44,
    completion_tokens: 197,
    total_tokens: 241,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
}

const event = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({
    ...shell,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  })}\n\n`

/** The streamed answer, an event a piece. */
export const events: readonly string[] = [
  event({ role: 'assistant', content: '', refusal: null }),
  ...tokens.map((content) => event({ content })),
  event({}, 'stop'),
  'data: [DONE]\n\n',
]

/** The bytes of an answer, piece by piece. */
export const wire: Readonly<Record<Kind, readonly Uint8Array<ArrayBuffer>[]>> = {
  json: [new Uint8Array(Buffer.from(JSON.stringify(answer, null, 2)))],
  stream: events.map((event) => new Uint8Array(Buffer.from(event))),
}

/** The content type of an answer. */
export const contentType: Readonly<Record<Kind, string>> = {
  json: 'application/json',
  stream: 'text/event-stream; charset=utf-8',
}

/** A stream in memory that enqueues all its pieces at once: nothing can hand them out sooner. */
export function inMemory(pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
}
