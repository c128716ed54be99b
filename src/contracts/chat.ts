import { completionIn, isFilled, isRecord, misfit, shown } from './_chat.ts'
import { unlikeObject } from './_body.ts'
import { chatMessageContracts } from './chat-message.ts'
import type { Breach, Check, Contract } from './contract.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { isChat } from './_once.ts'
import { excerpt } from '../wire/text.ts'

// Seconds pass this in the year 5138; milliseconds passed it in 1973.
const MILLISECONDS_FROM = 1e11

const envelope = {
  mode: 'wire',
  needs: [],
  source: 'OpenAI API reference, Chat Completions, The chat completion object',
  blame: 'wire format',
  applies: (reply: Reply) => completionIn(reply) !== undefined,
} as const satisfies Partial<Contract>

/** What a whole chat completion promises: its envelope, its choices and its message. */
export const chatContracts: readonly Contract[] = [
  {
    ...envelope,
    id: 'chat.envelope.json',
    level: 'must',
    promise: 'Answers what asks for no stream with one JSON object of a JSON content type and no error in it.',
    hint: 'Treat an error in a 2xx body as the failure it is, and look for a proxy that answers in its place.',
    applies: (reply) =>
      isChat(reply) &&
      (reply.asked === undefined ? reply.stream === undefined : !reply.asked.stream) &&
      (reply.exchange.response.end === 'closed' || reply.exchange.response.end === 'aborted'),
    check: unlikeJson,
  },
  {
    ...envelope,
    id: 'chat.envelope.id',
    level: 'should',
    promise: 'Names every completion by a non-empty `id`.',
    hint: 'Log the request id header in place of `id`, and make an id of your own where one is stored.',
    check: keyOf('id', isFilled, 'a non-empty string'),
  },
  {
    ...envelope,
    id: 'chat.envelope.object',
    level: 'should',
    promise: 'Says `chat.completion` as the `object` of a whole completion.',
    hint: 'Tell replies apart by what you asked for, never by `object`.',
    check: keyOf('object', (value) => value === 'chat.completion', '"chat.completion"'),
  },
  {
    ...envelope,
    id: 'chat.envelope.created',
    level: 'should',
    promise: 'Gives `created` as whole seconds since 1970.',
    hint: 'Take the time of arrival in place of `created`.',
    check: keyOf('created', isSeconds, 'whole seconds since 1970'),
  },
  {
    ...envelope,
    id: 'chat.envelope.model',
    level: 'should',
    promise: 'Names the `model` that answered.',
    hint: 'Record the model that you asked for: the reply does not tell which one answered.',
    check: keyOf('model', isFilled, 'a non-empty string'),
  },
  {
    ...envelope,
    id: 'chat.model.echo',
    level: 'info',
    promise: 'Names the model that was asked for as the one that answered.',
    hint: 'Compare prices and verdicts by the model that answered, and pin a dated model where drift matters.',
    source: 'measured: OpenAI answers with a dated snapshot, OpenRouter and DeepSeek often with another name',
    blame: 'gateway',
    applies: (reply) =>
      isChat(reply) && reply.asked?.model !== undefined && reply.model !== undefined && reply.error === undefined,
    check: otherModel,
  },
  ...chatMessageContracts,
]

function unlikeJson(reply: Reply): Breach | undefined {
  const { json, stream, error, text, status, headers } = reply
  if (stream)
    return { says: 'answered with an event stream that was not asked for', event: 0, bytes: excerpt(text, 120) }
  if (json === undefined) return unlikeObject(reply)
  if (error !== undefined && !error.path.startsWith('$.choices')) {
    const message = error.message === undefined ? '' : `: ${shown(error.message)}`
    return {
      says: `answered with an error under HTTP ${status}${message}`,
      path: error.path,
      bytes: excerpt(text, 120),
    }
  }
  if (!isRecord(json)) return unlikeObject(reply)
  if (json.error && !isRecord(json.error)) {
    return { says: `sent ${shown(json.error)} as \`error\` under HTTP ${status}`, path: '$.error' }
  }
  const type = headers['content-type']
  if (type === undefined || /^\s*application\/json\b/i.test(type)) return undefined
  return { says: `called its JSON ${shown(type)}`, bytes: `content-type: ${excerpt(type, 120)}` }
}

function otherModel({ asked, model }: Reply): Breach | undefined {
  const wanted = asked?.model ?? ''
  if (model === undefined || model === wanted) return undefined
  const rest = model.startsWith(wanted) ? model.slice(wanted.length) : ''
  const says = /^[-@:.]?\d{2,}/.test(rest)
    ? `named ${shown(model)} as the model, a dated snapshot of ${shown(wanted)}`
    : `named ${shown(model)} as the model where ${shown(wanted)} was asked for`
  return { says, path: '$.model' }
}

function isSeconds(value: Json | undefined): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value < MILLISECONDS_FROM
}

function keyOf(key: string, fits: (value: Json | undefined) => boolean, wanted: string): Check {
  return (reply) => {
    const value = completionIn(reply)?.[key]
    return fits(value) ? undefined : { says: misfit(key, value, wanted), path: `$.${key}` }
  }
}
