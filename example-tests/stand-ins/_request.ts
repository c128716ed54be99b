import { type Json, type JsonObject, isObject } from './_json.ts'
import { textInPdf } from './_pdf.ts'

export interface Message {
  readonly role: string
  readonly raw: JsonObject
  /** The text of the message: a string, or its text parts joined. */
  readonly text: string
  /** URLs of its image parts. */
  readonly images: readonly string[]
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly parameters: JsonObject
}

/** A chat completion request, read once into what a model and a dialect decide on. */
export interface ChatRequest {
  readonly raw: JsonObject
  readonly model: string
  readonly messages: readonly Message[]
  readonly tools: readonly Tool[]
  readonly toolChoice: 'auto' | 'none' | 'required' | 'named'
  readonly namedTool: string | undefined
  readonly parallel: boolean
  readonly format: 'text' | 'json_object' | 'json_schema'
  readonly schema: JsonObject | undefined
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly maxTokens: number | undefined
  readonly stop: readonly string[]
  readonly n: number
}

/** Reads a parsed body; undefined where `messages` is missing or empty. */
export function readChatRequest(raw: JsonObject): ChatRequest | undefined {
  if (!Array.isArray(raw['messages']) || raw['messages'].length === 0) return undefined
  const choice = raw['tool_choice']
  const named = isObject(choice) && isObject(choice['function']) ? choice['function']['name'] : undefined
  const format = isObject(raw['response_format']) ? raw['response_format'] : {}
  const schema = isObject(format['json_schema']) ? format['json_schema']['schema'] : undefined
  return {
    raw,
    model: typeof raw['model'] === 'string' ? raw['model'] : '',
    messages: raw['messages'].filter(isObject).map(readMessage),
    tools: (Array.isArray(raw['tools']) ? raw['tools'] : []).flatMap(readTool),
    toolChoice: typeof named === 'string' ? 'named' : choice === 'none' || choice === 'required' ? choice : 'auto',
    namedTool: typeof named === 'string' ? named : undefined,
    parallel: raw['parallel_tool_calls'] !== false,
    format: format['type'] === 'json_object' || format['type'] === 'json_schema' ? format['type'] : 'text',
    schema: isObject(schema) ? schema : undefined,
    stream: raw['stream'] === true,
    includeUsage: isObject(raw['stream_options']) && raw['stream_options']['include_usage'] === true,
    maxTokens: numberIn(raw['max_completion_tokens']) ?? numberIn(raw['max_tokens']),
    stop: [raw['stop'] ?? []].flat().filter((stop): stop is string => typeof stop === 'string' && stop !== ''),
    n: numberIn(raw['n']) ?? 1,
  }
}

function numberIn(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function readMessage(raw: JsonObject): Message {
  const content = raw['content']
  const parts = Array.isArray(content) ? content.filter(isObject) : []
  return {
    role: typeof raw['role'] === 'string' ? raw['role'] : '',
    raw,
    text: typeof content === 'string' ? content : parts.flatMap(textOfPart).join('\n'),
    images: parts.flatMap((part) => {
      const url = isObject(part['image_url']) ? part['image_url']['url'] : part['image_url']
      return typeof url === 'string' ? [url] : []
    }),
  }
}

function textOfPart({ text, file }: JsonObject): string[] {
  if (typeof text === 'string') return [text]
  return isObject(file) ? [textInPdf(file['file_data'])] : []
}

function readTool(raw: Json): Tool[] {
  const declared = isObject(raw) ? raw['function'] : undefined
  if (!isObject(declared) || typeof declared['name'] !== 'string') return []
  const { name, description, parameters } = declared
  return [
    {
      name,
      description: typeof description === 'string' ? description : '',
      parameters: isObject(parameters) ? parameters : { type: 'object', properties: {} },
    },
  ]
}

/** The last message of the user; empty text where there is none. */
export function lastUser(request: ChatRequest): Message {
  const found = request.messages.findLast((message) => message.role === 'user')
  return found ?? { role: 'user', raw: {}, text: '', images: [] }
}

/** About four characters a token, as providers' own rules of thumb say. */
export function tokensIn(text: string): number {
  return Math.ceil(Array.from(text).length / 4)
}

/** Tokens of all the model reads: messages, tools, schema; an image counts as 85, as OpenAI counts a small one. */
export function promptTokens(request: ChatRequest): number {
  const messages = request.messages.reduce(
    (sum, { text, images, raw }) =>
      sum +
      4 +
      tokensIn(text) +
      85 * images.length +
      (raw['tool_calls'] ? tokensIn(JSON.stringify(raw['tool_calls'])) : 0),
    0,
  )
  const tools = request.tools.length === 0 ? 0 : tokensIn(JSON.stringify(request.tools))
  return messages + tools + (request.schema === undefined ? 0 : tokensIn(JSON.stringify(request.schema)))
}

/** Whether any message says "json", as several JSON modes demand. */
export function mentionsJson(request: ChatRequest): boolean {
  return request.messages.some(({ text }) => /json/i.test(text))
}

/** Place of the first message with a part of a type, such as `input_audio`; -1 where there is none. */
export function partAt(request: ChatRequest, type: string): number {
  return request.messages.findIndex(({ raw: { content } }) =>
    (Array.isArray(content) ? content : []).some((part) => isObject(part) && part['type'] === type),
  )
}

/** Place of the first message with an image part; -1 where there is none. */
export function imageAt(request: ChatRequest): number {
  return request.messages.findIndex(({ images }) => images.length > 0)
}
