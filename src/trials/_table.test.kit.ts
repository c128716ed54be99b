import { describe, expect, test } from 'vitest'
import type { Verdict } from '../contracts/contract.ts'
import type { Lack } from '../providers/spec.ts'
import { tryOn } from './_try.test.kit.ts'

/** One provider that a trial is tried on: how it answers, and what must be said of it. */
export interface Row {
  /** Ends the sentence "is kept by …" or "is broken by …". */
  readonly by: string
  readonly verdict: Verdict
  readonly answer: Parameters<typeof tryOn>[1]
  /** Passage that the reason must hold. */
  readonly reason?: string
  readonly entry?: NonNullable<Parameters<typeof tryOn>[2]>
}

/** Tries a trial on every provider of a table. */
export function onEach(id: string, rows: readonly Row[]): void {
  describe.each([{ id }])('$id', () => {
    test.each(rows)('is $verdict by $by', async ({ verdict, answer, reason, entry }) => {
      const said = await tryOn(id, answer, entry)
      expect(said).toMatchObject({ verdict, ...(reason ? { reason: expect.stringContaining(reason) } : {}) })
    })
  })
}

/** A declared lack. */
export const lacking = (capability: Lack['capability']): { readonly lacks: readonly Lack[] } => ({
  lacks: [{ capability, reason: 'It is not there.', source: 'https://acme.dev/docs', date: '2026-11-22' }],
})
