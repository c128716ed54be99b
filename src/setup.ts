/**
 * The setup file: adds the matchers to `expect`, and gives every test its recordings. The plugin adds it by itself.
 *
 * @example
 * ```ts
 * // vitest.config.ts, only where the plugin cannot be used
 * export default defineConfig({ test: { setupFiles: ['vitest-llm-contracts/setup'] } })
 * ```
 */
import { existsSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { afterAll, aroundEach, expect, type TestContext } from 'vitest'
import { matchers } from '../matchers/index.ts'
import type { Judgement } from '../matchers/_finding.ts'
import { forgottenIn, judgementsIn } from '../matchers/_matcher.ts'
import { LlmContractsError } from './errors.ts'
import { whyNotLive } from './providers/_resolve.ts'
import { identify, type TaskLike, type TestIdentity } from './recording/identity.ts'
import { recordingFile } from './recording/store.ts'
import type { Tape } from './recording/tape.ts'
import { conclude } from './report/conclude.ts'
import { META, type TestRecord } from './report/verdict.ts'
import { watch, type Seen } from './wire/seen.ts'
import { forgetDeclared, knownProviders, recorder, settings } from './worker.ts'

export type * from '../matchers/index.ts'

expect.extend(matchers)
forgetDeclared()

const ENABLED = Symbol.for('vitest-llm-contracts.enabled')
const worker = globalThis as { [ENABLED]?: true }
if (worker[ENABLED] === undefined) {
  worker[ENABLED] = true
  recorder.enable()
  if (settings().mode === 'replay') recorder.seal()
}

const identities = new WeakMap<object, Map<string, TestIdentity>>()

aroundEach(async (run, context) => {
  const { task } = context
  const identity = identityOf(task)
  mustBeAbleToRun(context, identity)
  const seen: Seen = { exchanges: [], complaints: [] }
  const tape = recorder.tape(identity, seen)
  await watch(() => recorder.run(tape, run), seen)
  await tape.end()
  await recorder.settle(tape)
  const forgotten = forgottenIn(seen)
  const errors = task.result?.errors ?? []
  const swallowed = seen.complaints.find(({ message }) => !errors.some((error) => error.message.includes(message)))
  const failed = task.result?.state === 'fail' || forgotten.length > 0 || seen.complaints.length > 0
  const conclusion = conclude({
    failed,
    skipped: task.result?.state === 'skip' ? noteOf(task.result) : undefined,
    errors,
    complaints: seen.complaints,
    exchanges: seen.exchanges,
    judgements: judgementsIn(seen),
    tags: task.tags ?? [],
    provider: providerOf(identity, seen),
  })
  if (conclusion !== undefined) {
    const record: TestRecord = {
      ...conclusion,
      contract: identity.name,
      file: identity.file,
      mode: settings().mode,
      ...tape.evidence(),
    }
    Object.assign(task.meta, { [META]: record })
  }
  if (forgotten.length > 0) throw notAwaited(forgotten)
  if (swallowed !== undefined) throw swallowed
  const decided =
    conclusion?.verdict === 'gap' || conclusion?.verdict === 'unsupported' || conclusion?.verdict === 'ignored'
  if (!failed || decided) {
    await mustJudgeAlike(tape, judgementsIn(seen))
    tape.save()
  }
  if (decided && failed) context.skip(`${conclusion.verdict}: ${conclusion.reason}`)
})

afterAll(() => {
  const [stray] = recorder.takeStrays()
  if (stray !== undefined) throw stray
})

function identityOf(task: TestContext['task']): TestIdentity {
  const { root } = settings()
  let known = identities.get(task.file)
  if (known === undefined) {
    const file = relative(root, task.file.filepath).split(sep).join('/')
    known = identify([...testsIn(task.file)], file, knownProviders())
    identities.set(task.file, known)
  }
  return known.get(task.id) as TestIdentity
}

function* testsIn(task: TaskLike): Iterable<TaskLike> {
  if (task.type === 'test') yield task
  for (const child of task.tasks ?? []) yield* testsIn(child)
}

function providerOf(identity: TestIdentity, seen: Seen) {
  const name = identity.provider ?? seen.exchanges.at(-1)?.provider?.name
  return knownProviders().find((provider) => provider.name === name)
}

/** Skips a test whose provider cannot be reached in this mode, or fails it where the run requires the provider. */
function mustBeAbleToRun(context: TestContext, identity: TestIdentity): void {
  const { mode, required, fixtures } = settings()
  const provider = knownProviders().find(({ name }) => name === identity.provider)
  if (mode === 'replay' || provider === undefined) return
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

/** What is about to be kept must give the verdicts that the network gave: read back from the file's text, judged again. */
async function mustJudgeAlike(tape: Tape, judgements: readonly Judgement[]): Promise<void> {
  for (const [live, replayed] of tape.rehearse()) {
    for (const { matcher, exchange, finding, again } of judgements) {
      if (exchange !== live) continue
      const now = await again(replayed)
      if (now?.contract === finding?.contract) continue
      const { file, number } = replayed.evidence
      throw new LlmContractsError(
        'bad-recording',
        `${file}, exchange ${number}, was not kept: read back from the file, ${matcher} judged it differently. ` +
          `${now?.lines[0] ?? 'It passed.'} If a secret was masked in the answer, keep it out of what the test asserts.`,
      )
    }
  }
}

// Vitest keeps the reason of `skip(reason)` in the result, where its types do not show it.
function noteOf(result: object): string {
  return (result as { note?: string }).note ?? 'the test skipped itself'
}

function notAwaited(names: readonly string[]): LlmContractsError {
  const calls = [...new Set(names)].map((name) => `expect(…).${name}(…)`).join(', ')
  return new LlmContractsError(
    'not-awaited',
    `${calls} was not awaited, so nothing was checked. Write \`await\` before it.`,
  )
}
