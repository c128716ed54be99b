import type { Reply, Usage } from '../src/wire/types.ts'
import { cutStream } from './_answer.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { it } from '../src/wire/text.ts'
import { wrongTotal } from '../src/wire/usage.ts'

/** What a reply without usage did instead, and whether its request asked for any. */
export function noUsage(reply: Reply): Finding {
  const { api, stream, asked } = reply
  const cut = cutStream(reply)
  if (api === 'embeddings') return found('emb.usage', 'It reported no usage.')
  if (stream === undefined) return found('usage.present', 'It reported no usage.')
  if (cut !== undefined) return found('stream.sse.complete', it(`streamed no usage: ${cut}`))
  const lines = ['It streamed no usage.']
  const unasked = api === 'chat' && asked?.includeUsage === false
  const next = 'send stream_options: { include_usage: true }, which this request did not.'
  return { contract: 'usage.stream.present', lines, ...(unasked ? { next } : {}) }
}

/** The first count that is no whole number from 0. */
export function badCount({ api }: Reply, usage: Usage): Finding | undefined {
  const [prompt, completion] = namesOf(api)
  const counts = [
    [prompt, usage.promptTokens],
    // Embeddings complete nothing.
    [completion, usage.completionTokens ?? (api === 'embeddings' ? 0 : undefined)],
    ['total_tokens', usage.totalTokens],
  ] as const
  for (const [name, count] of counts) {
    if (count !== undefined && Number.isSafeInteger(count) && count >= 0) continue
    const clause = count === undefined ? `without a number as ${name}` : `with ${name} ${count}, which counts no tokens`
    return found('usage.integers', it(`reported usage ${clause}, at ${usage.path}`))
  }
  return undefined
}

/** A total that is not the sum of its parts. */
export function badSum({ api }: Reply, usage: Usage): Finding | undefined {
  const { promptTokens = 0, totalTokens = 0, path } = usage
  if (api === 'embeddings') {
    if (totalTokens === promptTokens) return undefined
    const line = `reported total_tokens ${totalTokens}, where prompt_tokens are ${promptTokens}, at ${path}`
    return found('emb.usage', it(line))
  }
  const clause = wrongTotal(usage, namesOf(api))
  const contract = api === 'responses' ? 'responses.usage-sum' : 'usage.sum'
  return clause === undefined ? undefined : found(contract, it(`${clause}, at ${path}`))
}

/** The counts as they stand. */
export function usageSaid({ api }: Reply, { promptTokens, completionTokens, totalTokens, path }: Usage): string {
  const [prompt, completion] = namesOf(api)
  const counts = Object.entries({ [prompt]: promptTokens, [completion]: completionTokens, total_tokens: totalTokens })
  const said = counts.flatMap(([name, count]) => (count === undefined ? [] : [`${name} ${count}`]))
  return `${said.join(', ')}, at ${path}`
}

function namesOf(api: Reply['api']): readonly [prompt: string, completion: string] {
  return api === 'responses' ? ['input_tokens', 'output_tokens'] : ['prompt_tokens', 'completion_tokens']
}
