import type { Seed } from './contract.ts'
import { chunk, hello, stream } from './seed.ts'

const clean = stream(hello)
const late = (...chunks: readonly unknown[]) => stream(hello.toSpliced(4, 0, ...chunks))

/** Seeds of how a choice of a stream ends. */
export const streamFinishSeeds: readonly Seed[] = [
  { contract: 'stream.finish.present', clean, defect: stream(hello.toSpliced(3, 1)) },
  {
    contract: 'stream.finish.exactly-once',
    clean,
    defect: late(chunk({}, 'stop')),
    also: ['stream.finish.no-choice-chunk-after'],
  },
  {
    contract: 'stream.finish.no-content-after',
    clean,
    defect: late(chunk({ content: '!' })),
    also: ['stream.finish.no-choice-chunk-after'],
  },
  {
    contract: 'stream.finish.no-choice-chunk-after',
    clean: late(chunk({}, null, { choices: [] })),
    defect: late(chunk({})),
  },
]
