import { createParser } from 'eventsource-parser'
import { collect, median, ratioOf, time } from './measure.ts'
import { renderMs, renderRatio, renderTable, renderVerdict } from './table.ts'
import { readEvents } from './tools/ours.ts'
import { wire } from './workload.ts'

const TARGET = 1.3
const EVENTS = 1000

/** The least that reading a stream takes: its text, its events, their JSON. */
function readBarely(pieces: readonly Uint8Array[]): number {
  let count = 0
  const kept: unknown[] = []
  const parser = createParser({
    onEvent({ data }) {
      count++
      if (data !== '[DONE]') kept.push(JSON.parse(data))
    },
  })
  const decoder = new TextDecoder()
  for (const piece of pieces) parser.feed(decoder.decode(piece, { stream: true }))
  return count
}

/** Reads streams of 1,000 events in rounds, as a matcher does and barely; gives a table. */
export async function measureReaders(rounds: number, streams: number): Promise<string> {
  const [first, ...rest] = wire.stream
  const [done, last] = [rest.pop(), rest.pop()]
  const middle = Array.from({ length: EVENTS - 3 }, (_, at) => rest[at % rest.length])
  const pieces = [first, ...middle, last, done].filter((piece) => piece !== undefined)
  const read = (reader: (pieces: readonly Uint8Array[]) => number) => () => {
    for (let count = 0; count < streams; count++) {
      if (reader(pieces) !== EVENTS) throw new Error('events were lost')
    }
  }
  const [ours, barely]: [number[], number[]] = [[], []]
  for (let round = -1; round < rounds; round++) {
    for (const [reader, times] of [[readBarely, barely] as const, [readEvents, ours] as const]) {
      collect()
      const ms = await time(read(reader))
      if (round >= 0) times.push(ms / streams)
    }
  }
  const ratio = ratioOf(ours, barely)
  const rows = [
    ['eventsource-parser and JSON.parse alone', renderMs(median(barely)), '1x', ''],
    [
      'readReply: events, answers, usage, errors',
      renderMs(median(ours)),
      renderRatio(ratio),
      renderVerdict(ratio.value, TARGET),
    ],
  ]
  const title = `Reading ${(rounds * streams).toLocaleString('en')} streams of ${EVENTS.toLocaleString('en')} events`
  return `### ${title}\n\n${renderTable(['', 'per stream', 'to the least', 'target'], rows)}`
}
