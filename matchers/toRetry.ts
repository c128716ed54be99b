import { LlmContractsError } from '../src/errors.ts'
import { counted, inCode } from '../src/wire/text.ts'
import { asksTheSame, attemptsOf, isBeside, renderAttempt, type Attempt } from './_route.ts'
import { clientMatcher, type Deed } from './client.ts'
import { found, type Finding } from './finding.ts'

/** What `toRetry` expects of a client. */
export interface RetryExpectations {
  /** Requests in all, the first one included. */
  readonly attempts: number
  /** Whether every wait must be as long as the answer before it asks for, in whichever form it does. */
  readonly honouring?: 'retry-after'
  /** Milliseconds that all attempts together may take. */
  readonly within?: number
}

const bad = (what: string) => new LlmContractsError('bad-option', `toRetry: ${what}`)

/** A timer may fire this many milliseconds early. */
const EARLY = 15

/** The client asks again as often as it should, as late as it is told to, and only where that can help. */
export const toRetry = clientMatcher('toRetry', {
  demand(expectations: RetryExpectations) {
    if (typeof expectations !== 'object' || expectations === null) throw bad('it takes { attempts }.')
    const { attempts, within } = expectations
    if (!Number.isInteger(attempts) || attempts < 1)
      throw bad(`attempts is ${inCode(attempts)}: write a whole number from 1.`)
    if (within !== undefined && !(within > 0)) throw bad(`within is ${inCode(within)}: write milliseconds above 0.`)
  },
  claim({ attempts, honouring, within }) {
    const wait = honouring === undefined ? '' : ', waiting as long as it is told'
    const limit = within === undefined ? '' : `, within ${within} ms`
    return {
      args: [inCode({ attempts, ...(honouring && { honouring }), ...(within && { within }) })],
      sentence: `ask ${counted(attempts, 'time')}${wait}${limit}`,
    }
  },
  judge(deed, { attempts, honouring, within }) {
    const all = requestsOf(deed)
    const wrong = all.map((one) => misbehaviour(one, honouring)).find((one) => one !== undefined)
    if (wrong !== undefined) return wrong
    const [made = []] = all
    if (deed.error === undefined) mustHaveFailed(made)
    if (made.length !== attempts) return found('retry.verified', `It asked ${counted(made.length, 'time')}.`)
    if (honouring !== undefined && !made.slice(0, -1).some(({ failed }) => (failed?.afterMs ?? 0) > 0))
      throw bad(
        'no answer asked for a wait, so nothing was honoured: faults.rateLimit({ retryAfter: 1 }) asks for one.',
      )
    if (within !== undefined && deed.took > within)
      return found('retry.verified', `It took ${Math.round(deed.took)} ms in all.`)
    return undefined
  },
  tell: (deed) => (requestsOf(deed)[0] ?? []).map(renderAttempt),
})

/**
 * Each request that failed, with its repetitions; the first request where none failed. What else the client asks is another
 * matter.
 */
function requestsOf({ exchanges }: Deed): Attempt[][] {
  const requests: Attempt['exchange'][][] = []
  for (const { exchange } of attemptsOf(exchanges)) {
    const same = requests.find(([first]) => first !== undefined && asksTheSame(first, exchange))
    if (same === undefined) requests.push([exchange])
    else same.push(exchange)
  }
  const each = requests.map((one) => attemptsOf(one))
  const failing = each.filter((made) => made.some(({ failed }) => failed !== undefined))
  return failing.length === 0 ? each.slice(0, 1) : failing
}

function mustHaveFailed(made: readonly Attempt[]): void {
  if (made.some(({ failed }) => failed !== undefined)) return
  throw bad('it was answered at once, so no retry was tried. Load a fault: faults.serverError(503).')
}

function misbehaviour(made: readonly Attempt[], honouring: 'retry-after' | undefined): Finding | undefined {
  for (const [at, attempt] of made.slice(0, -1).entries()) {
    const next = made[at + 1]
    if (next !== undefined && isBeside(next, attempt))
      return found('retry.verified', `It asked again before attempt ${at + 1} was answered.`)
    const wrong = wronglyRepeated(attempt, at)
    if (wrong !== undefined) return wrong
  }
  const hasty = honouring === undefined ? undefined : made.find((attempt, at) => isHasty(attempt, made[at - 1]))
  if (hasty === undefined) return undefined
  const told = made[made.indexOf(hasty) - 1]?.failed?.afterMs
  return found(
    'retry.verified',
    `It asked again after ${Math.round(hasty.waited ?? 0)} ms where it was told to wait ${told} ms.`,
  )
}

function wronglyRepeated({ failed, reply }: Attempt, at: number): Finding | undefined {
  const isSilent = reply.exchange.evidence.fault?.startsWith('first token after') === true
  if (!isSilent && reply.stream !== undefined && reply.answers.some(({ contentEvents }) => contentEvents > 0)) {
    return found('retry.verified', `It asked again after attempt ${at + 1} had streamed a part of its answer.`)
  }
  if (failed === undefined) return found('retry.verified', `It asked again after attempt ${at + 1} had been answered.`)
  if (failed.retry !== 'never') return undefined
  return found(
    'retry.verified',
    `It asked again after attempt ${at + 1}, where no retry can help: ${failed.kind} (${failed.evidence}).`,
  )
}

function isHasty({ waited }: Attempt, before: Attempt | undefined): boolean {
  const told = before?.failed?.afterMs
  return told !== undefined && waited !== undefined && waited < told - EARLY
}
