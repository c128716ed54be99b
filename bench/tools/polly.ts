import { Polly } from '@pollyjs/core'
import fetchAdapter from '@pollyjs/adapter-fetch'
import persister, { type Har } from '@pollyjs/persister'
import OpenAI from 'openai'
import { BASE_URL, contentType, inMemory, question, streamed, wire, type Kind } from '../workload.ts'
import { plainly, type Tool } from './tool.ts'
import { versionOf } from './version.ts'

// CommonJS whose types claim a default export: at run time the module is the class.
const FetchAdapter = fetchAdapter as unknown as typeof fetchAdapter.default
const Persister = persister as unknown as typeof persister.default

const kept = new Map<string, Har>()

// Polly's own persister for Node writes files; in memory it is faster.
class InMemory extends Persister {
  static override readonly id = 'memory'
  override async onFindRecording(id: string) {
    return kept.get(id) ?? null
  }
  override async onSaveRecording(id: string, har: Har) {
    kept.set(id, har)
  }
  override async onDeleteRecording(id: string) {
    kept.delete(id)
  }
}

/** Polly, recorded from an in-memory `fetch` and replayed from memory; one recording serves every call of a turn. */
export const polly: Tool = {
  name: `Polly ${versionOf('@pollyjs/core')}`,
  how: 'fetch adapter, one recording in memory for all calls',
  async begin(kind) {
    if (!kept.has(kind)) await record(kind)
    const polly = start(kind, 'replay')
    return {
      client: new OpenAI({ apiKey: 'none', baseURL: BASE_URL }),
      test: plainly,
      end: () => polly.stop(),
    }
  },
}

function start(kind: Kind, mode: 'record' | 'replay'): Polly {
  return new Polly(kind, {
    mode,
    adapters: [FetchAdapter],
    persister: InMemory,
    recordIfMissing: false,
    logLevel: 'silent',
    // Headers carry the SDK's retry count and time-outs; without an order, one recording answers every call.
    matchRequestsBy: { headers: false, order: false },
  })
}

async function record(kind: Kind): Promise<void> {
  const real = globalThis.fetch
  const headers = { 'content-type': contentType[kind] }
  globalThis.fetch = async () => new Response(inMemory(wire[kind]), { headers })
  const polly = start(kind, 'record')
  const client = new OpenAI({ apiKey: 'none', baseURL: BASE_URL })
  const call = client.chat.completions.create(kind === 'json' ? question : streamed)
  await (await call.asResponse()).arrayBuffer()
  await polly.stop()
  globalThis.fetch = real
}
