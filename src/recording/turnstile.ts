import { randomUUID } from 'node:crypto'
import { createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from '../wire/exchange.ts'
import { billOf, type Bill } from '../wire/bill.ts'
import { readReply } from '../wire/reply.ts'
import { Pacer, type Budget, type Pace, type Spent } from './pacer.ts'

/** What a worker reports of a request that is over; a provider alone where it got no answer. */
export type Used = Pick<Bill, 'provider'> & Partial<Bill> & Pick<Spent, 'tokens'>

/**
 * Opens the one door through which the requests of all workers pass. Returns its address, a local socket, which closes
 * with this process.
 *
 * @param price The US dollars of a request whose wire told none; undefined where nobody knows.
 */
export function openTurnstile(
  budget: Budget,
  paces: Readonly<Record<string, Pace>>,
  price: (bill: Bill) => number | undefined | Promise<number | undefined> = () => undefined,
): { readonly address: string; close(): void } {
  const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) }
  const pacer = new Pacer(budget, paces, clock)
  const name = `llm-contracts-${randomUUID()}`
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
  const server = createServer((asked, answer) => {
    void (async () => {
      const used = JSON.parse(await text(asked)) as Used
      if (asked.url === '/acquire') {
        answer.end(JSON.stringify({ spent: await pacer.acquire(used.provider) }))
      } else {
        const usd = used.usd ?? (used.address === undefined ? undefined : await price(used as Bill))
        pacer.release(used.provider, usd === undefined ? used : { ...used, usd })
        answer.end('{}')
      }
    })().catch((error: unknown) => answer.writeHead(500).end(String(error)))
  })
  server.listen(address)
  server.unref()
  return { address, close: () => server.close() }
}

/** What a request used, as its answer tells. */
export function usedIn(exchange: Exchange): Used {
  const reply = readReply(exchange)
  const { totalTokens: tokens } = reply.usage ?? {}
  return { ...billOf(reply), ...(tokens === undefined ? {} : { tokens }) }
}

/** Waits for the turn of a request. Resolves with the limit that is reached where the budget is spent. */
export async function takeTurn(address: string, provider: string): Promise<string | undefined> {
  const { spent } = (await post(address, '/acquire', { provider })) as { spent?: string }
  return spent
}

/** Ends the turn of a request and reports what it used. */
export async function endTurn(address: string, used: Used): Promise<void> {
  await post(address, '/release', used)
}

function post(socketPath: string, path: string, used: Used): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asking = request({ socketPath, path, method: 'POST' }, (answer) => {
      text(answer).then((body) => resolve(JSON.parse(body)), reject)
    })
    asking.on('error', reject)
    asking.end(JSON.stringify(used))
  })
}
