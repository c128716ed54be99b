import type { Capability } from '../providers/spec.ts'
import { readAsked } from '../wire/ask.ts'
import type { Json, WireRequest } from '../wire/exchange.ts'
import { isRecord, list } from '../wire/guards.ts'

/** Something that an app asks of a provider, and the contracts that must hold for it. */
export interface Feature {
  readonly name: string
  /** What a provider must offer for it. */
  readonly capability?: Capability
  /** Ids of contracts, or areas of them with a dot at the end. */
  readonly contracts: readonly string[]
  /** Whether a request to `path`, below the base URL, uses it. */
  readonly isUsed: (body: Readonly<Record<string, Json>>, path: string) => boolean
}

const has =
  (...keys: string[]) =>
  (body: Readonly<Record<string, Json>>) =>
    keys.some((key) => body[key] !== undefined && body[key] !== null)

const formatOf = ({ response_format: format, text }: Readonly<Record<string, Json>>) => {
  const asked = isRecord(format) ? format : isRecord(text) ? text.format : undefined
  return isRecord(asked) ? asked.type : undefined
}

const messagesOf = (body: Readonly<Record<string, Json>>) =>
  [...list(body.messages), ...list(body.input)].filter(isRecord)
const hasRole = (role: string) => (body: Readonly<Record<string, Json>>) =>
  messagesOf(body).some((message) => message.role === role)
const hasPart =
  (...types: string[]) =>
  (body: Readonly<Record<string, Json>>) =>
    messagesOf(body).some((message) =>
      list(message.content).some((part) => isRecord(part) && types.some((type) => type === part.type)),
    )
const isAt = (end: RegExp) => (_: unknown, path: string) => end.test(path)
const hasTools = (body: Readonly<Record<string, Json>>) =>
  list(body.tools).length > 0 || list(body.functions).length > 0

