import { readDate, readDuration } from '../wire/duration.ts'
import { filled, isRecord, isSuccess, list, type JsonObject } from './_failures.ts'
import type { Breach, Contract } from './contract.ts'
import { isRequestIdHeader, requestIdOf } from '../wire/request-id.ts'
import type { Reply } from '../wire/types.ts'
import { finalProviderIn, ROUTE_HEADERS } from '../wire/upstream.ts'
import { excerpt } from '../wire/text.ts'
import { shown } from './_chat.ts'

const wire = { mode: 'wire', blame: 'wire format' } as const

/** What the headers promise, and what they and the body tell of money and of the way that a call took. */
export const headersContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'headers.request-id',
    level: 'should',
    needs: [],
    promise: 'Names every request, by `x-request-id` or by an id of its own in a header or beside the answer.',
    hint: 'Log the time, the model and the `id` of the answer: support can find a call by these.',
    source: 'OpenAI API reference, Debugging requests: log `x-request-id`; other providers have names of their own.',
    applies: canTellId,
    check: (reply) =>
      requestIdOf(reply) === undefined ? { says: 'named the request in none of its headers' } : undefined,
  },
  {
    ...wire,
    id: 'headers.ratelimit-parseable',
    level: 'may',
    needs: [],
    promise: 'Writes limits and what remains of them as numbers, and resets as a duration or a time.',
    hint: 'Ignore this header, and wait by `retry-after` or with growing pauses.',
    source:
      'OpenAI guide, Rate limits, in headers ("1s", "6m0s"); measured: seconds, Go durations and Unix milliseconds, counted per request, token, minute, hour and day.',
    applies: ({ headers }) => Object.keys(headers).some((name) => LIMIT.test(name)),
    check: oddLimit,
  },
  {
    ...wire,
    id: 'headers.billing-cost',
    level: 'info',
    needs: [],
    promise: 'Reports what a call cost, in money or in tokens, beside its `usage`.',
    hint: 'Compute costs from the price list where this is silent.',
    source:
      'Measured: gateways and some providers add a cost to `usage`, others count tokens or time in headers; OpenAI does neither.',
    applies: (reply) => isSuccess(reply) && (reply.answers.length > 0 || reply.usage !== undefined),
    check: costIn,
  },
  {
    ...wire,
    id: 'provenance.route',
    level: 'info',
    needs: ['gateway'],
    promise: 'Says which provider and which model answered behind it.',
    hint: 'Group results by this route: the same model name answers differently behind each upstream.',
    source: 'Measured: `provider` and `native_finish_reason` in the body, or a header such as x-inference-provider.',
    blame: 'gateway',
    applies: (reply) => isSuccess(reply) && (reply.answers.length > 0 || reply.usage !== undefined),
    check: routeIn,
  },
]

/** Other recorders drop headers, the ids among them; what the reply exposes to browsers, or any `x-`, shows which. */
function canTellId({ status, headers, exchange }: Reply): boolean {
  const names = Object.keys(headers)
  if (status < 200 || names.length === 0 || exchange.evidence.seen !== 'given') return status >= 200 && names.length > 0
  const exposed = (headers['access-control-expose-headers'] ?? '').toLowerCase().split(/\s*,\s*/)
  const dropped = exposed.some((name) => isRequestIdHeader(name) && headers[name] === undefined)
  return names.some((name) => name.startsWith('x-')) && !dropped
}

const LIMIT = /^(?:x-)?ratelimit-(limit|remaining|reset|renewalperiod)(?=-|$)/

function oddLimit({ headers }: Reply): Breach | undefined {
  for (const [name, value] of Object.entries(headers)) {
    const what = LIMIT.exec(name)?.[1]
    if (what === undefined || (what === 'limit' || what === 'remaining' ? isNumber(value) : isTime(value))) continue
    const wanted = what === 'limit' || what === 'remaining' ? 'a number' : 'a duration or a time'
    return { says: `sent ${name} as ${shown(value)}, not as ${wanted}`, bytes: `${name}: ${value.slice(0, 80)}` }
  }
  return undefined
}

/** A number; the IETF draft adds windows after it (`100, 100;w=60`), and Azure writes -1 where there is no limit. */
function isNumber(value: string): boolean {
  return /^\s*-?\d{1,30}(\.\d{1,30})?\s*([,;]|$)/.test(value)
}

function isTime(value: string): boolean {
  return readDuration(value) !== undefined || readDate(value) !== undefined || /^\s*-\d+/.test(value)
}

const COST_HEADER =
  /^(x-)?(litellm-response-cost|req-cost-time|ratelimit-tokens-query-cost|fireworks-[\w-]+-tokens|amzn-bedrock-(in|out)put-token-count)$/
const COST_FIELDS = ['cost', 'total_cost', 'cost_in_usd_ticks', 'estimated_cost', 'market_cost', 'copilot_usage']

function costIn(reply: Reply): Breach | undefined {
  for (const { json, event } of documents(reply)) {
    const inner = isRecord(json.response) ? json.response : json
    const root = inner === json ? '$' : '$.response'
    for (const [path, object] of [
      [`${root}.usage`, inner.usage],
      [root, inner],
    ] as const) {
      const name = isRecord(object) && COST_FIELDS.find((field) => isCost(object[field]))
      if (!isRecord(object) || !name) continue
      const cost = object[name]
      const said = typeof cost === 'number' || typeof cost === 'string' ? ` ${excerpt(String(cost), 40)}` : ''
      return { says: `reported \`${name}\`${said}`, path: `${path}.${name}`, ...event }
    }
  }
  const header = Object.entries(reply.headers).find(([name]) => COST_HEADER.test(name))
  return header && { says: `reported ${header[0]} ${excerpt(header[1], 40)} in its headers` }
}

function isCost(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^\$?[\d.]+/.test(value)) || isRecord(value)
}

function routeIn(reply: Reply): Breach | undefined {
  const header = ROUTE_HEADERS.find((name) => filled(reply.headers[name]) !== undefined)
  const routes = header === undefined ? [] : [`${header} ${JSON.stringify(reply.headers[header])}`]
  for (const { json } of documents(reply)) {
    if (filled(json.provider) !== undefined) routes.push(`provider ${JSON.stringify(json.provider)}`)
    for (const choice of list(json.choices)) {
      if (!isRecord(choice)) continue
      const reason = filled(choice.native_finish_reason)
      if (reason) routes.push(`native_finish_reason ${JSON.stringify(reason)}`)
      const upstream = finalProviderIn(choice)
      if (upstream) routes.push(`finalProvider ${JSON.stringify(upstream)}`)
    }
  }
  if (routes.length === 0) return undefined
  if (reply.model !== undefined && reply.model !== reply.asked?.model)
    routes.push(`model ${JSON.stringify(reply.model)}`)
  return { says: `named its route: ${[...new Set(routes)].slice(0, 6).join(', ')}` }
}

/** The body, or the events of a stream from the last one, which tells most. */
function documents({ json, stream }: Reply): { json: JsonObject; event: { event?: number } }[] {
  if (!stream) return isRecord(json) ? [{ json, event: {} }] : []
  return stream.events.flatMap(({ json }, event) => (isRecord(json) ? [{ json, event: { event } }] : [])).reverse()
}
