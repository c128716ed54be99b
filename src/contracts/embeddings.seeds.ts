import type { Seed } from './contract.ts'
import { whole } from './seed.ts'

const item = (index: number, embedding: readonly number[]) => ({ object: 'embedding', index, embedding })
const [one, two] = [item(0, [0.5, -0.25]), item(1, [0.125, 0.75])]

/** Two embeddings of two inputs; the body and the request can be changed. */
export const vectors = (more: Record<string, unknown> = {}, ask: Record<string, unknown> = {}, status = 200) =>
  whole(
    {
      object: 'list',
      data: [one, two],
      model: 'acme-1',
      usage: { prompt_tokens: 4, total_tokens: 4 },
      ...more,
    },
    { path: '/embeddings', status, ask: { messages: undefined, input: ['Hello', 'there'], ...ask } },
  )

const clean = vectors()

/** For every contract of embeddings an exchange that keeps it and one that breaks it. */
export const embeddingsSeeds: readonly Seed[] = [
  { contract: 'emb.envelope', clean, defect: vectors({ object: undefined }) },
  { contract: 'emb.index-order', clean, defect: vectors({ data: [two, one] }) },
  {
    contract: 'emb.dimensions-constant',
    clean: vectors({}, { dimensions: 2 }),
    defect: vectors({ data: [one, item(1, [0.125, 0.75, 0.5])] }, { dimensions: 2 }),
  },
  { contract: 'emb.usage', clean, defect: vectors({ usage: { total_tokens: 4 } }) },
]
