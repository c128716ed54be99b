import { Endpoint } from '../src/testing/endpoint.ts'
import { Project } from '../src/testing/project.ts'
import { median, ratioOf, rotated } from './measure.ts'
import { renderMs, renderRatio, renderTable, renderVerdict } from './table.ts'
import { answer, BASE_URL, question } from './workload.ts'

const TESTS = 10
// Without isolation a run is over in seconds, so more of them are made: its middle is the less steady.
const WAYS = { '--isolate': { target: 1.25, more: 1 }, '--no-isolate': { target: 1.3, more: 3 } } as const
type Way = keyof typeof WAYS
// Our own limit: a repository's other tests should not notice.
const BYSTANDERS = 1.1
type Run = () => Promise<number>

const body = JSON.stringify(answer)

const tests = (file: number) => `
  test.each(Array.from({ length: ${TESTS} }, (_, number) => number))('answers question %i', async (number) => {
    const content = 'Question ' + number + ' of file ${file}: ' + ${JSON.stringify(question.messages[1]?.content)}
    const reply = await client.chat.completions.create({ model: '${question.model}', messages: [{ role: 'user', content }] })
    expect(reply.choices[0]?.message.content).toContain('The Moon')
  })
})
`

const plain = (file: number) => `import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'

const body = ${JSON.stringify(body)}
const fetch = async () => new Response(body, { headers: { 'content-type': 'application/json' } })

describe.each([{ name: 'openai' }])('$name', () => {
  const client = new OpenAI({ apiKey: 'none', baseURL: '${BASE_URL}', fetch })
${tests(file)}`

const replayed = (file: number) => `import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'

describe.each(providers)('$name', (provider) => {
  const client = provider.client()
${tests(file)}`

const asksNothing = (file: number) => `import { expect, test } from 'vitest'

test.each(Array.from({ length: ${TESTS} }, (_, number) => number))('adds to %i', (number) => {
  expect(number + ${file} - ${file}).toBe(number)
})
`

const PLAIN = `import { defineConfig } from 'vitest/config'
export default defineConfig({})
`
const PLUGGED = `import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
export default defineConfig({ plugins: [llmContracts({ providers: ['openai'] })] })
`

function project(config: string, files: number, render: (file: number) => string): Project {
  const numbers = Array.from({ length: files }, (_, number) => number)
  const named = numbers.map((number) => [`tests/suite-${number}.test.ts`, render(number)] as const)
  return new Project({ 'vitest.config.ts': config, ...Object.fromEntries(named) })
}

async function runSuite(suite: Project, files: number, way: Way, env: Record<string, string> = {}): Promise<number> {
  const started = performance.now()
  const { code, stdout, stderr } = await suite.vitest(env, way)
  const ms = performance.now() - started
  const all = `${files * TESTS} passed`
  if (code === 0 && stdout.includes(all)) return ms
  const failure = /^(.*Error: .*)$/m.exec(stderr)?.[1] ?? stderr.slice(-500)
  throw new Error(`not ${all} but ${/Tests +(.*)/.exec(stdout)?.[1]}: ${failure}`)
}

/** Records the suite from a loopback server, by the means of the package itself. */
async function record(suite: Project, files: number): Promise<void> {
  await using endpoint = await new Endpoint((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(body)
  }).listen()
  const env = { LLM_CONTRACTS: 'record', OPENAI_API_KEY: 'none', OPENAI_BASE_URL: `${endpoint.origin}/v1` }
  await runSuite(suite, files, '--isolate', env)
}

/** Runs the same suite with an in-memory `fetch` and with the plugin, by turns, isolated and not; gives a table. */
export async function measureSuite(files: number, rounds: number): Promise<string> {
  using without = project(PLAIN, files, plain)
  using plugged = project(PLUGGED, files, replayed)
  await record(plugged, files)
  const rows: string[][] = []
  for (const [way, { target, more }] of Object.entries(WAYS) as [Way, (typeof WAYS)[Way]][]) {
    rows.push([way, ...(await rowOf(without, plugged, files, way, rounds * more, target))])
  }
  const head = ['', 'in-memory fetch', 'with the plugin', 'ratio', 'target']
  return `### A suite of ${files} files x ${TESTS} tests, one call each\n\n${renderTable(head, rows)}`
}

/** Runs tests that ask for nothing without and with the plugin, by turns: what the rest of a repository pays for it. */
export async function measureBystanders(files: number, rounds: number): Promise<string> {
  using without = project(PLAIN, files, asksNothing)
  using plugged = project(PLUGGED, files, asksNothing)
  const row = await rowOf(without, plugged, files, '--isolate', rounds, BYSTANDERS)
  const head = ['', 'without the plugin', 'with the plugin', 'ratio', 'target']
  return `### ${files} files x ${TESTS} tests that ask for nothing\n\n${renderTable(head, [['--isolate', ...row]])}`
}

async function rowOf(
  without: Project,
  plugged: Project,
  files: number,
  way: Way,
  rounds: number,
  target: number,
): Promise<string[]> {
  const run = (suite: Project) => runSuite(suite, files, way)
  try {
    return await compare(
      () => run(without),
      () => run(plugged),
      rounds,
      target,
    )
  } catch (error) {
    return ['—', '—', '—', `fails: ${(error as Error).message.replaceAll('|', '/')}`]
  }
}

async function compare(without: Run, plugged: Run, rounds: number, target: number): Promise<string[]> {
  const times = new Map<Run, number[]>([
    [without, []],
    [plugged, []],
  ])
  for (let round = -1; round < rounds; round++) {
    for (const run of rotated([without, plugged], round + 1)) {
      const ms = await run()
      if (round >= 0) times.get(run)?.push(ms)
    }
  }
  const [base, ours] = [times.get(without) ?? [], times.get(plugged) ?? []]
  const ratio = ratioOf(ours, base)
  return [renderSeconds(base), renderSeconds(ours), renderRatio(ratio), renderVerdict(ratio.value, target)]
}

function renderSeconds(ms: readonly number[]): string {
  const [least, most] = [Math.min(...ms), Math.max(...ms)].map((value) => (value / 1000).toFixed(1))
  return `${renderMs(median(ms) / 1000).replace(' ms', ' s')} (${least}-${most})`
}
