import type { Judgement } from '../../matchers/finding.ts'
import { judgementsIn } from '../../matchers/matcher.ts'
import { billOf, type Bill } from '../wire/bill.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readLimits, type Limit } from '../wire/limits.ts'
import { readReply } from '../wire/reply.ts'
import type { Seen } from '../wire/seen.ts'
import { timesOf, type Times } from '../wire/times.ts'
import type { Reply } from '../wire/types.ts'
import { brokenPromise } from './asked-for.ts'
import { causeOf, isFree, type Cause, type Judged } from './cause.ts'
import { settledIn } from './settle.ts'

/** One request that could have been answered, as it passed on the wire. Plain data; absent is unknown. */
export interface Attempt extends Bill, Times {
  readonly cause: Cause
  /** Bytes of text, reasoning and arguments that came of an answer that the client gave up. */
  readonly delivered?: number
  /** Played from a recording: its times are those of the day it was made. */
  readonly recorded?: true
}

/** What a test spent: every attempt that the wire saw, retries of the SDK included. */
export interface Account {
  readonly attempts: readonly Attempt[]
  /** The first and the last limits that each provider told of in this test; live only. */
  readonly limits?: readonly Told[]
  /** Unix milliseconds; only beside limits. */
  readonly started?: number
  readonly ended?: number
}

/** The limits of one provider in one test. */
interface Told {
  readonly provider: string
  readonly first: readonly Limit[]
  readonly last: readonly Limit[]
}

/** How a test went. */
export interface Ran {
  readonly passed: boolean
  /** Whether failures were what it expected: it bears the tag `errors`, or the provider's entry declares the refusal. */
  readonly provokes: boolean
  /** Unix milliseconds. */
  readonly started: number
  readonly ended: number
}

/**
 * The account of one test. An answer is accepted by every matcher that judged it. Where none did: by the try of a
 * ready-made contract it belongs to; else by the matchers that judged the same request when it was sent again, by what the
 * request itself asked for (JSON, a schema, tool arguments), and by the test as a whole.
 *
 * Requests that ask for no answer (lists, files) are left out.
 */
export async function accountOf(seen: Seen, ran: Ran): Promise<Account> {
  const replies = seen.exchanges.map(readReply).filter(isAttempt)
  const attempts: Attempt[] = []
  for (const reply of replies) attempts.push(attemptOf(reply, causeOf(reply, await judgedIn(seen, reply, ran))))
  const limits = toldIn(replies)
  const { started, ended } = ran
  return { attempts, ...(limits.length === 0 ? {} : { limits, started, ended }) }
}

/** The accounts of a test that was run again, as one. */
export function joined(before: Account | undefined, { attempts, limits, ...times }: Account): Account {
  if (before === undefined) return { attempts, ...(limits === undefined ? {} : { limits, ...times }) }
  const told = [...(before.limits ?? []), ...(limits ?? [])]
  const all = [...before.attempts, ...attempts]
  if (told.length === 0) return { attempts: all }
  const started = before.started ?? times.started
  const ended = times.ended ?? before.ended
  return {
    attempts: all,
    limits: told,
    ...(started === undefined ? {} : { started }),
    ...(ended === undefined ? {} : { ended }),
  }
}

function isAttempt({ api, exchange }: Reply): boolean {
  const { method = 'POST', url = '' } = exchange.request ?? {}
  if (method !== 'POST' || api === 'models') return false
  return !/\/files(\/|$)/.test(url.split(/[?#]/, 1)[0] ?? '')
}

async function judgedIn(seen: Seen, reply: Reply, { passed, provokes }: Ran): Promise<Judged> {
  const { exchange } = reply
  const judgements = judgementsIn(seen)
  const meant = provokes ? { provokes: 'final' as const } : {}
  const own = judgements.filter((judgement) => judgement.exchange === exchange)
  if (own.length > 0) {
    const every = own.some(({ matcher, negated }) => DEMANDS_FAILURE.has(matcher) && !negated)
    const rejected = own.find((judgement) => fails(judgement, judgement.finding))
    const asked = every ? { provokes: 'every' as const } : meant
    if (rejected !== undefined) return { accepts: false, contract: rejected.finding?.contract, ...asked }
    return { accepts: true, provokes: every ? 'every' : 'final' }
  }
  const tried = settledIn(seen)?.tries.find(({ exchanges }) => exchanges.includes(exchange))
  if (tried?.is === 'kept') return { accepts: true, provokes: 'final' }
  if (tried !== undefined)
    return { accepts: false, contract: tried.contract, ...(tried.is === 'unreachable' ? {} : meant) }
  if (reply.status < 200 || reply.status > 299) return { accepts: false, ...meant }
  const contract = (await judgedAgain(exchange, judgements)) ?? (await brokenPromise(reply))
  return { accepts: passed && contract === undefined, contract, ...meant }
}

/** Matchers that are given nothing but failures, whatever they think of them. */
const DEMANDS_FAILURE = new Set(['toFailWithOpenAIErrorShape', 'toRejectContextOverflow'])

/** Whether a matcher failed: it found something, or found nothing where the test said `.not`. */
const fails = ({ negated }: Judgement, finding: unknown) => (finding === undefined) === negated

/** What the matchers that judged the same request at another time say of this answer to it. */
async function judgedAgain(exchange: Exchange, judgements: readonly Judgement[]): Promise<string | undefined> {
  for (const judgement of judgements) {
    const { request, response } = judgement.exchange
    if (request?.text !== exchange.request?.text || request?.url !== exchange.request?.url) continue
    if (response.status !== exchange.response.status) continue
    try {
      const finding = await judgement.again(exchange)
      if (fails(judgement, finding)) return finding?.contract ?? ''
    } catch {
      return ''
    }
  }
  return undefined
}

function attemptOf(reply: Reply, cause: Cause): Attempt {
  const { exchange } = reply
  const free = isFree(reply) ? { input: 0, output: 0, usd: 0 } : {}
  return {
    ...free,
    ...billOf(reply),
    cause,
    ...timesOf(reply),
    ...(cause === 'aborted' ? { delivered: deliveredIn(reply) } : {}),
    ...(exchange.evidence.seen === 'replay' ? { recorded: true as const } : {}),
  }
}

function deliveredIn({ answers }: Reply): number {
  const texts = answers.flatMap(({ text = '', reasoning = '', refusal = '', toolCalls }) => [
    text,
    reasoning,
    refusal,
    ...toolCalls.flatMap((call) => [call.name, call.arguments]),
  ])
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
}

function toldIn(replies: readonly Reply[]): Told[] {
  const told = replies
    .filter(({ exchange }) => exchange.evidence.seen === 'live')
    .map((reply) => ({ provider: reply.exchange.provider?.name ?? '', limits: readLimits(reply) }))
    .filter(({ limits }) => limits.length > 0)
  return [...Map.groupBy(told, ({ provider }) => provider)].map(([provider, all]) => ({
    provider,
    first: all[0]?.limits ?? [],
    last: all.at(-1)?.limits ?? [],
  }))
}
