import { LlmContractsError } from '../src/errors.ts'
import type { Json } from '../src/wire/exchange.ts'
import type { Reply } from '../src/wire/types.ts'
import { errorInside, noAnswer } from './_answer.ts'
import { found } from './finding.ts'
import { kindOf } from './json.ts'
import { matcher } from './matcher.ts'
import { excerpt, inCode } from '../src/wire/text.ts'

/** The cost that the wire reports is within a limit. */
export const toCostAtMost = matcher('toCostAtMost', {
  judges: 'answers',
  demand(usd) {
    if (typeof usd === 'number' && usd >= 0 && usd < Infinity) return
    const got = typeof usd === 'number' ? String(usd) : kindOf(usd)
    throw new LlmContractsError('bad-option', `toCostAtMost takes a number of US dollars, 0 or more, and got ${got}.`)
  },
  claim: (usd: number) => ({ args: [inCode(usd)], sentence: `cost at most ${dollars(usd)}` }),
  judge(reply, usd) {
    if (reply.status < 200 || reply.status > 299) return noAnswer(reply)
    if (reply.error !== undefined) return errorInside(reply, reply.error)
    const cost = costOf(reply)
    if (cost === undefined) {
      const why = 'The wire reports no price in a known unit for this call, and unknown is never zero.'
      throw new LlmContractsError('not-on-the-wire', why)
    }
    if (cost.usd <= usd) return undefined
    return found('econ.cost-per-accepted', `It cost ${dollars(cost.usd)}.`, `${cost.place}: ${excerpt(cost.said)}`)
  },
})

interface Cost {
  readonly usd: number
  readonly place: string
  /** As the wire has it. */
  readonly said: string
}

function costOf({ json, stream, headers }: Reply): Cost | undefined {
  for (const [at, body] of [...(stream?.events ?? []).entries()]
    .map(([at, event]) => [at, event.json] as const)
    .toReversed()) {
    const cost = costIn(body)
    if (cost !== undefined)
      return { ...cost, place: `${cost.place} of event ${at + 1} of ${stream?.events.length ?? 0}` }
  }
  const header = headers['x-litellm-response-cost']
  // LiteLLM sends a stream's headers before it knows the cost.
  const proxied = stream === undefined && header !== undefined && header.trim() !== '' ? Number(header) : undefined
  return costIn(json) ?? known(proxied, 'header x-litellm-response-cost', header)
}

function costIn(body: Json | undefined): Cost | undefined {
  const inner = field(body, 'response') ?? body
  const usage = field(inner, 'usage')
  const path = inner === body ? '$.usage' : '$.response.usage'
  const [cost, ticks] = [field(usage, 'cost'), field(usage, 'cost_in_usd_ticks')]
  // With a key of one's own, OpenRouter's `cost` is its fee alone.
  const upstream = field(usage, 'is_byok') === true ? field(field(usage, 'cost_details'), 'upstream_inference_cost') : 0
  const total = typeof cost === 'number' && typeof upstream === 'number' ? cost + upstream : undefined
  return (
    known(typeof ticks === 'number' ? ticks / 1e10 : undefined, `${path}.cost_in_usd_ticks`, ticks) ??
    known(total, `${path}.cost`, cost) ??
    known(field(cost, 'usd'), `${path}.cost.usd`, field(cost, 'usd'))
  )
}

function known(usd: Json | undefined, place: string, said: Json | undefined): Cost | undefined {
  return typeof usd === 'number' && usd >= 0 ? { usd, place, said: inCode(said) } : undefined
}

function field(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, key) ? value[key] : undefined
}

function dollars(usd: number): string {
  return `$${usd.toFixed(10).replace(/\.?0+$/, '')}`
}
