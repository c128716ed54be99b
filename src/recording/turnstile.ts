import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Exchange } from '../wire/exchange.ts'
import { billOf, type Bill } from '../wire/bill.ts'
import { readReply } from '../wire/reply.ts'
import { Pacer, type Budget, type OverBudget, type Pace, type Spent } from './pacer.ts'
import { Uncounted } from './uncounted.ts'

/** What a worker reports of a request that is over; nothing of the bill where it got no answer. */
export type Used = Partial<Bill> & Pick<Spent, 'tokens'>

/** The one door through which the requests of all workers pass. */
export interface Turnstile {
  /** A local socket. */
  readonly address: string
  /** What the budget could not count, a sentence each. */
  uncounted(): string[]
  /** Turns away everyone and takes the socket's file away. */
  close(): void
}

const open = new Map<string, Turnstile>()

/** The turnstile that this process opened at an address. */
export function turnstileAt(address: string): Turnstile | undefined {
  return open.get(address)
}

/**
 * Opens the door. A turn is a connection: who closes it, or dies, has ended it, and who closes it while waiting has left
 * the queue. The door holds no process, and closes with this one at the latest.
 *
 * @param price The US dollars of a request whose wire told none; undefined where nobody knows.
 */
export function openTurnstile(
  budget: Budget,
  paces: Readonly<Record<string, Pace>>,
  price: (bill: Bill) => number | undefined | Promise<number | undefined> = () => undefined,
): Turnstile {
  const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms, undefined, { ref: false }) }
  const pacer = new Pacer(budget, paces, clock)
  const uncounted = new Uncounted(budget)
  // A socket's path may have 103 bytes on macOS, and half of them are its folder.
  const name = `llm-contracts-${process.pid}-${randomBytes(4).toString('hex')}`
  const address = process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`)
  const callers = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (caller) => {
    callers.add(caller)
    caller.unref()
    caller.on('error', () => caller.destroy())
    caller.on('close', () => callers.delete(caller))
    serve(caller).catch(() => caller.destroy())
  })
  server.listen(address)
  server.unref()

  async function serve(caller: Socket): Promise<void> {
    const { lines, gone } = linesOf(caller)
    const asked = await lines.next()
    if (asked.done === true) return void caller.destroy()
    const turn = await pacer.acquire(JSON.parse(asked.value) as string, gone)
    if (turn === undefined) return void caller.destroy()
    if ('spent' in turn) return void caller.end(`${JSON.stringify(turn)}\n`)
    try {
      caller.write('{}\n')
      const told = await lines.next()
      // Who died may have sent its request: it counts.
      const used = told.done === true ? {} : (JSON.parse(told.value) as Used | null)
      if (used === null) return turn.giveBack()
      const usd = used.usd ?? (used.address === undefined ? undefined : await price(used as Bill))
      if (used.address !== undefined) uncounted.note(used, usd)
      turn.end({ ...(used.tokens !== undefined && { tokens: used.tokens }), ...(usd !== undefined && { usd }) })
    } finally {
      turn.end()
      caller.end()
    }
  }

  const close = () => {
    process.off('exit', close)
    open.delete(address)
    for (const caller of callers) caller.destroy()
    server.close()
    // At exit nothing is closed any more, and the file would stay.
    if (process.platform !== 'win32') rmSync(address, { force: true })
  }
  process.once('exit', close)
  const turnstile = { address, uncounted: () => uncounted.sentences(), close }
  open.set(address, turnstile)
  return turnstile
}

/** What a request used, as its answer tells. An answer that is a refusal, or no model's, uses nothing. */
export function usedIn(exchange: Exchange): Used {
  const reply = readReply(exchange)
  const { provider, address, ...bill } = billOf(reply)
  const isModels = reply.api === 'models' || exchange.request?.method !== 'POST' || reply.status >= 400
  const tokens = reply.usage?.totalTokens ?? sum(reply.usage?.promptTokens, bill.output)
  return { provider, ...(isModels ? {} : { address }), ...bill, ...(tokens === undefined ? {} : { tokens }) }
}

const sum = (input: number | undefined, output: number | undefined) =>
  input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0)

/** A turn as a worker holds it: for as long as its connection is open. */
export interface HeldTurn {
  /** Ends it and reports what it used; null where nothing was sent. Resolves when that is counted. */
  end(used: Used | null): Promise<void>
}

/**
 * Waits for the turn of a request. Resolves with the limit that is reached where the budget is spent.
 *
 * @throws the reason of `gone` when that is aborted first: then nothing is counted.
 */
export async function takeTurn(address: string, provider: string, gone?: AbortSignal): Promise<HeldTurn | OverBudget> {
  gone?.throwIfAborted()
  const door = connect(address)
  const trouble = Promise.withResolvers<never>()
  trouble.promise.catch(() => undefined)
  door.on('error', trouble.reject)
  const leave = () => {
    door.destroy()
    trouble.reject(gone?.reason)
  }
  gone?.addEventListener('abort', leave, { once: true })
  try {
    const { lines } = linesOf(door)
    door.write(`${JSON.stringify(provider)}\n`)
    const answered = await Promise.race([lines.next(), trouble.promise])
    if (answered.done === true) throw new Error('the process that gives the turns is gone')
    const answer = JSON.parse(answered.value) as Partial<OverBudget>
    if (answer.spent !== undefined) {
      door.destroy()
      return { spent: answer.spent }
    }
  } finally {
    gone?.removeEventListener('abort', leave)
  }
  const turn: HeldTurn = {
    async end(used) {
      if (door.destroyed) return
      door.ref()
      const closed = once(door, 'close')
      door.end(`${JSON.stringify(used)}\n`)
      await closed.catch(() => undefined)
    },
  }
  // A request that never ends must not hold its process.
  door.unref()
  if (gone?.aborted === true) {
    await turn.end(null)
    throw gone.reason
  }
  return turn
}

/** The lines that arrive on a connection, and a signal that it is at its end. */
function linesOf(socket: Socket) {
  const reader = createInterface({ input: socket })
  const gone = new AbortController()
  reader.on('close', () => gone.abort())
  socket.on('close', () => reader.close())
  return { lines: reader[Symbol.asyncIterator](), gone: gone.signal }
}
