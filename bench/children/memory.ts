// `write <folder> <MB>` records a stream of that size; `read <folder>` replays it and watches what the process holds.
import { Ours, recordedStream } from '../tools/ours.ts'
import { streamed } from '../workload.ts'
import { held, type Held } from './child.ts'

/** What a process held before a stream was asked for, when its head had come, and at most while it was read. */
export interface Memory {
  readonly before: Held
  readonly begun: Held
  readonly peak: Held
  readonly bytes: number
}

const PIECE = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: 'x'.repeat(962) } }] })}\n\n`
const SAMPLE = 5 * 2 ** 20

async function read(ours: Ours): Promise<Memory> {
  const turn = await ours.begin('stream')
  const before = await held()
  return turn.test(async () => {
    const response = await turn.client.chat.completions.create(streamed).asResponse()
    const begun = await held()
    let peak = begun
    let bytes = 0
    let next = SAMPLE
    for await (const piece of response.body ?? []) {
      bytes += piece.length
      if (bytes < next) continue
      next += SAMPLE
      const now = await held()
      peak = { live: Math.max(peak.live, now.live), rss: Math.max(peak.rss, now.rss) }
    }
    return { before, begun, peak, bytes }
  })
}

const [step, folder, size] = process.argv.slice(2)
const ours = new Ours(folder)
if (step === 'write') {
  const count = Math.ceil((Number(size) * 2 ** 20) / PIECE.length)
  ours.write('stream', 1, recordedStream(Array.from({ length: count }, () => PIECE)))
}
process.stdout.write(JSON.stringify(step === 'read' ? await read(ours) : null))
