import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** A server on loopback that answers as a provider would, from the test's recording or from the network. */
export interface Bridge {
  /** What the subprocess must take for the provider's base URL. */
  readonly baseURL: string
  close(): Promise<void>
}

const HOP_BY_HOP = new Set([
  'connection',
  'host',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'upgrade',
  'te',
  'trailer',
])

/** Opens a bridge to `baseURL`. Requests are answered as if the code that opened it had made them. */
export async function openBridge(baseURL: string, answer: (request: Request) => Promise<Response>): Promise<Bridge> {
  const inTheTest = AsyncLocalStorage.snapshot()
  const { origin, pathname } = new URL(baseURL)
  const server = createServer((incoming, outgoing) => {
    inTheTest(pass, origin, incoming, outgoing, answer).catch((error: unknown) => outgoing.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    baseURL: `http://127.0.0.1:${port}${pathname.replace(/\/$/, '')}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function pass(
  origin: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/' } = incoming
  const bytes = await buffer(incoming)
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, [value].flat().join(', ')]],
  )
  const abort = new AbortController()
  outgoing.on('close', () => abort.abort())
  const body = bytes.length === 0 ? null : new Uint8Array(bytes)
  const response = await answer(new Request(`${origin}${url}`, { method, headers, body, signal: abort.signal }))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  for await (const piece of response.body ?? []) {
    if (!outgoing.write(piece)) await once(outgoing, 'drain')
  }
  outgoing.end()
}
