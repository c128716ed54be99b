import { expect, test } from 'vitest'
import type { Verdict } from '../contracts/contract.ts'
import { calls, fails, says, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

/** A trial, the verdict, what the scripted provider does, how, words of the reason, and what its entry declares. */
export type Row = readonly [
  id: string,
  verdict: Verdict,
  what: string,
  answer: (asked: Asked) => Answer,
  words?: string,
  entry?: Parameters<typeof tryOn>[2],
]

/** Tries each row over loopback. Call it once, at the top of a test file. */
export function tryRows(rows: readonly Row[]): void {
  useTrials()
  const tries = rows.map(([id, verdict, what, answer, words = '', entry = {}]) => {
    return { id, verdict, what, answer, words, entry }
  })
  test.each(tries)('$id is $verdict where the provider $what', async ({ id, verdict, answer, words, entry }) => {
    const { verdict: said, reason = '' } = await tryOn(id, answer, entry)
    expect({ verdict: said, reason }).toEqual({ verdict, reason: expect.stringContaining(words) })
  })
}

/** A provider that breaks over what it is sent. */
export const fallsOver = (): Answer => ({
  status: 500,
  headers: { 'x-should-retry': 'false' },
  body: { error: { message: 'Internal error', type: 'server_error' } },
})
/** A provider that refuses all, naming nothing. */
export const refusesAll = (): Answer => fails(400, 'Bad request')
/** A provider that says this, whatever it is asked. */
export const always =
  (text: string, more = {}) =>
  (asked: Asked) =>
    says(asked, text, more)
/** A provider that makes these calls, whatever it is asked. */
export const calling =
  (...made: Parameters<typeof calls> extends readonly [unknown, ...infer Rest] ? Rest : never) =>
  (asked: Asked) =>
    calls(asked, ...made)
/** What the n-th request gets, the last one for all that follow. */
export const inTurn =
  (...answers: readonly ((asked: Asked) => Answer)[]) =>
  (asked: Asked): Answer =>
    (answers[Math.min(asked.nth, answers.length) - 1] ?? refusesAll)(asked)
