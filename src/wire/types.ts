import type { Exchange, Json } from './exchange.ts'

/** Which of OpenAI's APIs an exchange speaks. */
export type Api = 'chat' | 'responses' | 'completions' | 'embeddings' | 'models' | 'unknown'

/** One server-sent event as it stood on the wire. */
export interface WireEvent {
  /** The `event:` field, or undefined. */
  readonly event: string | undefined
  /** The `data:` field, lines joined by newline. */
  readonly data: string
  /** `data` parsed; undefined where it is not JSON (`[DONE]` included). */
  readonly json: Json | undefined
  /** Milliseconds since the request, from the piece in which the event was completed. */
  readonly at: number
}

export interface ToolCall {
  /**
   * Position in the answer: the wire's `index` in a stream, the array position otherwise, the order of the calls for
   * the Responses API. Two calls may share one: some providers send parallel calls all with index 0.
   */
  readonly index: number
  /** `call_id` for the Responses API; `''` where the wire had only that. */
  readonly id: string | undefined
  readonly name: string
  /** The arguments as the wire has them: text that should be JSON; for a custom tool its free-form input. */
  readonly arguments: string
  /** Present where the wire had JSON in place of text; `arguments` is then its JSON text, its spacing lost. */
  readonly argumentsJson?: Json
}

/** One choice of a chat completion, or the output of a Responses API reply: whole, however it came. */
export interface Answer {
  readonly index: number
  /** The text, concatenated; undefined where the wire carried none (`null`, absent, or only tool calls). */
  readonly text: string | undefined
  readonly refusal: string | undefined
  /** Reasoning text, from whichever field carries it. */
  readonly reasoning: string | undefined
  readonly toolCalls: readonly ToolCall[]
  /** Every finish reason that is a string, in order of arrival; for the Responses API the matching chat word. */
  readonly finishReasons: readonly string[]
  /** Events that carried text, reasoning, refusal or tool-call data for this choice; 1 for a whole reply with any. */
  readonly contentEvents: number
  /** Present where `content` was JSON in place of text (Cloudflare's JSON mode); `text` is then its JSON text. */
  readonly contentJson?: Json
}

/** Token counts in OpenAI's chat spelling, whichever API reported them; undefined where the wire is silent. */
export interface Usage {
  readonly promptTokens: number | undefined
  readonly completionTokens: number | undefined
  readonly totalTokens: number | undefined
  readonly reasoningTokens: number | undefined
  readonly cachedTokens: number | undefined
  /** JSON path of the object that was read, within its event or body, such as `$.usage` or `$.x_groq.usage`. */
  readonly path: string
}

/**
 * The form of an error body. `openai` is `{ error: { message, … } }`; the others name what stood there instead:
 * `flat` has the message at the top level, `string-error` is `{ error: "text" }`, `detail` is `{ detail }`, `array` a
 * JSON array around the error, `base-resp` is MiniMax's `{ base_resp: { status_code, status_msg } }`, `string` a bare
 * JSON string, `html` and `text` no JSON at all, `sse` an event-stream line in a body that should be JSON, `empty` no
 * body, `other` JSON without a recognisable message.
 */
export type ErrorForm =
  | 'openai'
  | 'flat'
  | 'string-error'
  | 'detail'
  | 'array'
  | 'base-resp'
  | 'string'
  | 'html'
  | 'text'
  | 'sse'
  | 'empty'
  | 'other'

/** An error as the wire has it, in an HTTP body or inside a stream. */
export interface WireError {
  readonly form: ErrorForm
  /** The best message found, whatever the form; undefined where there is none. */
  readonly message: string | undefined
  /** `type`, `code` and `param` as the wire has them, undefined where the key is absent. */
  readonly type: Json | undefined
  readonly code: Json | undefined
  readonly param: Json | undefined
  /** The object in which message, type, code and param were looked for; undefined where the body is not JSON. */
  readonly fields: Readonly<Record<string, Json>> | undefined
  /** JSON path of that object in its body or event: `$.error`, `$`, `$[0].error`. */
  readonly path: string
  /** Index of the event that carried it; undefined for an HTTP body. */
  readonly eventIndex: number | undefined
}

/** What a stream did besides carrying content. */
export interface StreamFacts {
  readonly events: readonly WireEvent[]
  /** Number of `:` comment lines. */
  readonly comments: number
  /** Indices of events whose data is neither JSON nor `[DONE]`. */
  readonly malformed: readonly number[]
  /** Number of `data: [DONE]` events. */
  readonly doneCount: number
  /** True where the terminal event came: `[DONE]`; for the Responses API `response.completed|incomplete|failed`. */
  readonly terminated: boolean
  /** Text of an unfinished last event: bytes after the last blank line. Empty where the stream ended on one. */
  readonly tail: string
}

/** What the request asked for, as far as a verdict depends on it; each undefined where the request is unknown. */
export interface Asked {
  readonly body: Readonly<Record<string, Json>>
  readonly model: string | undefined
  readonly stream: boolean
  readonly includeUsage: boolean
  /** Declared function tools by name, each with its parameters schema (undefined: none declared). */
  readonly tools: ReadonlyMap<string, Json | undefined>
  /** The function that `tool_choice` named, if it named one. */
  readonly namedTool: string | undefined
  readonly maxTokens: number | undefined
}

/** An exchange read once into plain facts: what a matcher sees. */
export interface Reply {
  readonly exchange: Exchange
  readonly api: Api
  readonly asked: Asked | undefined
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The body decoded to text. */
  readonly text: string
  /** The body parsed, where it is one JSON document and no stream. */
  readonly json: Json | undefined
  /** Present where the body is an event stream. */
  readonly stream: StreamFacts | undefined
  /** By index. Empty for errors and for APIs without answers. */
  readonly answers: readonly Answer[]
  readonly usage: Usage | undefined
  /** The error of a non-2xx body, of a 2xx body that holds one, or inside a stream. */
  readonly error: WireError | undefined
  /** The model that the answer names. */
  readonly model: string | undefined
}
