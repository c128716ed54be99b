import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadEnv } from '../env.ts'
import { LlmContractsError } from '../errors.ts'
import { completeEntry, type ProviderEntry } from '../providers/entry.ts'
import { Provider } from '../providers/provider.ts'
import { selectProviders, whyNotLive, type ResolvedProvider } from '../providers/resolve.ts'
import type { TestIdentity } from '../recording/identity.ts'
import { Recorder } from '../recording/recorder.ts'
import { recordingFile } from '../recording/store.ts'
import { commandFile } from '../recording/unused.ts'
import { readMode, type Mode, type Settings } from '../settings.ts'
import { decide, type Decision } from '../trials/decide.ts'
import { runTrial, type Trying } from '../trials/run.ts'
import type { Trial } from '../trials/trial.ts'
import { accountOf } from '../report/account.ts'
import { settle } from '../report/settle.ts'
import type { TestRecord } from '../report/verdict.ts'
import { watch, type Seen } from '../wire/seen.ts'

/** What came of one trial on one provider. */
export interface Tried {
  readonly trial: Trial
  readonly decision: Decision
  /** The same as a test leaves behind. */
  readonly record: TestRecord
}

/** Tries contracts outside a test run: the mode, the keys and the recordings are the same as there. */
export class Session {
  readonly mode: Mode
  readonly #command: string
  readonly #options: string
  readonly #fixtures: string
  readonly #resolved: readonly ResolvedProvider[]
  readonly #recorder: Recorder

  /**
   * @param command Whose recordings these are: the folder below a provider's.
   * @param options What must stand behind `--to <provider>` to make the same requests again, with a space before it.
   * @throws {LlmContractsError} for an unknown provider, mode or bad address.
   */
  constructor(
    command: string,
    root: string,
    fixtures: string | undefined,
    providers: readonly (string | ProviderEntry)[],
    options = '',
  ) {
    loadEnv(root)
    const wanted = providers.map((provider) => (typeof provider === 'string' ? provider : completeEntry(provider)))
    this.#command = command
    this.#options = options
    this.#fixtures = join(root, fixtures ?? 'fixtures')
    this.mode = readMode(process.env, undefined)
    this.#resolved = selectProviders(wanted, { ...process.env, LLM_PROVIDERS: undefined })
    const settings: Settings = {
      mode: this.mode,
      root,
      fixtures: this.#fixtures,
      providers: this.#resolved,
      required: [],
      allow: [],
      timing: 0,
    }
    this.#recorder = new Recorder(
      () => settings,
      () => this.#resolved,
    )
  }

  /** Begins to answer requests, and in replay lets nothing else reach the network; returns the way back. */
  open(): () => void {
    const ways = [this.#recorder.enable(), ...(this.mode === 'replay' ? [this.#recorder.seal()] : [])]
    return () => ways.reverse().forEach((back) => back())
  }

  /**
   * The provider of a name.
   *
   * @throws {LlmContractsError} `missing-key` where it cannot be asked in this mode.
   */
  provider(name: string): Provider {
    const resolved = this.#resolved.find((one) => one.name === name) as ResolvedProvider
    const obstacle = this.mode === 'replay' ? undefined : whyNotLive(resolved, process.env)
    if (obstacle !== undefined) throw new LlmContractsError('missing-key', obstacle)
    return new Provider(resolved, () => this.mode)
  }

  /** Whether some of the trials were recorded, and would not be asked for again in the mode `record`. */
  hasRecording(trials: readonly Trial[], provider: Provider): boolean {
    if (this.mode !== 'record') return false
    return trials.some((trial) => {
      const { file, slug } = this.#identify(trial, provider)
      return existsSync(recordingFile(this.#fixtures, provider.name, file, slug))
    })
  }

  #identify({ id }: Trial, { name }: Provider): TestIdentity & { readonly provider: string } {
    const again = `npx llm-contracts ${this.#command} --to ${name}${this.#options}`
    return { file: commandFile(this.#command), name: id, slug: id.replaceAll('.', '-'), provider: name, again }
  }

  /** Tries a trial, and keeps what was recorded where the answers tell something. */
  async try(trial: Trial, provider: Provider, trying: Trying): Promise<Tried> {
    const seen: Seen = { exchanges: [], complaints: [] }
    const identity = this.#identify(trial, provider)
    const tape = this.#recorder.tape(identity, seen)
    const started = Date.now()
    const work = async () => {
      try {
        return await runTrial(trial, provider, trial.ways, trying)
      } finally {
        await this.#recorder.settle(tape)
        tape.isOver = true
      }
    }
    const { value: tallies } = await watch(() => this.#recorder.run(tape, work), seen)
    const [complaint] = seen.complaints
    if (complaint !== undefined) throw complaint
    const decision = decide(trial, provider.entry, tallies)
    tape.expectsFailures = true
    if (decision.tells) tape.save()
    const { verdict, reason, rates } = decision
    const conclusion = { provider: provider.name, verdict, rates, ...(reason === undefined ? {} : { reason }) }
    settle(seen, { conclusion, keep: decision.tells, tries: tallies.flatMap(({ tries }) => tries) })
    const ran = { passed: verdict === 'kept', provokes: trial.id.startsWith('error.'), started, ended: Date.now() }
    const record = {
      ...conclusion,
      contract: trial.id,
      file: identity.file,
      mode: this.mode,
      ...tape.evidence(),
      account: await accountOf(seen, ran),
    }
    return { trial, decision, record }
  }
}
