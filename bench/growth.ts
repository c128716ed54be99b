import { rmSync } from 'node:fs'
import { inChild } from './children/child.ts'
import type { Growth } from './children/growth.ts'
import type { Memory } from './children/memory.ts'
import { temporaryFolder } from './folder.ts'
import { median } from './measure.ts'
import { renderMs, renderTable, renderVerdict } from './table.ts'

const FLAT = { cost: 1.2, heldMB: 5, readMB: 10 }

const mb = (value: number) => `${value.toFixed(1)} MB`

/** Plays more and more tests, each number in processes of its own; gives a table. RSS is that of the floor's calls too. */
export async function measureGrowth(counts: readonly number[], rounds: number): Promise<string> {
  const all = new Map<number, Growth[]>(counts.map((count) => [count, []]))
  for (let round = 0; round < rounds; round++) {
    for (const [count, found] of all) found.push(await inChild<Growth>('./growth.ts', count))
  }
  const middle = (found: readonly Growth[], of: (growth: Growth) => number) => median(found.map(of))
  const cost = (found: readonly Growth[]) => middle(found, ({ ms, floor }) => ms / floor)
  const added = (found: readonly Growth[]) => middle(found, ({ before, after }) => after.live - before.live)
  const least = cost([...all.values()][0] ?? [])
  const rows = [...all].map(([count, found], index) => [
    count.toLocaleString('en'),
    renderMs(middle(found, ({ ms }) => ms)),
    `${cost(found).toFixed(2)}x`,
    `${(cost(found) / least).toFixed(2)}x`,
    index === 0 ? '' : renderVerdict(cost(found) / least, FLAT.cost),
    mb(added(found)),
    index === 0 ? '' : renderVerdict(added(found), FLAT.heldMB, ' MB'),
    mb(middle(found, ({ before, after }) => after.rss - before.rss)),
  ])
  const head = [
    'recordings',
    'per test',
    'to the floor',
    `to ${counts[0]}`,
    'target',
    'held more after',
    'target',
    'RSS added',
  ]
  const title = `From ${counts[0]} to ${counts.at(-1)?.toLocaleString('en')} recordings, a test each`
  return `### ${title}\n\n${renderTable(head, rows)}`
}

/** Replays streams of some sizes, each in a process of its own; gives a table. */
export async function measureMemory(sizes: readonly number[]): Promise<string> {
  const rows: string[][] = []
  for (const size of sizes) {
    const folder = temporaryFolder()
    await inChild('./memory.ts', 'write', folder, size)
    const { before, begun, peak } = await inChild<Memory>('./memory.ts', 'read', folder)
    rmSync(folder, { recursive: true, force: true })
    const added = Math.max(0, peak.live - begun.live)
    rows.push([
      `${size} MB`,
      mb(begun.live - before.live),
      mb(added),
      renderVerdict(added, FLAT.readMB, ' MB'),
      mb(peak.rss - before.rss),
    ])
  }
  const head = ['stream', 'held when it begins', 'added at most while read', 'target', 'RSS added']
  return `### Memory over a replayed stream\n\n${renderTable(head, rows)}`
}
