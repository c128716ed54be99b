import type { Judgement } from '../../matchers/finding.ts'
import { LlmContractsError } from '../errors.ts'
import type { Tape } from './tape.ts'

/** What is about to be kept must give the verdicts that the network gave: read back from the file's text, judged again. */
export async function mustJudgeAlike(tape: Tape, judgements: readonly Judgement[]): Promise<void> {
  for (const [live, replayed] of tape.rehearse()) {
    for (const judgement of judgements) {
      if (judgement.exchange !== live) continue
      const now = await judgement.again(replayed)
      if (now?.contract === judgement.finding?.contract) continue
      const { file, number } = replayed.evidence
      throw new LlmContractsError(
        'bad-recording',
        `${file}, exchange ${number}, was not kept: read back from the file, ${judgement.matcher} judged it differently. ` +
          `${now?.lines[0] ?? 'It passed.'} If a secret was masked in the answer, keep it out of what the test asserts.`,
      )
    }
  }
}

/** What the repeats of a test have written so far, and which of them failed last. */
interface Repeats {
  readonly written: { readonly repeat: number; readonly back: () => void }[]
  failed?: number
}

const repeats = new WeakMap<object, Repeats>()

function repeatsOf(task: object): Repeats {
  const known = repeats.get(task) ?? { written: [] }
  repeats.set(task, known)
  return known
}

/** Writes what a test was answered in one of its repeats, unless an earlier one failed. A retry is no repeat. */
export function keep(task: object, repeat: number, tape: Tape): void {
  const known = repeatsOf(task)
  if ((known.failed ?? repeat) === repeat) known.written.push({ repeat, back: tape.save() })
}

/** A test of which one repeat fails changes no recording: what the ones before wrote goes back to what it was. */
export function takeBack(task: object, repeat: number): void {
  const known = repeatsOf(task)
  for (const one of known.written.splice(0).reverse()) {
    if (one.repeat < repeat) one.back()
  }
  known.failed = repeat
}

/** A failure that a test neither asserts on nor says it provokes is no answer to keep: a wrong key above all. */
export function mustBeMeant(tape: Tape, judgements: readonly Judgement[], assertions: number): void {
  const failed = tape.failures()
  if (tape.expectsFailures || failed === undefined) return
  if (judgements.length > 0 || assertions > 0) return
  throw new LlmContractsError(
    'bad-recording',
    `The test passed on HTTP ${failed} without asserting anything, so nothing was recorded. ` +
      "Check the key and the provider; if the failure is meant, assert on it or tag the test 'errors'.",
  )
}
