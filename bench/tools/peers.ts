import type { Tool } from './tool.ts'

/** Someone who cannot take part, and why. */
export interface Absent {
  readonly name: string
  readonly why: string
}

const PEERS: readonly (readonly [name: string, load: () => Promise<Tool>])[] = [
  ['msw', async () => (await import('./msw.ts')).msw],
  ['nock', async () => (await import('./nock.ts')).nockTool],
  ['Polly', async () => (await import('./polly.ts')).polly],
  ['aimock', async () => (await import('./aimock.ts')).aimock],
]

/** The peers that load on this machine, and those that do not. */
export async function loadPeers(): Promise<{ tools: Tool[]; absent: Absent[] }> {
  const tools: Tool[] = []
  const absent: Absent[] = []
  for (const [name, load] of PEERS) {
    try {
      tools.push(await load())
    } catch (error) {
      absent.push({ name, why: `does not load: ${String(error).split('\n')[0]}` })
    }
  }
  return { tools, absent }
}
