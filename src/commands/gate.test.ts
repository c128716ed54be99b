import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { completion } from '../contracts/seed.ts'
import { called, Folder } from '../testing/called.ts'
import { Endpoint } from '../testing/endpoint.ts'
import { Session } from './_session.ts'
import { gate } from './gate.ts'

afterEach(() => vi.unstubAllEnvs())

const invoice = '{"number":"INV-2041","seller":"Acme Ltd","total":149.5,"currency":"EUR"}'
const ticket = '{"title":"Checkout returns 500","priority":"high","labels":["checkout"]}'
const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 }

interface Says {
  readonly json?: string
  readonly ticket?: string
  /** The status of what a good request gets. */
  readonly status?: number
}

/** A provider that answers the gate's requests, whole and streamed, and knows one key and one model. */
async function acme({ json = invoice, ticket: args = ticket, status = 200 }: Says = {}): Promise<Endpoint> {
  const endpoint = new Endpoint((response, { text, headers }) => {
    const { model, tools, stream } = JSON.parse(text) as { model: string; tools?: unknown; stream?: boolean }
    const refuse = (code: number, message: string, word: string | null) => {
      response.writeHead(code, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { message, type: 'invalid_request_error', param: null, code: word } }))
    }
    if (headers.authorization !== 'Bearer acme-key') return refuse(401, 'Incorrect API key provided', 'invalid_api_key')
    if (model !== 'acme-1') return refuse(404, `The model \`${model}\` does not exist`, 'model_not_found')
    if (status !== 200) return refuse(status, 'Rate limit reached', 'rate_limit_exceeded')
    const call = { id: 'call_1', type: 'function', function: { name: 'create_ticket', arguments: args } }
    const message = tools === undefined ? { content: json } : { content: null, tool_calls: [call] }
    const finish_reason = tools === undefined ? 'stop' : 'tool_calls'
    if (stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify(completion(message, { usage }, { finish_reason })))
    }
    const delta = tools === undefined ? message : { content: null, tool_calls: [{ index: 0, ...call }] }
    const event = (body: object) =>
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model, ...body })}\n\n`
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const end = event({ choices: [{ index: 0, delta: {}, finish_reason }], usage })
    return response.end(`${event({ choices: [{ index: 0, delta, finish_reason: null }] })}${end}data: [DONE]\n\n`)
  })
  return endpoint.listen()
}

/** A project whose gate file knows acme, and where it listens. */
function project(endpoint: Endpoint, more: object = {}): Folder {
  vi.stubEnv('ACME_KEY', 'acme-key')
  const entry = { name: 'acme', baseURL: `${endpoint.origin}/v1`, keys: ['ACME_KEY'], models: { chat: 'acme-1' } }
  const offers = ['chat', 'streaming', 'tools', 'json_object']
  const prices = { 'acme-1': { input: 1, output: 2 } }
  return new Folder({
    'gate.json': JSON.stringify({ providers: [{ ...entry, offers }], prices, ...more }),
    'fixtures/readme.txt': 'recordings',
  })
}

const timeless = (text: string) => text.replaceAll(/^(acme +20 +20 +\S+ +150) .*$/gm, '$1 …')
const open = (folder: Folder, ...args: string[]) =>
  called(gate, folder.path, '--to', 'acme', '--with', 'gate.json', ...args)

test('a provider that does all passes, and passes from its recordings when it is gone', async () => {
  const endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'record')
  const recorded = await open(folder)
  await endpoint.close()
  vi.stubEnv('LLM_CONTRACTS', 'replay')
  const replayed = await open(folder)

  expect(recorded).toMatchObject({ code: 0, err: '' })
  expect(timeless(recorded.out)).toMatchInlineSnapshot(`
    "acme (acme-1): 22 requests, 64 at most with retries, about 7,218 tokens (5,000 of them reckoned for the answers), about $0.012.

    contract                 acme
    gate.json                kept: whole 5 of 5, streamed 5 of 5
    gate.tool                kept: whole 5 of 5, streamed 5 of 5
    error.401.bad-key        kept
    error.404.unknown-model  kept
    What accepted answers cost

          attempts  accepted   $ each  tokens each  s each  attempts each  first token p50/p95  tok/s p50  gap p95
    acme        20        20  $0.0002          150 …

    Not counted: 2 that the tests themselves provoked.

    Evidence: mode record.

    PASS  acme keeps all that the gate asks for."
  `)
  expect(replayed).toMatchObject({ code: 0, err: '', out: expect.stringContaining('PASS  acme') })
})

test.each([
  [
    'sends JSON that does not fit',
    { json: '{"number":7}' },
    'gate.json is broken: whole: It sent JSON that does not fit the schema',
  ],
  [
    'calls with arguments that do not fit',
    { ticket: '{"title":"x"}' },
    'gate.tool is broken: whole: It called create_ticket',
  ],
])('a provider that %s fails, with the reason', async (_, says, reason) => {
  await using endpoint = await acme(says)
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'live')
  const { code, out } = await open(folder)

  expect(code).toBe(1)
  expect(out).toContain(`FAIL  acme\n  ${reason}`)
})

test('a provider that cannot be asked leaves the gate open', async () => {
  await using endpoint = await acme({ status: 429 })
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'live')
  const { code, out } = await open(folder, '--samples', '4')

  expect(code).toBe(2)
  expect(out).toContain(
    'INCONCLUSIVE  acme\n  gate.json is inconclusive: whole: the provider could not be asked: rate limit',
  )
}, 60_000)

test('too few samples to prove anything are refused', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'live')

  expect(await open(folder, '--samples', '2')).toMatchObject({
    code: 2,
    err: 'gate: 2 of 2 proves no more than 34.2 %, so a threshold of 0.5 can never be reached: write 4 samples or more.',
  })
  expect(endpoint.got).toHaveLength(0)
})

test('your own prompts, schema and tools are asked in place of ours', async () => {
  await using endpoint = await acme({ json: '{"city":"Oslo"}' })
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }
  using folder = project(endpoint, { json: { messages: [{ role: 'user', content: 'Which city, as JSON?' }], schema } })
  vi.stubEnv('LLM_CONTRACTS', 'live')
  const { code } = await open(folder)

  expect(code).toBe(0)
  expect(endpoint.got.some(({ text }) => text.includes('Which city, as JSON?'))).toBe(true)
})

test('a replay without a recording says how to make one', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'replay')
  const { code, err } = await open(folder)

  expect(code).toBe(2)
  expect(err).toMatchInlineSnapshot(`
    "INCONCLUSIVE: No recording of POST /v1/chat/completions for acme in the test "gate.json".
    Looked for fixtures/acme/llm-contracts-gate/gate-json.json, which does not exist.

    Record it: LLM_CONTRACTS=record npx llm-contracts gate --to acme --with gate.json"
  `)
})

test('a replay that misses a recording asks nobody, though the key is there and the provider listens', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'record')
  await open(folder)
  const asked = endpoint.got.length
  rmSync(join(folder.path, 'fixtures/acme/llm-contracts-gate/gate-json.json'))
  vi.stubEnv('LLM_CONTRACTS', 'replay')
  const { code, err } = await open(folder)
  // What a trial would ask once the answering has ended comes only after this.
  await new Promise((resolve) => setTimeout(resolve, 100))

  expect([code, err.split('\n')[0]]).toEqual([
    2,
    'INCONCLUSIVE: No recording of POST /v1/chat/completions for acme in the test "gate.json".',
  ])
  expect(asked).toBe(22)
  expect(endpoint.got).toHaveLength(asked)
})

test('in replay what does not use fetch reaches nobody either, until the gate is over', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  const reaches = async () => {
    const socket = connect(Number(new URL(endpoint.origin).port), '127.0.0.1')
    const reached = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    return reached
  }
  const during = async (mode: string) => {
    vi.stubEnv('LLM_CONTRACTS', mode)
    const close = new Session('gate', folder.path, undefined, ['openai']).open()
    const reached = await reaches()
    close()
    return reached
  }

  expect([await during('replay'), await reaches(), await during('live')]).toEqual([false, true, true])
})

test('a live gate without a key says which one', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'live')
  vi.stubEnv('ACME_KEY', '')

  expect(await open(folder)).toMatchObject({
    code: 2,
    err: 'INCONCLUSIVE: acme has no key: set ACME_KEY in the environment or in .env.',
  })
  expect(await open(folder, '--json')).toMatchObject({
    code: 2,
    out: '{"verdict":"INCONCLUSIVE","reasons":["acme has no key: set ACME_KEY in the environment or in .env."],"provider":"acme"}',
  })
})

test('a server that needs no key is not asked with a wrong one', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  const { providers } = JSON.parse(folder.read('gate.json')) as { providers: object[] }
  folder.write({ 'gate.json': JSON.stringify({ providers: [{ ...providers[0], keyOptional: true }] }) })
  vi.stubEnv('LLM_CONTRACTS', 'live')
  const { code, out } = await open(folder)

  expect(code).toBe(0)
  expect(out).toContain('21 requests, 61 at most with retries')
  expect(out).not.toContain('error.401.bad-key')
  expect(endpoint.got).toHaveLength(21)
})

test('what is recorded is not asked again, and the forecast says so', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'record')
  const first = await open(folder)
  const asked = endpoint.got.length
  const second = await open(folder)

  expect(first.out).not.toContain('not asked again')
  expect(second.out.split('\n')[0]).toMatch(/^acme .* What is recorded is not asked again\.$/)
  expect(endpoint.got).toHaveLength(asked)
})

test('every contract is a line of JSON where asked', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  vi.stubEnv('LLM_CONTRACTS', 'live')
  const { out } = await open(folder, '--json')
  const lines = out.split('\n').map((line) => JSON.parse(line) as { contract?: string; verdict: string })
  const last = lines.pop()

  expect(lines.map(({ contract, verdict }) => `${contract} ${verdict}`)).toEqual(
    expect.arrayContaining(['gate.json kept', 'gate.tool kept']),
  )
  expect(last).toEqual({ verdict: 'PASS', reasons: [], provider: 'acme' })
})

test.each([
  [[], 'gate needs --to <provider>. See: npx llm-contracts gate --help'],
  [['--to', 'qwen', '--from', 'qwen'], 'gate --to and --from are both qwen.'],
  [['--to', 'qwen', '--samples', '0'], 'gate --samples is "0": write a whole number from 1.'],
  [['--to', 'qwen', '--threshold', '1'], 'gate --threshold is "1": write a number between 0 and 1.'],
  [['--to', 'qwen', '--with', 'none.json'], 'There is no file none.json.'],
  [
    ['--to', 'qwen', '--with', 'odd.json'],
    'odd.json: prompts is no field: there are json, tool, providers and prices.',
  ],
  [['--to', 'qwen', '--with', 'bare.json'], 'bare.json: json.messages is no list of messages.'],
  [['--to', 'qwen', '--with', 'loose.json'], 'loose.json: json.schema is no JSON Schema object.'],
  [['--to', 'qwen', '--with', 'empty.json'], 'empty.json: tool.tools is empty.'],
  [
    ['--to', 'qwen', '--with', 'price.json'],
    'price.json: The input price of "m" is no amount: write US dollars per million tokens, 0 or more.',
  ],
  [
    ['--to', 'qwen', '--with', 'entry.json'],
    expect.stringMatching(/^entry\.json: base of provider "good" is no field/),
  ],
  [
    ['--to', 'qwen', '--with', 'schema.json'],
    expect.stringMatching(/^schema\.json: The schema is no valid JSON Schema/),
  ],
])('gate %j is refused', async (args, err) => {
  const messages = [{ role: 'user', content: 'Hi' }]
  using folder = new Folder({
    'odd.json': '{"prompts":[]}',
    'bare.json': '{"json":{"schema":{}}}',
    'loose.json': JSON.stringify({ json: { messages } }),
    'price.json': '{"prices":{"m":{"input":"1","output":2}}}',
    'entry.json': '{"providers":[{"name":"good","base":"x","models":{"chat":"m"}}]}',
    'schema.json': JSON.stringify({ json: { messages, schema: { type: 'objekt' } } }),
    'empty.json': JSON.stringify({ tool: { messages, tools: [] } }),
  })

  expect(await called(gate, folder.path, ...args)).toMatchObject({ code: 2, err })
})

test('a gate file may be a module', async () => {
  await using endpoint = await acme()
  using folder = project(endpoint)
  const text = `export default ${folder.read('gate.json')}`
  writeFileSync(join(folder.path, 'gate.mjs'), text)
  vi.stubEnv('LLM_CONTRACTS', 'live')

  expect(await called(gate, folder.path, '--to', 'acme', '--with', 'gate.mjs')).toMatchObject({ code: 0 })
})
