import { existsSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { expect, type TestContext } from 'vitest'
import { forgottenIn, forgottenSites, judgementsIn } from '../matchers/matcher.ts'
import { placed } from '../matchers/site.ts'
import { LlmContractsError, type ErrorCode } from './errors.ts'
import { whyNotLive } from './providers/resolve.ts'
import { identify, type TaskLike, type TestIdentity } from './recording/identity.ts'
import { waitedInVain } from './recording/in-turn.ts'
import { keep, mustBeMeant, mustJudgeAlike, takeBack } from './recording/keeping.ts'
import { recordingFile } from './recording/store.ts'
import type { Ran } from './report/account.ts'
import { conclude, type Conclusion } from './report/conclude.ts'
import { upstreamsOf } from './report/upstreams.ts'
import { META, type TestRecord, type Verdict } from './report/verdict.ts'
import { settledIn } from './report/settle.ts'
import { keepsAccount } from './settings.ts'
import { watch, type Seen } from './wire/seen.ts'
import { knownProviders, nameableProviders, recorder, settings } from './worker.ts'
import { now } from './wire/clock.ts'

type Context = Pick<TestContext, 'task' | 'skip'>

const identities = new WeakMap<object, Map<string, TestIdentity>>()

/**
 * Runs one attempt at a test with its recordings, concludes what it proves, and keeps what the network answered if it may.
 */
export async function withRecordings(run: () => Promise<void>, context: Context): Promise<void> {
  const { task } = context
  const { mode } = settings()
  const identity = identityOf(task)
  if (mode !== 'replay') mustBeAbleToRun(context, identity)
  const seen: Seen = { exchanges: [], complaints: [] }
  const tape = recorder.tape(identity, seen)
  const started = now()
  // A retried test keeps the errors of its earlier attempts.
  const before = task.result?.errors?.length ?? 0
  await watch(() => recorder.run(tape, run), seen)
  await tape.end()
  await recorder.settle(tape)
  tape.isOver = true
  const forgotten = forgottenIn(seen)
  const inTest = task.result?.errors?.slice(before) ?? []
  const inVain = waitedInVain(tape)
  if (inVain !== undefined && failedByWaiting(task, seen, inTest)) seen.complaints.push(inVain)
  const unmet = task.result?.state === 'pass' ? tape.faults.unmet : []
  if (unmet[0] !== undefined) seen.complaints.push(unmetFault(unmet[0]))
  const swallowed = seen.complaints.find(({ message }) => !inTest.some((error) => error.message.includes(message)))
  const [forgottenSite] = forgottenSites(seen)
  const trouble = forgottenSite === undefined ? swallowed : placed(notAwaited(forgotten), forgottenSite)
  const errors = trouble === undefined ? inTest : [...inTest, trouble]
  const skipped = task.result?.state === 'skip' ? noteOf(task.result) : undefined
  const failed = task.result?.state === 'fail' || errors.length > 0 || seen.complaints.length > 0
  const settled = settledIn(seen)
  const conclusion = conclude({
    failed,
    skipped,
    errors,
    complaints: seen.complaints,
    exchanges: seen.exchanges,
    judgements: judgementsIn(seen),
    settled: settled?.conclusion,
    tags: task.tags ?? [],
    provider: providerOf(identity.provider ?? tape.asked),
  })
  const upstreams = mode === 'replay' ? undefined : upstreamsOf(seen.exchanges)
  const provokes = task.tags?.includes('errors') === true || conclusion?.verdict === 'unsupported'
  const ran = { passed: !failed && skipped === undefined, provokes, started, ended: now() }
  const record = {
    ...(upstreams && { upstreams }),
    contract: identity.name,
    file: identity.file,
    mode,
    ...tape.evidence(),
    ...(keepsAccount(settings()) ? { account: await accountIn(task.meta, seen, ran) } : {}),
  }
  const conclusive = (found: Conclusion | undefined) => {
    if (found !== undefined) Object.assign(task.meta, { [META]: { ...found, ...record } satisfies TestRecord })
  }
  conclusive(conclusion)
  const asDeclared = conclusion !== undefined && AS_DECLARED.has(conclusion.verdict)
  const passed = task.fails === true ? failed && trouble === undefined : !failed
  const worthKeeping = settled === undefined ? skipped === undefined || !tape.isRecorded : settled.keep
  // Of a ready-made contract a broken promise is evidence too; an older recording of it stays as it is.
  const isNews = settled?.keep === true && conclusion === settled.conclusion && !tape.isRecorded
  const repeat = task.result?.repeatCount ?? 0
  if (!passed && settled?.keep !== true) takeBack(task, repeat)
  if (tape.hasNews && ((passed && worthKeeping) || (asDeclared && settled === undefined) || isNews)) {
    tape.expectsFailures =
      settled !== undefined ||
      task.tags?.includes('errors') === true ||
      judgementsIn(seen).some(({ matcher }) => matcher === 'toFailWithOpenAIErrorShape')
    try {
      if (!asDeclared && skipped === undefined)
        mustBeMeant(tape, judgementsIn(seen), expect.getState().assertionCalls ?? 0)
      await mustJudgeAlike(tape, judgementsIn(seen))
      keep(task, repeat, tape)
    } catch (error) {
      if (conclusion !== undefined)
        conclusive({ ...conclusion, verdict: 'inconclusive', reason: (error as Error).message })
      throw error
    }
  }
  // Vitest turns a failure into a pass where the test is expected to fail, and drops the errors of a test that skips itself.
  if (trouble instanceof LlmContractsError && task.fails === true) recorder.stray(trouble)
  if (skipped !== undefined && errors[0] !== undefined)
    recorder.stray(failedBeforeSkipping(task.name, errors[0].message))
  const held = seen.complaints.find((one) => one instanceof LlmContractsError && HELD.has(one.code))
  if (held !== undefined) context.skip(held.message)
  if (trouble !== undefined) throw trouble
  if (failed && asDeclared) context.skip(`${conclusion.verdict}: ${conclusion.reason}`)
}

/** Troubles by which the run's own limits kept a test from asking: no failure of anybody. */
const HELD: ReadonlySet<ErrorCode> = new Set(['budget-spent', 'no-turn'])

/** Whether nothing but a request that was given up in the queue explains why a test failed. */
function failedByWaiting(
  { result }: TestContext['task'],
  seen: Seen,
  errors: readonly { readonly name?: string }[],
): boolean {
  const found = judgementsIn(seen).some(({ finding, negated }) => finding !== undefined && !negated)
  return result?.state === 'fail' && !found && errors.every(({ name }) => name !== 'AssertionError')
}

const AS_DECLARED: ReadonlySet<Verdict> = new Set(['gap', 'unsupported', 'ignored'])

function identityOf(task: TestContext['task']): TestIdentity {
  const { root } = settings()
  let known = identities.get(task.file)
  if (known === undefined) {
    known = identify([...testsIn(task.file)], fileIn(root, task.file.filepath), nameableProviders())
    identities.set(task.file, known)
  }
  return known.get(task.id) as TestIdentity
}

/** A test file as recordings name it: relative to the project, with forward slashes. */
export const fileIn = (root: string, path: string) => relative(root, path).split(sep).join('/')

function* testsIn(task: TaskLike): Iterable<TaskLike> {
  if (task.type === 'test') yield task
  for (const child of task.tasks ?? []) yield* testsIn(child)
}

/** What a test spent, with what its earlier attempts did where Vitest retries it. */
async function accountIn(meta: object, seen: Seen, ran: Ran) {
  const { accountOf, joined } = await import('./report/account.ts')
  return joined((meta as { [META]?: TestRecord })[META]?.account, await accountOf(seen, ran))
}

function providerOf(name: string | undefined) {
  return knownProviders().find((provider) => provider.name === name)
}

/** Skips a test whose provider cannot be reached in this mode, or fails it where the run requires the provider. */
function mustBeAbleToRun(context: Context, identity: TestIdentity): void {
  const { mode, required, fixtures } = settings()
  const provider = knownProviders().find(({ name }) => name === identity.provider)
  if (provider === undefined) return
  const obstacle = whyNotLive(provider, process.env)
  if (obstacle === undefined) return
  if (mode === 'record' && existsSync(recordingFile(fixtures, provider.name, identity.file, identity.slug))) return
  const record: TestRecord = {
    provider: provider.name,
    contract: identity.name,
    file: identity.file,
    verdict: required.includes(provider.name) ? 'inconclusive' : 'unchecked',
    reason: obstacle,
    mode,
  }
  Object.assign(context.task.meta, { [META]: record })
  if (required.includes(provider.name)) {
    throw new LlmContractsError('missing-key', `${obstacle} LLM_REQUIRE demands that ${provider.name} runs.`)
  }
  context.skip(obstacle)
}

// Vitest keeps the reason of `skip(reason)` in the result, where its types do not show it.
function noteOf(result: object): string {
  return (result as { note?: string }).note ?? 'the test skipped itself'
}

function failedBeforeSkipping(test: string, message: string): LlmContractsError {
  return new LlmContractsError(
    'not-awaited',
    `"${test}" failed before it skipped itself, which Vitest would not show: ${message}`,
  )
}

function unmetFault(name: string): LlmContractsError {
  return new LlmContractsError(
    'bad-option',
    `A fault (${name}) was asked for that met no request, so nothing was tried with it.`,
  )
}

function notAwaited(names: readonly string[]): LlmContractsError {
  const calls = [...new Set(names)].map((name) => `expect(…).${name}(…)`).join(', ')
  return new LlmContractsError(
    'not-awaited',
    `${calls} was not awaited, so nothing was checked. Write \`await\` before it.`,
  )
}