/** What an app can ask for, most used first. */
const features: readonly Feature[] = [
  {
    name: 'chat completions',
    capability: 'chat',
    contracts: ['chat.', 'finish.', 'usage.present', 'usage.sum', 'error.'],
    isUsed: isAt(/\/chat\/completions$/),
  },
  {
    name: 'streaming',
    capability: 'streaming',
    contracts: ['stream.', 'usage.stream.', 'error.midstream.', 'abort.stops-stream'],
    isUsed: ({ stream }) => stream === true,
  },
  {
    name: 'usage in streams',
    contracts: ['usage.stream.'],
    isUsed: (body) => isRecord(body.stream_options) && body.stream_options.include_usage === true,
  },
  { name: 'system messages', contracts: ['roles.system.obeyed', 'roles.system.multiple'], isUsed: hasRole('system') },
  { name: 'developer messages', contracts: ['roles.developer.accepted-or-4xx'], isUsed: hasRole('developer') },
  { name: 'several turns', contracts: ['multiturn.', 'roles.consecutive-same'], isUsed: hasRole('assistant') },
  { name: 'content in parts', contracts: ['roles.content-parts-text'], isUsed: hasPart('text') },
  { name: 'tools', capability: 'tools', contracts: ['tools.'], isUsed: hasTools },
  {
    name: 'streamed tool calls',
    contracts: ['tools.stream.'],
    isUsed: (body) => body.stream === true && hasTools(body),
  },
  {
    name: 'tool_choice required',
    capability: 'forced_tools',
    contracts: ['tool_choice.required'],
    isUsed: ({ tool_choice: choice }) => choice === 'required',
  },
  { name: 'tool_choice none', contracts: ['tool_choice.none'], isUsed: ({ tool_choice: choice }) => choice === 'none' },
  {
    name: 'tool_choice by name',
    capability: 'named_tools',
    contracts: ['tool_choice.named'],
    isUsed: ({ tool_choice: choice }) => isRecord(choice),
  },
  {
    name: 'strict tools',
    capability: 'strict_tools',
    contracts: ['tools.args.strict-always-valid'],
    isUsed: ({ tools }) =>
      list(tools).some((one) => isRecord(one) && isRecord(one.function) && one.function.strict === true),
  },
  {
    name: 'parallel_tool_calls',
    capability: 'parallel_tools',
    contracts: ['tools.parallel.'],
    isUsed: has('parallel_tool_calls'),
  },
  {
    name: 'tool results',
    contracts: ['roundtrip.', 'roles.assistant.null-content-history'],
    isUsed: (body) => hasRole('tool')(body) || messagesOf(body).some(({ type }) => type === 'function_call_output'),
  },
  {
    name: 'json_object',
    capability: 'json_object',
    contracts: ['json_object.'],
    isUsed: (body) => formatOf(body) === 'json_object',
  },
  {
    name: 'json_schema',
    capability: 'json_schema',
    contracts: ['json_schema.'],
    isUsed: (body) => formatOf(body) === 'json_schema',
  },
  {
    name: 'a limit of tokens',
    contracts: ['max_tokens.', 'finish.length'],
    isUsed: has('max_tokens', 'max_completion_tokens', 'max_output_tokens'),
  },
  { name: 'stop sequences', capability: 'stop', contracts: ['stop.'], isUsed: has('stop') },
  { name: 'several choices', capability: 'n', contracts: ['n.'], isUsed: ({ n }) => typeof n === 'number' && n > 1 },
  { name: 'seed', capability: 'seed', contracts: ['seed.'], isUsed: has('seed') },
  { name: 'logprobs', capability: 'logprobs', contracts: ['logprobs.'], isUsed: has('logprobs', 'top_logprobs') },
  { name: 'logit_bias', capability: 'logit_bias', contracts: ['logit_bias.'], isUsed: has('logit_bias') },
  { name: 'temperature', contracts: ['temperature.zero', 'params.'], isUsed: has('temperature', 'top_p') },
  {
    name: 'user, metadata, store',
    contracts: ['metadata-fields.tolerated'],
    isUsed: has('user', 'metadata', 'store', 'service_tier'),
  },
  {
    name: 'reasoning controls',
    capability: 'reasoning',
    contracts: ['reasoning.'],
    isUsed: has('reasoning', 'reasoning_effort', 'thinking', 'enable_thinking'),
  },
  { name: 'images', capability: 'vision', contracts: ['vision.'], isUsed: hasPart('image_url', 'input_image') },
  {
    name: 'audio',
    capability: 'audio',
    contracts: ['audio.'],
    isUsed: (body, path) => hasPart('input_audio')(body) || /\/audio\//.test(path),
  },
  {
    name: 'files',
    capability: 'files',
    contracts: ['file.', 'files.'],
    isUsed: (body, path) => hasPart('file', 'input_file')(body) || /\/files(\/|$)/.test(path),
  },
  { name: 'embeddings', capability: 'embeddings', contracts: ['emb.'], isUsed: isAt(/\/embeddings$/) },
  {
    name: 'dimensions of embeddings',
    capability: 'embedding_dimensions',
    contracts: ['emb.dimensions-param'],
    isUsed: has('dimensions'),
  },
  { name: 'the list of models', capability: 'models', contracts: ['models.'], isUsed: isAt(/\/models(\/|$)/) },
  { name: 'batches', capability: 'batches', contracts: ['batches.'], isUsed: isAt(/\/batches(\/|$)/) },
  { name: 'the Responses API', capability: 'responses', contracts: ['responses.'], isUsed: isAt(/\/responses$/) },
  {
    name: 'previous_response_id',
    capability: 'response_state',
    contracts: ['responses.previous_response_id'],
    isUsed: has('previous_response_id'),
  },
]

/** The features that a request uses. */
export function featuresOf(request: WireRequest): Feature[] {
  const body = readAsked(request)?.body ?? {}
  const [path = ''] = request.url.replace(/^https?:\/\/[^/]+/, '').split(/[?#]/, 1)
  return features.filter(({ isUsed }) => isUsed(body, path))
}

/** Whether a contract must hold for a feature. */
export function concerns({ contracts }: Feature, contract: string): boolean {
  return contracts.some((one) => (one.endsWith('.') ? contract.startsWith(one) : contract === one))
}
