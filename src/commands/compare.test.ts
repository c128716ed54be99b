import { expect, test } from 'vitest'
import { writeResults } from '../report/results.ts'
import type { TestRecord, Verdict } from '../report/verdict.ts'
import { completion } from '../contracts/seed.ts'
import type { Json } from '../wire/exchange.ts'
import { called, Folder, recordingOf } from '../testing/called.ts'
import { compare } from './compare.ts'
import { listFeatures } from './features.ts'

const exchange = (
  body: { [key: string]: Json },
  answer: Json = completion() as Json,
  path = '/v1/chat/completions',
) => ({
  request: { method: 'POST', path, headers: { 'content-type': 'application/json' }, body: { model: 'm', ...body } },
  response: {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: answer,
    ms: 12,
    end: 'closed' as const,
  },
})
const messages = [{ role: 'user', content: 'Hi' }]
const weather = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: {} } } }
const of = (provider: string, ...exchanges: ReturnType<typeof exchange>[]) => recordingOf(exchanges, { provider })
const record = (provider: string, contract: string, verdict: Verdict, reason?: string): TestRecord => ({
  provider,
  contract,
  file: 'contracts.test.ts',
  verdict,
  mode: 'live',
  ...(reason === undefined ? {} : { reason }),
})

/** An app that streams and forces tools, recorded with acme, and a first look at globex. */
function app(...records: TestRecord[]): Folder {
  const used = [exchange({ messages, stream: true }), exchange({ messages, tools: [weather], tool_choice: 'required' })]
  const folder = new Folder({
    'fixtures/acme/a/asks.json': of('acme', ...used),
    'fixtures/globex/a/asks.json': of('globex', exchange({ messages }, completion({ role: 'robot' }) as Json)),
  })
  writeResults(folder.path, records, new Date(0))
  return folder
}

test('lists what the app asks for, each request once however many providers it went to', async () => {
  using folder = app()
  folder.write({
    'fixtures/globex/a/asks.json': of('globex', exchange({ messages, stream: true })),
    'fixtures/acme/contracts/chat-request-minimal.json': recordingOf([exchange({ messages, seed: 1 })], {
      test: { file: 'contracts.test.ts', name: 'chat.request.minimal' },
    }),
  })

  expect((await called(listFeatures, folder.path)).out).toMatchInlineSnapshot(`
    "feature               requests  tests
    chat completions      2         a.test.ts > asks
    streaming             1         a.test.ts > asks
    tools                 1         a.test.ts > asks
    tool_choice required  1         a.test.ts > asks

    4 features."
  `)
  expect(
    (await called(listFeatures, folder.path, '--json')).out.split('\n').map((line) => JSON.parse(line)),
  ).toContainEqual({
    feature: 'tools',
    requests: 1,
    tests: ['a.test.ts > asks'],
  })
})

test('says where nothing of the app is recorded', async () => {
  using folder = new Folder({ 'fixtures/readme.txt': 'empty' })

  expect(await called(listFeatures, folder.path)).toMatchObject({
    code: 1,
    err: expect.stringContaining('LLM_CONTRACTS=record'),
  })
})

test('tells which features of the app a switch breaks, and by which contracts', async () => {
  using folder = app(
    record('acme', 'tool_choice.required', 'kept'),
    record('globex', 'tool_choice.required', 'gap', 'Takes it for auto.'),
    record('acme', 'chat.instruction.nonce', 'kept'),
    record('acme', 'asks politely', 'kept'),
    record('globex', 'asks politely', 'broken', 'It was rude.'),
    record('acme', 'chat.message.nonempty-on-stop', 'broken'),
    record('globex', 'chat.message.nonempty-on-stop', 'kept'),
  )
  const { code, out } = await called(compare, folder.path, 'acme', 'globex')

  expect(code).toBe(1)
  expect(out).toMatchInlineSnapshot(`
    "Lost (3)
      chat.message.role  broken: sent "robot" as \`role\`, not "assistant" (fixtures/globex/a/asks.json, exchange 1)  [chat completions]
      tool_choice.required  gap: Takes it for auto.  [tool_choice required]
      contracts.test.ts > asks politely  broken: It was rude.

    Won (1)
      chat.message.nonempty-on-stop  was broken  [chat completions]

    Unknown (1)
      chat.instruction.nonce  unchecked  [chat completions]

    2 of this app's 4 features break on the way from acme to globex: chat completions and tool_choice required."
  `)
})

