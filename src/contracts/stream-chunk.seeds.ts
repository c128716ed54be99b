import type { Seed } from './contract.ts'
import { changed, chunk, hello, stream } from './seed.ts'

const clean = stream(hello)

/** The clean stream with some keys of one chunk changed. */
const hurt = (position: number, keys: Record<string, unknown>) =>
  stream(changed([...hello], (copy) => void Object.assign(copy[position] as object, keys)))

/** The same for the only delta of a chunk. */
const hurtDelta = (position: number, delta: Record<string, unknown>) =>
  stream(hello.toSpliced(position, 1, chunk(delta)))

const choice = (index: number | undefined, delta: Record<string, unknown>, finish: string | null = null) =>
  chunk({}, null, {
    choices: [{ ...(index === undefined ? {} : { index }), delta, logprobs: null, finish_reason: finish }],
  })

/** Two choices, told apart by these two indices. */
export const two = (first: number | undefined, second: number | undefined) =>
  stream(
    [
      choice(first, { role: 'assistant', content: 'One' }),
      choice(second, { role: 'assistant', content: 'Two' }),
      choice(first, {}, 'stop'),
      choice(second, {}, 'stop'),
      'data: [DONE]',
    ],
    { ask: { n: 2 } },
  )

/** Seeds of chunks and deltas. */
export const streamChunkSeeds: readonly Seed[] = [
  { contract: 'stream.chunk.object', clean, defect: hurt(1, { object: 'chat.completion' }) },
  { contract: 'stream.chunk.id-constant', clean, defect: hurt(2, { id: 'chatcmpl-2' }) },
  { contract: 'stream.chunk.created-constant', clean, defect: hurt(2, { created: 1_767_225_601 }) },
  { contract: 'stream.chunk.model-constant', clean, defect: hurt(2, { model: 'acme-1-2026-01-01' }) },
  {
    contract: 'stream.chunk.choices-array',
    clean: stream(hello.toSpliced(4, 0, chunk({}, null, { choices: [] }))),
    defect: stream(hello.toSpliced(4, 0, chunk({}, null, { choices: null }))),
  },
  { contract: 'stream.delta.role-first', clean, defect: hurtDelta(0, { content: '' }) },
  { contract: 'stream.delta.role-once', clean, defect: hurtDelta(1, { role: 'assistant', content: 'Hello' }) },
  { contract: 'stream.delta.role-not-empty', clean, defect: hurtDelta(1, { role: '', content: 'Hello' }) },
  {
    contract: 'stream.delta.content-type',
    clean,
    defect: hurtDelta(1, { content: [{ type: 'text', text: 'Hello' }] }),
  },
  { contract: 'stream.n.by-index', clean: two(0, 1), defect: two(0, 2) },
]
