import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { askedBy, type Asked } from './asked.ts'
import { ownServers } from './seal.ts'

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

/**
 * Opens a bridge to `baseURL`. Requests are answered as if the code that opened it had made them; `trouble` is told of
 * those that could not be understood.
 */
export async function openBridge(
  baseURL: string,
  answer: (asked: Asked) => Promise<Response>,
  trouble: (error: unknown) => void = () => {},
): Promise<Bridge> {
  const inTheTest = AsyncLocalStorage.snapshot()
  const { origin, pathname } = new URL(baseURL)
  const server = createServer((incoming, outgoing) => {
    inTheTest(pass, origin, incoming, outgoing, answer).catch((error: unknown) => {
      if (outgoing.headersSent) return outgoing.destroy()
      trouble(error)
      outgoing.writeHead(502, { 'content-type': 'text/plain' })
      return outgoing.end(String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  ownServers.add(port)
  return {
    baseURL: `http://127.0.0.1:${port}${pathname.replace(/\/$/, '')}`,
    async close() {
      ownServers.delete(port)
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
  answer: (asked: Asked) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/' } = incoming
  const bytes = await buffer(incoming)
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, [value].flat().join(', ')]],
  )
  const abort = new AbortController()
  outgoing.on('close', () => abort.abort())
  const body = bytes.length === 0 ? null : new Uint8Array(bytes)
  const request = new Request(`${origin}${url}`, { method, headers, body, signal: abort.signal })
  const response = await answer(askedBy(request))
  outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders()
  // Each piece is flushed before the next, so that a stream cut here has delivered what came before the cut.
  for await (const piece of response.body ?? []) {
    await new Promise<void>((done, failed) => outgoing.write(piece, (error) => (error ? failed(error) : done())))
  }
  outgoing.end()
}
