import { type Json, type JsonObject, compact, isObject } from './_json.ts'
import { lookAt } from './_png.ts'
import { imagesAskedFor, recalled, thought } from './_recall.ts'
import { type Script, script } from './_script.ts'
import { type ChatRequest, type Tool, lastUser, promptTokens, tokensIn } from './_request.ts'
import { counting, forced, obeying, remembered } from './_rules.ts'
import { hintsFrom, instanceOf } from './_schema.ts'

/** What the model says, before any provider frames it. The same request gets the same answer from every stand-in. */
export interface Answer {
  /** Undefined where the answer is only tool calls. */
  readonly text: string | undefined
  readonly toolCalls: readonly ToolCall[]
  /** Undefined where the provider does not think, or shows nothing of it. */
  readonly reasoning: string | undefined
  readonly finish: 'stop' | 'length' | 'tool_calls'
  readonly promptTokens: number
  /** Reasoning included. */
  readonly completionTokens: number
  readonly reasoningTokens: number
}

interface ToolCall {
  readonly name: string
  readonly arguments: JsonObject
  /** The arguments as they stand on the wire: cut where the token limit fell. */
  readonly json: string
}

/** How a provider's models lay JSON out, and whether they think first. */
export interface Manner {
  readonly content: (value: Json) => string
  readonly arguments: (value: Json) => string
  readonly thinking: boolean
}

const plain: Manner = { content: compact, arguments: compact, thinking: false }

/** Answers a request: tools, JSON modes, images, `stop` and the token limit are obeyed. */
export function answer(request: ChatRequest, manner: Manner = plain): Answer {
  const entry = script.find(({ prompt }) => lastUser(request).text.includes(prompt))
  const calls = callsFor(request, entry, manner)
  const full = calls.length > 0 ? undefined : beforeStop(textFor(request, entry, manner), request.stop)
  const reasoning = manner.thinking ? thought(request) : undefined
  return limited({ text: full, toolCalls: calls, reasoning }, request)
}

function callsFor(request: ChatRequest, entry: Script | undefined, manner: Manner): ToolCall[] {
  const { tools, toolChoice, namedTool } = request
  if (tools.length === 0 || toolChoice === 'none' || request.messages.at(-1)?.role === 'tool') return []
  const allowed = toolChoice === 'named' ? tools.filter((tool) => tool.name === namedTool) : tools
  const scripted = (entry?.calls ?? []).flatMap((call) => {
    const tool = allowed.find(({ name }) => name === call.tool)
    return tool === undefined ? [] : [called(tool, call.arguments, request, manner)]
  })
  if (scripted.length > 0) return request.parallel ? scripted : scripted.slice(0, 1)
  const chosen = mostFitting(allowed, lastUser(request).text) ?? (toolChoice === 'auto' ? undefined : allowed[0])
  return chosen === undefined ? [] : [called(chosen, entry?.json ?? {}, request, manner)]
}

function called(tool: Tool, facts: JsonObject, request: ChatRequest, manner: Manner): ToolCall {
  const filled = instanceOf(tool.parameters, hintsFrom(lastUser(request).text, facts))
  return { name: tool.name, arguments: isObject(filled) ? filled : {}, json: manner.arguments(filled) }
}

const idle = new Set(
  'a an and any call current for from get given in is it of on one or the this to tool use what with you'.split(' '),
)

function tellingWords(text: string): Set<string> {
  return new Set((text.toLowerCase().match(/[a-z]{2,}/g) ?? []).filter((word) => !idle.has(word)))
}

/** The tool whose name and description share most words with the prompt; undefined where none shares any. */
function mostFitting(tools: readonly Tool[], prompt: string): Tool | undefined {
  const asked = tellingWords(prompt)
  const score = ({ name, description }: Tool) =>
    [...tellingWords(`${name.replace(/[_-]/g, ' ')} ${description}`)].filter((word) => asked.has(word)).length
  const [best] = tools.toSorted((one, other) => score(other) - score(one))
  return best !== undefined && score(best) > 0 ? best : undefined
}

