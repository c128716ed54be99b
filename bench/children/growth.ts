// Plays as many tests as its argument says, each with a recording of its own, after a warm-up with other recordings.
import { setImmediate } from 'node:timers/promises'
import { median, time } from '../measure.ts'
import { floor } from '../tools/floor.ts'
import { Ours } from '../tools/ours.ts'
import type { Turn } from '../tools/tool.ts'
import { question } from '../workload.ts'
import { held, type Held } from './child.ts'

/** Milliseconds a test takes, the same call at the floor, and the memory held before and after all tests. */
export interface Growth {
  readonly ms: number
  readonly floor: number
  readonly before: Held
  readonly after: Held
}

const WARMUP = 2000

async function play(ours: Ours, count: number): Promise<{ ms: number[]; floor: number[] }> {
  const turns = [await ours.begin('json'), await floor.begin('json')] as const
  const call = (turn: Turn) => time(() => turn.test(() => turn.client.chat.completions.create(question)))
  const ms: number[] = []
  const least: number[] = []
  for (let number = 0; number < count; number++) {
    ms.push(await call(turns[0]))
    least.push(await call(turns[1]))
    // As between the tests of a runner: what waits for the event loop gets its turn.
    await setImmediate()
  }
  for (const turn of turns) await turn.end()
  return { ms, floor: least }
}

const count = Number(process.argv[2])
using warm = new Ours()
warm.write('json', WARMUP)
using ours = new Ours()
ours.write('json', count)
await play(warm, WARMUP)
const before = await held()
const played = await play(ours, count)
const growth: Growth = { ms: median(played.ms), floor: median(played.floor), before, after: await held() }
process.stdout.write(JSON.stringify(growth))
