import { packageVersion } from '../package.ts'
import { addressOf, isLoopback, isStoodIn, type ResolvedProvider } from '../providers/resolve.ts'
import type { WireResponse } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Origin } from './format.ts'
import type { LiveExchange } from './track.ts'

/** Who answered: the provider, or a stand-in for it. */
export type OriginKind = Origin['kind']

/**
 * Whether the provider itself answers or a stand-in, which says so in a header. A hosted provider answered from a
 * loopback address is no measurement of that provider, whatever answered.
 */
export function originKind(
  provider: ResolvedProvider,
  answered: readonly { readonly response: Pick<WireResponse, 'headers'> }[] = [],
): OriginKind {
  if (answered.some(({ response }) => response.headers['x-llm-contracts-origin'] === 'stand-in')) return 'stand-in'
  return isStoodIn(provider) ? 'stand-in' : 'live'
}

/**
 * Where a recording came from, together with what it `keeps` of an older one. Of a loopback address the port is left out:
 * it names nothing but this run.
 */
export function originOf(provider: ResolvedProvider, live: readonly LiveExchange[], keeps?: Origin): Origin {
  const base = new URL(addressOf(provider))
  if (isLoopback(base.href)) base.port = ''
  const replies = live.map(readReply)
  const distinct = (models: (string | undefined)[]) => [...new Set(models.filter((model) => model !== undefined))]
  return {
    kind: originKind(provider, live),
    baseURL: base.href.replace(/\/$/, ''),
    sdk: live[0]?.sdk ?? 'unknown',
    package: packageVersion(),
    modelsAsked: distinct([...(keeps?.modelsAsked ?? []), ...replies.map((reply) => reply.asked?.model)]),
    modelsAnswered: distinct([...(keeps?.modelsAnswered ?? []), ...replies.map((reply) => reply.model)]),
  }
}