function textFor(request: ChatRequest, entry: Script | undefined, manner: Manner): string {
  const asked = lastUser(request)
  const results = request.messages.slice(request.messages.findLastIndex(({ role }) => role !== 'tool') + 1)
  const told = [asked.text, ...results.map(({ text }) => text)].join('\n')
  if (request.format === 'json_schema') {
    return manner.content(instanceOf(request.schema, hintsFrom(told, { ...entry?.json, ...entry?.also })))
  }
  if (request.format === 'json_object') return manner.content(entry?.json ?? objectAskedFor(told))
  if (results.length > 0) return `According to the tool: ${results.map(({ text }) => text).join('; ')}`
  if (asked.images.length > 0)
    return imagesAskedFor(request)
      .map((url) => describe(url, asked.text))
      .join(', ')
  if (entry?.json !== undefined) return manner.content(entry.json)
  const text =
    forced(request) ??
    entry?.text ??
    counting(asked.text) ??
    remembered(request) ??
    exactly(asked.text) ??
    recalled(request) ??
    `You wrote: ${asked.text.slice(0, 300)}`
  return obeying(request, text)
}

/** `keys name and age` becomes those keys; without such words, one key that holds the prompt. */
function objectAskedFor(prompt: string): Json {
  const listed = /\bkeys?:?\s+([^.:;\n]+)/.exec(prompt.replace(/\([^)]*\)/g, ''))?.[1] ?? ''
  const keys = listed.split(/,|\band\b/).flatMap((part) => /^\W*([A-Za-z_]\w*)\W*$/.exec(part)?.[1] ?? [])
  if (keys.length === 0) return { answer: `You wrote: ${prompt.slice(0, 100)}` }
  const properties = Object.fromEntries(keys.map((key) => [key, { type: 'string' }]))
  return instanceOf({ type: 'object', properties }, hintsFrom(prompt))
}

function describe(url: string, prompt: string): string {
  const picture = lookAt(url)
  if (picture === undefined) return 'unknown'
  const size = `${picture.width} x ${picture.height} pixels`
  if (/colou?r/i.test(prompt)) return picture.colour ?? 'unknown'
  return picture.colour === undefined ? `An image of ${size}.` : `A ${picture.colour} image of ${size}.`
}

/** `Reply with exactly: ping-7` is obeyed to the letter. */
function exactly(prompt: string): string | undefined {
  return /\b(?:exactly|verbatim|only)\b[^:"\n]*(?::\s*"?|")([^"\n]+)/i.exec(prompt)?.[1]?.trim()
}

function beforeStop(text: string, stop: readonly string[]): string {
  const places = stop.map((mark) => text.indexOf(mark)).filter((at) => at !== -1)
  return places.length === 0 ? text : text.slice(0, Math.min(...places))
}

/** Cuts what the token limit does not allow: reasoning is spent first, then the text, then the calls. */
function limited(full: Pick<Answer, 'text' | 'toolCalls' | 'reasoning'>, request: ChatRequest): Answer {
  let left = Math.max(0, request.maxTokens ?? Infinity)
  let cut = false
  const spend = (text: string): string => {
    const kept =
      left === Infinity
        ? text
        : Array.from(text)
            .slice(0, left * 4)
            .join('')
    cut ||= kept !== text
    left -= tokensIn(kept)
    return kept
  }
  const reasoning = full.reasoning === undefined ? undefined : spend(full.reasoning)
  const text = full.text === undefined ? undefined : spend(full.text)
  const toolCalls: ToolCall[] = []
  for (const call of full.toolCalls) {
    if (left > 0) toolCalls.push({ ...call, json: spend(call.json) })
    else cut = true
  }
  const parts = [reasoning ?? '', text ?? '', ...toolCalls.map(({ json }) => json)]
  return {
    text: text ?? (toolCalls.length === 0 ? '' : undefined),
    toolCalls,
    reasoning,
    finish: cut ? 'length' : toolCalls.length > 0 ? 'tool_calls' : 'stop',
    promptTokens: promptTokens(request),
    completionTokens: parts.reduce((sum, part) => sum + tokensIn(part), 0),
    reasoningTokens: tokensIn(reasoning ?? ''),
  }
}
