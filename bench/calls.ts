import type OpenAI from 'openai'
import { collect, median, ratioOf, rotated, time } from './measure.ts'
import { renderMs, renderRatio, renderTable, renderVerdict } from './table.ts'
import { Ours } from './tools/ours.ts'
import { loadPeers } from './tools/peers.ts'
import { floor } from './tools/floor.ts'
import type { Tool } from './tools/tool.ts'
import { PIECES, question, streamed, text, wire, type Kind } from './workload.ts'

/** Calls that share a test and its recording, as the peers' calls share theirs. */
const CALLS_PER_TEST = 20

const TARGETS: Readonly<Record<Kind, number>> = { json: 2.5, stream: 1.3 }
const TITLES: Readonly<Record<Kind, string>> = {
  json: 'A replayed JSON chat completion through the OpenAI SDK',
  stream: `A replayed stream of ${PIECES} events through the OpenAI SDK`,
}

/** Makes one call and reads its answer to the end; throws where the answer is not the one asked for. */
async function call(kind: Kind, client: OpenAI): Promise<void> {
  if (kind === 'json') {
    const { choices } = await client.chat.completions.create(question)
    if (!choices[0]?.message.content?.startsWith(text.slice(0, 500))) throw new Error('another answer')
    return
  }
  let count = 0
  for await (const _ of await client.chat.completions.create(streamed)) count++
  if (count !== PIECES - 1) throw new Error(`${count} events in place of ${PIECES - 1}`)
}

/** How faithful an answer is: its reads, the one that ends it included, and its bytes. */
interface Fidelity {
  readonly reads: number
  readonly exact: boolean
  readonly bytes: boolean
}

async function inspect(kind: Kind, tool: Tool): Promise<Fidelity> {
  const turn = await tool.begin(kind)
  try {
    return await turn.test(async () => {
      const asked = turn.client.chat.completions.create(kind === 'json' ? question : streamed)
      const pieces: Uint8Array[] = []
      for await (const piece of (await asked.asResponse()).body ?? []) pieces.push(piece)
      const expected = wire[kind]
      const exact = pieces.length === expected.length && pieces.every((piece, at) => same(piece, expected[at]))
      return { reads: pieces.length + 1, exact, bytes: same(Buffer.concat(pieces), Buffer.concat(expected)) }
    })
  } finally {
    await turn.end()
  }
}

const same = (a: Uint8Array, b: Uint8Array | undefined) => b !== undefined && Buffer.compare(a, b) === 0

/** How much is measured: `warmup` rounds that do not count, then `rounds` that do, each with so many calls per tool. */
export interface Effort {
  readonly warmup: number
  readonly rounds: number
  readonly calls: number
}

/** Measures one kind of call with every tool, in rounds that hit all of them alike; gives a table. */
export async function measureCalls(kind: Kind, { warmup, rounds, calls }: Effort): Promise<string> {
  using ours = new Ours(undefined, CALLS_PER_TEST)
  using single = new Ours()
  ours.write(kind, Math.ceil(((warmup + rounds) * (calls + CALLS_PER_TEST + 1)) / CALLS_PER_TEST) + warmup + rounds + 2)
  single.write(kind, (warmup + rounds) * (calls + 1) + 1)
  const { tools: peers, absent } = await loadPeers()
  const contenders: Tool[] = [floor, ours, single, ...peers]
  const rows = new Map<Tool, { fidelity: Fidelity; ms: number[] }>()
  for (const tool of contenders) {
    try {
      rows.set(tool, { fidelity: await inspect(kind, tool), ms: [] })
    } catch (error) {
      absent.push({ name: tool.name, why: String(error) })
    }
  }
  const able = contenders.filter((tool) => rows.has(tool))
  for (let round = -warmup; round < rounds; round++) {
    for (const tool of rotated(able, round + warmup)) {
      const turn = await tool.begin(kind)
      const once = () => turn.test(() => call(kind, turn.client))
      await once()
      collect()
      const ms = await time(async () => {
        for (let count = 0; count < calls; count++) await once()
      })
      await turn.end()
      if (round >= 0) rows.get(tool)?.ms.push(ms / calls)
    }
  }
  return render(kind, able, rows, absent)
}

function render(
  kind: Kind,
  able: readonly Tool[],
  rows: ReadonlyMap<Tool, { fidelity: Fidelity; ms: readonly number[] }>,
  absent: readonly { name: string; why: string }[],
): string {
  const base = rows.get(floor)?.ms ?? []
  const lines = able.map((tool) => {
    const { fidelity, ms } = rows.get(tool) as { fidelity: Fidelity; ms: readonly number[] }
    const ratio = ratioOf(ms, base)
    const verdict = tool instanceof Ours ? renderVerdict(ratio.value, TARGETS[kind]) : ''
    const exact = fidelity.exact ? 'exact' : 'not exact'
    return [
      tool.name,
      renderMs(median(ms)),
      tool === floor ? '1x' : renderRatio(ratio),
      verdict,
      ...(kind === 'stream' ? [`${fidelity.reads} reads of ${PIECES + 1}, ${exact}`] : []),
      fidelity.bytes ? 'same' : 'differ',
      tool.how,
    ]
  })
  const none = kind === 'stream' ? ['—'] : []
  const missing = absent.map(({ name, why }) => [name, '—', '—', '', ...none, '—', why])
  const head = ['', 'median', 'to the floor', 'target', ...(kind === 'stream' ? ['boundaries'] : []), 'bytes', 'how']
  return `### ${TITLES[kind]}\n\n${renderTable(head, [...lines, ...missing])}`
}
