import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { LlmContractsError } from '../errors.ts'
import { askedBy, type Asked } from './asked.ts'
import { FromTheWire } from './from-the-wire.ts'
import { ownServers } from './seal.ts'

/** A server on loopback that answers as a provider would, from the test's recording or from the network. */
export interface Bridge {
  /** What the subprocess must take for the provider's base URL. */
  readonly baseURL: string
  close(): Promise<void>
}

type Answer = (asked: Asked) => Promise<Response>

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
 * those that could not be understood, and of errors of this package. A connection that breaks is broken for the client too.
 */
export async function openBridge(
  baseURL: string,
  answer: Answer,
  trouble: (error: unknown) => void = () => {},
): Promise<Bridge> {
  const inTheTest = AsyncLocalStorage.snapshot()
  const { origin, pathname } = new URL(baseURL)
  const server = createServer((incoming, outgoing) => {
    const hungUp = new AbortController()
    outgoing.on('close', () => hungUp.abort())
    inTheTest(pass, origin, incoming, outgoing, answer, hungUp.signal).catch(async (error: unknown) => {
      if (hungUp.signal.aborted && !(error instanceof LlmContractsError)) return
      if (outgoing.headersSent || error instanceof FromTheWire) return breakOff(outgoing, error)
      trouble(error)
      outgoing.writeHead(502, { 'content-type': 'text/plain' })
      outgoing.end(String(error))
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
  answer: Answer,
  hungUp: AbortSignal,
): Promise<void> {
  const { method = 'GET', url = '/' } = incoming
  const bytes = await buffer(incoming).catch((error: unknown) => {
    throw new FromTheWire(error)
  })
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, [value].flat().join(', ')]],
  )
  const body = bytes.length === 0 ? null : new Uint8Array(bytes)
  const asked = askedBy(new Request(`${origin}${url}`, { method, headers, body, signal: hungUp }))
  const response = await answer(asked).catch(broken)
  outgoing.setHeaders(new Headers(response.headers)).writeHead(response.status).flushHeaders()
  await hand(response.body, outgoing, hungUp)
}

/** How many pieces of a body are waited behind, so that a long one takes no more than some 100 ms longer. */
const PAUSES = 100

// What arrives while a client is busy it reads as one piece, and it is busiest with the first.
const pauseBehind = (piece: number) => (piece < PAUSES ? sleep(piece === 0 ? 5 : 1) : undefined)

/** Writes a body piece by piece, each of them a read of its own for a client that keeps up. */
async function hand(body: Response['body'], outgoing: ServerResponse, hungUp: AbortSignal): Promise<void> {
  hungUp.throwIfAborted()
  // Node.js may forget to call back from a write to a socket that is gone.
  const closed = Promise.withResolvers<never>()
  closed.promise.catch(() => undefined)
  hungUp.addEventListener('abort', () => closed.reject(hungUp.reason))
  let written = 0
  for await (const piece of body ?? []) {
    if (written > 0) await pauseBehind(written - 1)
    await turn()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    outgoing.write(piece, (error) => (error ? reject(error) : resolve()))
    await Promise.race([promise, closed.promise])
    written++
  }
  outgoing.end()
}

/** Tells a connection that broke, of which `fetch` names the cause, from trouble of our own. */
function broken(error: unknown): never {
  const isOurs = error instanceof LlmContractsError || (error as Error | null)?.cause === undefined
  throw isOurs ? error : new FromTheWire(error)
}

/** Breaks a connection as the provider's broke: by a reset before an answer, else behind what was written. */
async function breakOff({ headersSent, socket }: ServerResponse, error: unknown): Promise<void> {
  // `fetch` throws away what its caller has not read when it meets the end.
  if (headersSent) await pauseBehind(0)
  const broke = (error as Error).cause as (Error & { cause?: { code?: unknown } }) | undefined
  if (!headersSent && broke?.cause?.code === 'ECONNRESET') socket?.resetAndDestroy()
  else socket?.destroy()
}
