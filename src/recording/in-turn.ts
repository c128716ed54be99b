import { LlmContractsError } from '../errors.ts'
import type { ResolvedProvider } from '../providers/resolve.ts'
import type { Asked } from './asked.ts'
import { FromTheWire } from './from-the-wire.ts'
import { ask, type Arriving } from './live.ts'
import type { ReadRequest } from './request.ts'
import type { Tape } from './tape.ts'
import type { Slot } from './track.ts'
import type { HeldTurn } from './turnstile.ts'
import { elapsed } from '../wire/clock.ts'

/** Where the requests of a test wait for their turn, and whether one was given up there. */
interface Queue {
  readonly over: AbortController
  inVain?: LlmContractsError | undefined
}

const queues = new WeakMap<Tape, Queue>()

// Only live runs with a budget or a pace have a door.
const door = () => import('./turnstile.ts')

function queueOf(tape: Tape): Queue {
  const queue = queues.get(tape) ?? { over: new AbortController() }
  queues.set(tape, queue)
  return queue
}

/** A test is over: what still waits for its turn is never asked. */
export function stopWaiting(tape: Tape): void {
  queueOf(tape).over.abort()
}

/** The request that a test's client gave up while it waited for its turn, if that was the last that it asked. */
export function waitedInVain(tape: Tape): LlmContractsError | undefined {
  return queues.get(tape)?.inVain
}

/** An answer that arrives. */
export interface Begun extends Arriving {
  /** When it was asked, its waiting over. */
  readonly began: number
  /** Resolves when the whole body has arrived and is counted. */
  readonly counted: Promise<void>
}

/**
 * Asks the network when the run's pace and budget allow it; at once without a turnstile.
 *
 * @throws {LlmContractsError} `budget-spent`, or `no-turn` where the test was over first.
 * @throws {FromTheWire} what `fetch` throws, and the client's reason where it gave up while it waited.
 */
export async function askInTurn(
  tape: Tape,
  slot: Slot,
  provider: ResolvedProvider,
  asked: Asked,
  read: ReadRequest,
  turnstile: string | undefined,
): Promise<Begun> {
  const turn = turnstile === undefined ? undefined : await turnOf(tape, turnstile, provider.name, asked.signal)
  const began = elapsed()
  const arriving = await ask(tape, slot, provider, asked, read).catch(async (error: unknown) => {
    await turn?.end({})
    throw new FromTheWire(error)
  })
  const { arrived, exchange } = arriving
  const counted = turn === undefined ? arrived : arrived.then(async () => turn.end((await door()).usedIn(exchange)))
  return { ...arriving, began, counted }
}

async function turnOf(
  tape: Tape,
  turnstile: string,
  provider: string,
  signal: AbortSignal | undefined,
): Promise<HeldTurn> {
  const queue = queueOf(tape)
  const over = queue.over.signal
  if (over.aborted) throw afterTheEnd(provider)
  const gone = signal === undefined ? over : AbortSignal.any([signal, over])
  const { takeTurn } = await door()
  const turn = await takeTurn(turnstile, provider, gone).catch((error: unknown) => {
    if (!gone.aborted) throw error
    if (over.aborted && signal?.aborted !== true) throw noTurn(provider, 'the test was over')
    queue.inVain = noTurn(provider, 'its client gave up')
    throw new FromTheWire(signal?.reason)
  })
  if ('spent' in turn) throw overBudget(provider, turn.spent)
  queue.inVain = undefined
  return turn
}

function noTurn(provider: string, first: string): LlmContractsError {
  return new LlmContractsError(
    'no-turn',
    `A request to ${provider} waited for its turn by llmContracts({ pace }) until ${first}, so it was never sent. ` +
      'Give the test more time, or quicken the pace.',
  )
}

function afterTheEnd(provider: string): LlmContractsError {
  return new LlmContractsError(
    'not-on-the-wire',
    `A request to ${provider} was begun when its test was over, so it was never sent. Await every call of a test.`,
  )
}

function overBudget(provider: string, limit: string): LlmContractsError {
  return new LlmContractsError(
    'budget-spent',
    `The run's budget of ${limit} was spent before ${provider} was asked. What was found until then stands; ` +
      'raise llmContracts({ budget }), or narrow the run with LLM_PROVIDERS.',
  )
}
