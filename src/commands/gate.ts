import { LlmContractsError } from '../errors.ts'
import { gateTrialsOf } from '../trials/gate.ts'
import { trials as ready } from '../trials/index.ts'
import { command, wrongCall } from './_command.ts'
import { forecast } from './_forecast.ts'
import { readGateFile } from './_gate-file.ts'
import { renderForecast, renderGate, verdictOf } from './_gate.ts'
import { openPrices } from '../report/prices.ts'
import { Session } from './_session.ts'

const help = `
npx llm-contracts gate --to <provider> [--from <provider>]

Two prompts, one that must give valid JSON and one that must call a tool with fitting arguments, streamed and whole, several
times each; then a bad key and an unknown model. Says PASS (exit code 0), FAIL (1) or INCONCLUSIVE (2), and why.

It replays what an earlier gate recorded; LLM_CONTRACTS=record asks the provider and records, LLM_CONTRACTS=live only asks.

  --to <provider>      where the traffic is to go
  --from <provider>    where it comes from: tried too, and shown beside
  --samples <n>        how often each prompt is asked in each way, at most; 5 if absent
  --threshold <rate>   the rate, from 0 to 1, that the lower bound of the 95 % interval must reach; 0.5 if absent
  --with <file>        your own prompts, schema, tools, providers and prices: JSON, or a module's default export
  --fixtures <folder>  the plugin's option of that name; fixtures if absent
  --json               one line of JSON for each contract and provider
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
    const own = options.with === undefined ? {} : await readGateFile(options.with, io)
    const trials = [...gateTrialsOf(own), ...ready.filter(({ id }) => ENVELOPE.includes(id))]
    const names = [to, ...(from === undefined ? [] : [from])]
    const entries = names.map((name) => own.providers?.find((entry) => entry.name === name) ?? name)
    const session = new Session('gate', io.cwd, options.fixtures, entries)
    const providers = names.map((name) => session.provider(name))
    const pricer = await openPrices(own.prices ?? {})
    if (session.mode !== 'replay' && options.json !== true) {
      for (const one of providers) io.out(renderForecast(one, await forecast(trials, one, samples), pricer))
      io.out('')
    }
    const close = session.open()
    try {
      const trying = { samples, threshold, ...(session.mode === 'replay' ? {} : { timeout: PATIENCE }) }
      // None may go on asking once the way is free again, so all are waited for, whatever came of the first.
      const tries = providers.map((provider) => trials.map((trial) => session.try(trial, provider, trying)))
      await Promise.allSettled(tries.flat())
      const all = await Promise.all(
        providers.map(async (provider, at) => ({ provider, tried: await Promise.all(tries[at] ?? []) })),
      )
      const verdict = verdictOf(all[0]?.tried ?? [])
      if (options.json === true)
        for (const { record } of all.flatMap(({ tried }) => tried)) io.out(JSON.stringify(record))
      else io.out(renderGate(all, verdict, pricer))
      return { PASS: 0, FAIL: 1, INCONCLUSIVE: 2 }[verdict.word]
    } catch (error) {
      if (!(error instanceof LlmContractsError) || error.code === 'bad-option') throw error
      io.err(`INCONCLUSIVE: ${error.message}`)
      return 2
    } finally {
      close()
    }
  },
)

function numberOf(option: string, text: string, fits: (value: number) => boolean): number {
  const value = Number(text)
  if (text.trim() !== '' && fits(value)) return value
  const what = option === 'samples' ? 'a whole number from 1' : 'a number between 0 and 1'
  throw wrongCall(`gate --${option} is "${text}": write ${what}.`)
}
