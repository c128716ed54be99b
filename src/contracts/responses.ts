import { filled, isClosed, isRecord, num, parseJson } from './_failures.ts'
import { isAnswer, itemsOf, responseIn, type Found } from './_responses.ts'
import { isOpenText } from './json.ts'
import { responsesStreamContracts } from './responses-stream.ts'
import { unlikeObject } from './_body.ts'
import type { Breach, Contract } from './contract.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { shown } from './_chat.ts'

const wire = { mode: 'wire', needs: ['responses'], blame: 'wire format' } as const

/** What the Responses API promises: its envelope, its counts, and every event of its stream. */
export const responsesContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'responses.envelope',
    level: 'must',
    promise:
      'Gives a response its `id`, `object` "response", a known `status`, an `output` array and whole seconds in `created_at`.',
    hint: 'Read only `output` and `status`, each with a fallback, and round `created_at`.',
    source:
      'OpenAI API reference, Responses, The response object; measured: one host writes `created_at` as a float in 4 of 13 responses, nobody else does.',
    applies: (reply) => responseIn(reply) !== undefined || isOther(reply),
    check: (reply) => (isOther(reply) ? unlikeObject(reply) : unlikeResponse(reply)),
  },
  {
    ...wire,
    id: 'responses.usage-sum',
    level: 'should',
    promise: 'Counts a total that is the sum of input and output tokens.',
    hint: 'Add input and output yourself, and count no `total_tokens`.',
    source: 'OpenAI API reference, Responses, The response object, `usage`; measured: kept by all of 1,618 replies.',
    applies: (reply) => countsIn(reply) !== undefined,
    check(reply) {
      const { input = 0, output = 0, total = 0, path = '', event } = countsIn(reply) ?? {}
      if (input + output === total) return undefined
      return { says: `counted ${input} input and ${output} output tokens, but a total of ${total}`, path, ...at(event) }
    },
  },
  {
    ...wire,
    id: 'responses.incomplete',
    level: 'should',
    promise: 'Marks an answer cut at `max_output_tokens` as `incomplete`, and says the reason.',
    hint: 'Compare `usage.output_tokens` with your limit, and treat an answer that reached it as cut off.',
    source: 'OpenAI API reference, Responses, `status` and `incomplete_details.reason`.',
    applies: (reply) => responseIn(reply)?.response.status === 'incomplete' || reachedLimit(reply),
    check: unlikeIncomplete,
  },
  ...responsesStreamContracts,
]

/** True where something else than JSON's object answers a request for a response. */
function isOther(reply: Reply): boolean {
  return isAnswer(reply) && !reply.stream && isClosed(reply) && !reply.error && !isRecord(reply.json)
}

const STATUSES = new Set(['completed', 'failed', 'in_progress', 'cancelled', 'queued', 'incomplete'])

const FIELDS: readonly (readonly [name: string, wanted: string, fits: (value: Json | undefined) => boolean])[] = [
  ['object', '"response"', (value) => value === 'response'],
  ['id', 'a non-empty string', (value) => filled(value) !== undefined],
  ['status', 'one of its six words', (value) => typeof value === 'string' && STATUSES.has(value)],
  ['output', 'an array', (value) => Array.isArray(value)],
  ['created_at', 'whole seconds', (value) => Number.isSafeInteger(value)],
]

function unlikeResponse(reply: Reply): Breach | undefined {
  const found = responseIn(reply)
  if (!found) return undefined
  const { response, path, event } = found
  for (const [name, wanted, fits] of FIELDS) {
    const value = response[name]
    if (fits(value)) continue
    const what = value === undefined ? `left out \`${name}\`` : `sent \`${name}\` as ${shown(value)}, not as ${wanted}`
    return { says: what, path: `${path}.${name}`, ...at(event) }
  }
  const float = floatIn(found)
  if (float === undefined) return undefined
  return {
    says: `wrote \`created_at\` as the float ${float}`,
    path: `${path}.created_at`,
    ...at(event),
    bytes: `"created_at":${float}`,
  }
}

/** `1787150054.0` is a whole number for JavaScript, and none for a client that reads an integer. */
function floatIn({ response, text }: Found): string | undefined {
  for (const [, digits] of text.matchAll(/(?<!\\)"created_at"\s{0,8}:\s{0,8}(\d{1,20}\.\d{1,20})/g)) {
    if (Number(digits) === response.created_at) return digits
  }
  return undefined
}

function countsIn(
  reply: Reply,
): { input: number; output: number; total: number; path: string; event: number | undefined } | undefined {
  const found = responseIn(reply)
  const usage = found?.response.usage
  if (!found || !isRecord(usage)) return undefined
  const [input, output, total] = [num(usage.input_tokens), num(usage.output_tokens), num(usage.total_tokens)]
  if (input === undefined || output === undefined || total === undefined) return undefined
  return { input, output, total, path: `${found.path}.usage.total_tokens`, event: found.event }
}

/**
 * Whether the output is as long as the request allowed, and looks cut: arguments that are no JSON, an item that says so
 * itself, JSON that is not closed, or a text without an end. An answer may end by itself at exactly the limit.
 */
function reachedLimit(reply: Reply): boolean {
  const found = responseIn(reply)
  const limit = num(reply.asked?.body.max_output_tokens)
  const spent = countsIn(reply)?.output
  if (!found || limit === undefined || spent === undefined || spent < limit) return false
  const [answer] = reply.answers
  const isCut = (answer?.toolCalls ?? []).some((call) => parseJson(call.arguments) === undefined)
  const isOpen = itemsOf(found.response).some(({ status }) => status === 'incomplete' || status === 'in_progress')
  return isCut || isOpen || isOpenText(answer?.text ?? '')
}

function unlikeIncomplete(reply: Reply): Breach | undefined {
  const found = responseIn(reply)
  if (!found) return undefined
  const { response, path, event } = found
  const details = response.incomplete_details
  const reason = isRecord(details) ? filled(details.reason) : undefined
  if (response.status !== 'incomplete') {
    const spent = countsIn(reply)?.output
    const says = `spent ${spent} output tokens, all that max_output_tokens allowed, and called the cut answer ${shown(response.status)}`
    return { says, path: `${path}.status`, ...at(event) }
  }
  if (reason !== undefined) return undefined
  return { says: 'called the answer incomplete without a reason', path: `${path}.incomplete_details`, ...at(event) }
}

function at(event: number | undefined): { event?: number } {
  return event === undefined ? {} : { event }
}
