import type { Exchange } from '../wire/exchange.ts'
import type { Reply, Usage } from '../wire/types.ts'
import { readUsage } from '../wire/usage.ts'
import { place } from './_chat.ts'
import { own, trying, type CheckWith } from './_reread.ts'
import { countedIn, doneIn } from './_usage.ts'
import type { Contract } from './contract.ts'

/** The checks of usage contracts with mode `client`, by id: each takes the reader that is to be tried. */
export const usageCheckWith = {
  'usage.stream.never-summed': trying((reply, read) => {
    const last = readable(reply)
    if (!last) return undefined
    const wanted = totals(last.usage)
    for (const [exchange, often] of [
      [reply.exchange, ''],
      [repeated(reply, last.event), ' when it came twice'],
    ] as const) {
      const got = totals(read(exchange).usage)
      if (got === wanted) continue
      const says = `reported ${wanted} tokens at last, which were read as ${got}${often}`
      return { says, ...place(last.usage.path, last.event) }
    }
    return undefined
  }),
} as const satisfies Readonly<Record<string, CheckWith>>

/** What a client must make of several counts in one stream, tried on this package's own reader. */
export const neverSummed: Contract = {
  id: 'usage.stream.never-summed',
  level: 'must',
  mode: 'client',
  needs: ['stream'],
  promise: 'Reads with the last usage of a stream as its usage, however many came before it.',
  hint: "Report this exchange: the fault is the reader's, not the provider's. In your own, assign usage, never add it.",
  source: 'measured: Perplexity, Databricks and SiliconFlow send a running count in every chunk, Groq sends it twice',
  blame: 'configuration',
  applies: (reply) => readable(reply) !== undefined,
  check: own(usageCheckWith['usage.stream.never-summed']),
}

/** The exchange with one event twice. */
function repeated({ exchange, stream }: Reply, twice: number): Exchange {
  const texts = (stream?.events ?? []).map(({ event, data }, at) => {
    const text = `${event === undefined ? '' : `event: ${event}\n`}data: ${data.replaceAll('\n', '\ndata: ')}\n\n`
    return at === twice ? text + text : text
  })
  return { ...exchange, response: { ...exchange.response, pieces: [{ at: 0, bytes: Buffer.from(texts.join('')) }] } }
}

/** The usage that a client takes: the last one up to `[DONE]` in which a count is a number. */
function readable(reply: Reply): { readonly usage: Usage; readonly event: number } | undefined {
  const done = doneIn(reply)
  for (const { usage, path, event } of countedIn(reply).toReversed()) {
    const read = event === undefined || event > done ? undefined : readUsage(usage, path)
    if (event !== undefined && read) return { usage: read, event }
  }
  return undefined
}

function totals(usage: Usage | undefined): string {
  const { promptTokens, completionTokens, totalTokens } = usage ?? {}
  return [promptTokens, completionTokens, totalTokens].map((count) => count ?? '?').join('/')
}
