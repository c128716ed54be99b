import { LlmContractsError } from '../errors.ts'
import type { Provider } from '../providers/provider.ts'
import { provesTooLittle } from '../trials/rate.ts'
import { openPrices } from '../report/prices.ts'
import { gateTrialsOf } from '../trials/gate.ts'
import { trials as ready } from '../trials/index.ts'
import type { Trying } from '../trials/run.ts'
import type { Trial } from '../trials/trial.ts'
import { command, wrongCall } from './_command.ts'
import { forecast } from './_forecast.ts'
import { readGateFile } from './_gate-file.ts'
import { renderForecast, renderGate, verdictOf, type GateVerdict, type OfProvider } from './_gate.ts'
import { Session } from './_session.ts'

const help = `
npx llm-contracts gate --to <provider> [--from <provider>]

Two prompts, one that must give valid JSON and one that must call a tool with fitting arguments, streamed and whole, several
times each; then a bad key, where one is needed, and an unknown model. Says PASS (exit code 0), FAIL (1) or INCONCLUSIVE (2,
also where the provider cannot be asked), and why.

It replays what an earlier gate recorded; LLM_CONTRACTS=record asks the provider and records, LLM_CONTRACTS=live only asks.

  --to <provider>      where the traffic is to go
  --from <provider>    where it comes from: tried too, and shown beside
  --samples <n>        how often each prompt is asked in each way, at most; 5 if absent
  --threshold <rate>   the rate, from 0 to 1, that the lower bound of the 95 % interval must reach; 0.5 if absent
  --with <file>        your own prompts, schema, tools, providers and prices: JSON, or a module's default export
  --fixtures <folder>  the plugin's option of that name; fixtures if absent
  --json               one line of JSON for each contract and provider, then one with verdict, reasons and provider
`

/** Contracts of the gate besides its two prompts. */
const ENVELOPE = ['error.401.bad-key', 'error.404.unknown-model']

/** Milliseconds that one request may take. */
const PATIENCE = 60_000

/** `gate`: whether traffic may be moved to a provider. */
export const gate = command(
  {
    name: 'gate',
    operands: [],
    options: {
      to: 'string',
      from: 'string',
      samples: 'string',
      threshold: 'string',
      with: 'string',
      fixtures: 'string',
      json: 'boolean',
    },
    help,
  },
  async ({ options }, io) => {
    const { to, from } = options
    if (to === undefined) throw wrongCall('gate needs --to <provider>. See: npx llm-contracts gate --help')
    if (to === from) throw wrongCall(`gate --to and --from are both ${to}.`)
    const samples = numberOf('samples', options.samples ?? '5', (n) => Number.isInteger(n) && n > 0)
    const threshold = numberOf('threshold', options.threshold ?? '0.5', (n) => n > 0 && n < 1)
    const hopeless = provesTooLittle(samples, threshold)
    if (hopeless !== undefined) throw wrongCall(`gate: ${hopeless}`)
    const own = options.with === undefined ? {} : await readGateFile(options.with, io)
    const trials = [...gateTrialsOf(own), ...ready.filter(({ id }) => ENVELOPE.includes(id))]
    const names = [to, ...(from === undefined ? [] : [from])]
    const entries = names.map((name) => own.providers?.find((entry) => entry.name === name) ?? name)
    const say = (verdict: GateVerdict) => {
      if (options.json === true)
        io.out(JSON.stringify({ verdict: verdict.word, reasons: verdict.reasons, provider: to }))
      return { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 }[verdict.word]
    }
    try {
      const others = options.with === undefined ? '' : ` --with ${options.with}`
      const session = new Session('gate', io.cwd, options.fixtures, entries, others)
      const providers = names.map((name) => session.provider(name))
      const pricer = await openPrices(own.prices ?? {})
      const gated = providers.map((provider) => ({ provider, trials: trials.filter(isMeantFor(provider)) }))
      if (session.mode !== 'replay' && options.json !== true) {
        for (const { provider, trials: its } of gated) {
          const expected = await forecast(its, provider, samples)
          io.out(renderForecast(provider, expected, pricer, session.hasRecording(its, provider)))
        }
        io.out('')
      }
      const trying = { samples, threshold, ...(session.mode === 'replay' ? {} : { timeout: PATIENCE }) }
      const all = await tryAll(session, gated, trying)
      const verdict = verdictOf(all[0]?.tried ?? [])
      if (options.json === true)
        for (const { record } of all.flatMap(({ tried }) => tried)) io.out(JSON.stringify(record))
      else io.out(renderGate(all, verdict, pricer))
      return say(verdict)
    } catch (error) {
      if (!(error instanceof LlmContractsError) || error.code === 'bad-option') throw error
      io.err(`INCONCLUSIVE: ${error.message}`)
      return say({ word: 'INCONCLUSIVE', reasons: [error.message] })
    }
  },
)

/** A server that needs no key cannot be asked with a wrong one. */
const isMeantFor =
  ({ entry }: Provider) =>
  ({ id }: Trial) =>
    entry.keyOptional !== true || id !== 'error.401.bad-key'

interface Gated {
  readonly provider: Provider
  readonly trials: readonly Trial[]
}

/** Tries everything on everyone, and throws the first trouble once nothing is under way any more. */
async function tryAll(session: Session, gated: readonly Gated[], trying: Trying): Promise<OfProvider[]> {
  const close = session.open()
  try {
    const tries = gated.map(({ provider, trials }) => trials.map((trial) => session.try(trial, provider, trying)))
    // Whoever still asked once the way is free again would reach the network.
    await Promise.allSettled(tries.flat())
    return await Promise.all(
      gated.map(async ({ provider }, at) => ({ provider, tried: await Promise.all(tries[at] ?? []) })),
    )
  } finally {
    close()
  }
}

function numberOf(option: string, text: string, fits: (value: number) => boolean): number {
  const value = Number(text)
  if (text.trim() !== '' && fits(value)) return value
  const what = option === 'samples' ? 'a whole number from 1' : 'a number between 0 and 1'
  throw wrongCall(`gate --${option} is "${text}": write ${what}.`)
}