test('ends with 2 where nothing is lost but too little is known', async () => {
  using folder = app(record('acme', 'tool_choice.required', 'kept'))
  folder.write({ 'fixtures/globex/a/asks.json': of('globex', exchange({ messages })) })
  const { code, out } = await called(compare, folder.path, 'acme', 'globex')

  expect([code, out.split('\n').slice(-2)]).toMatchInlineSnapshot(`
    [
      2,
      [
        "None of this app's 4 features is known to break on the way from acme to globex.",
        "Too little is known of tool_choice required: run describeContracts on globex, live or recorded.",
      ],
    ]
  `)
})

test.each(['unchecked', 'inconclusive'] as const)(
  'what the app needs and the second provider breaks is lost, though it is %s at the first',
  async (before) => {
    using folder = app(
      record('acme', 'tool_choice.required', before),
      record('globex', 'tool_choice.required', 'broken', 'It called no tool.'),
      record('acme', 'asks politely', before),
      record('globex', 'asks politely', 'broken', 'It was rude.'),
      record('acme', 'vision.data-uri', before),
      record('globex', 'vision.data-uri', 'broken'),
      record('acme', 'tools.call.forced', before),
      record('globex', 'tools.call.forced', before),
    )
    folder.write({ 'fixtures/globex/a/asks.json': of('globex', exchange({ messages })) })
    const { code, out } = await called(compare, folder.path, 'acme', 'globex', '--all')

    expect(code).toBe(1)
    expect(out).toBe(
      [
        'Lost (2)',
        '  tool_choice.required  broken: It called no tool. (not known of acme)  [tool_choice required]',
        '  contracts.test.ts > asks politely  broken: It was rude. (not known of acme)',
        '',
        "1 of this app's 4 features breaks on the way from acme to globex: tool_choice required.",
      ].join('\n'),
    )
  },
)

test.each(['broken', 'gap', 'unsupported', 'ignored'] as const)(
  'what is %s at the first provider too is not lost',
  async (before) => {
    using folder = app(
      record('acme', 'tool_choice.required', before),
      record('globex', 'tool_choice.required', 'broken', 'It called no tool.'),
    )
    folder.write({ 'fixtures/globex/a/asks.json': of('globex', exchange({ messages })) })

    expect(await called(compare, folder.path, 'acme', 'globex')).toMatchObject({
      code: 0,
      out: "None of this app's 4 features is known to break on the way from acme to globex.",
    })
  },
)

test('a feature that the second provider declares missing breaks, whatever was tried', async () => {
  using folder = new Folder({
    'fixtures/openai/a/asks.json': of(
      'openai',
      exchange({ input: 'Hi' }, { object: 'list', data: [] }, '/v1/embeddings'),
    ),
    'fixtures/deepseek/a/asks.json': of('deepseek', exchange({ messages })),
  })
  const { code, out } = await called(compare, folder.path, 'openai', 'deepseek')

  expect(code).toBe(1)
  expect(out).toContain('Not offered by deepseek (1)\n  embeddings  No embedding model is listed.')
})

test('ends with 2 where no request of the app is recorded', async () => {
  using folder = new Folder()
  const test = { file: 'contracts.test.ts', name: 'chat.request.minimal' }
  for (const provider of ['acme', 'globex']) {
    const ready = recordingOf([exchange({ messages })], { provider, test })
    folder.write({ [`fixtures/${provider}/contracts/chat-request-minimal.json`]: ready })
  }

  expect(await called(compare, folder.path, 'acme', 'globex')).toMatchObject({
    code: 2,
    err: 'No request of the app is recorded, so nothing is known of what it needs: record its tests.',
  })
})

test.each([
  [['acme', 'acme'], 'diff compares two providers, and got acme twice.'],
  [['acme', 'initech'], 'Nothing is known of initech: there is neither a recording nor a verdict of a run.'],
])('%o is refused', async (operands, err) => {
  using folder = app()

  expect(await called(compare, folder.path, ...operands)).toMatchObject({ code: 2, err })
})
