import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { judge } from './judge.ts'
import { finishContracts } from './finish.ts'
import { jsonContracts } from './json.ts'
import { streamChunkContracts } from './stream-chunk.ts'
import { streamClientContracts } from './stream-client.ts'
import { streamFinishContracts } from './stream-finish.ts'
import { streamContracts } from './stream.ts'

interface Row {
  readonly id: string
  readonly provider: string
  readonly fidelity: string
  readonly request: { readonly method: string | null; readonly url: string | null; readonly body: string | null }
  readonly response: { readonly status: number | null; readonly headers: Record<string, string>; readonly body: string }
}

const contracts = [
  ...streamContracts,
  ...streamChunkContracts,
  ...streamFinishContracts,
  ...streamClientContracts,
  ...finishContracts,
  ...jsonContracts,
]

// What a recorder did not keep, no contract may be held against.
const untold: Readonly<Record<string, RegExp>> = {
  quoted: /^stream\.(http|sse|finish|delta\.role-first)/, // a part of a stream
  'sse-reframed': /^stream\.sse/,
  'body-only': /^stream\.http/,
}

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)
const here = existsSync(file)
const rows: Row[] = here
  ? readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  : []

const broken = rows.flatMap(({ id, provider, fidelity, request: { method, url, body }, response }) => {
  const request = method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined
  const pieces = [{ at: 0, bytes: Buffer.from(response.body) }]
  const { headers } = response
  const verdicts = judge(
    {
      request,
      response: { status: response.status ?? 200, headers, pieces, end: 'closed' },
      provider: undefined,
      evidence: { seen: 'given', number: 1 },
    },
    contracts,
  )
  return verdicts
    .filter(({ verdict, contract }) => verdict === 'broken' && !untold[fidelity]?.test(contract))
    .map(({ contract, level }) => ({ contract, level, id, provider }))
})

const absent = 'NOT CHECKED: no ../shared/corpus/interactions.jsonl beside the repository, so no test of this file ran'
if (!here) console.warn(absent)

test('the corpus lies beside the repository', ({ skip }) => {
  skip(!here, absent)
  expect(rows).toHaveLength(286)
})

describe.runIf(here)('in the corpus of recorded traffic', () => {
  test('OpenAI keeps every promise of these areas', () => {
    expect(broken.filter(({ provider }) => provider === 'openai')).toEqual([])
  })

  test('these providers break these promises', () => {
    const each = contracts.map(({ id }) => {
      const by = Map.groupBy(
        broken.filter(({ contract }) => contract === id),
        ({ provider }) => provider,
      )
      return [id, [...by].map(([provider, found]) => `${provider} ${found.length}`).join(', ')] as const
    })

    expect(Object.fromEntries(each.filter(([, by]) => by !== ''))).toMatchInlineSnapshot(`
      {
        "finish.enum": "snowflake 2",
        "finish.tool_calls-iff-calls": "snowflake 1",
        "json_schema.string-content": "cloudflare 1",
        "stream.chunk.created-constant": "azure-openai 2, databricks 1, llama.cpp 1, ollama 1, perplexity 1, xai 4",
        "stream.chunk.id-constant": "avian 1, azure-openai 2, copilot 1, snowflake 2",
        "stream.chunk.model-constant": "azure-openai 2",
        "stream.chunk.object": "azure-openai 2, copilot 1, perplexity 1, zhipu 2",
        "stream.delta.content-type": "mistral 1",
        "stream.delta.role-once": "avian 1, databricks 2, doubleword 3, minimax 1, openrouter 8, perplexity 1, qwen 1, snowflake 2, together 1, zhipu 2",
        "stream.finish.exactly-once": "avian 1, doubleword 3, openrouter 2, zhipu 1",
        "stream.finish.no-choice-chunk-after": "avian 1, doubleword 3, openrouter 8, zhipu 1",
        "stream.finish.present": "openrouter 1, snowflake 2",
        "stream.sse.done-sentinel": "cerebras 2, groq 1, huggingface-router 1",
      }
    `)
  })
})
