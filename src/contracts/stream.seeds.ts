import type { Seed } from './contract.ts'
import { hello, stream } from './seed.ts'

const clean = stream(hello)

/** Seeds of the frames of a chat stream. */
export const streamSeeds: readonly Seed[] = [
  {
    contract: 'stream.http.content-type',
    clean,
    defect: stream(hello, { headers: { 'content-type': 'application/json' } }),
  },
  { contract: 'stream.sse.frame-json', clean, defect: stream(hello.toSpliced(2, 0, 'data: {"id":"chatcmpl-1","cho')) },
  { contract: 'stream.sse.done-sentinel', clean, defect: stream(hello.slice(0, -1)) },
  { contract: 'stream.sse.complete', clean, defect: stream(hello.slice(0, 3)) },
]
