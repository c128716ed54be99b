import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { llmContracts } from './plugin.ts'
import { Endpoint } from './testing/endpoint.ts'
import { Project, type Said } from './testing/project.ts'

const config = `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = {
  name: 'acme', baseURL: 'https://acme.invalid/v1', keys: ['ACME_API_KEY'], models: { chat: 'acme-1' },
  offers: ['chat', 'json_object'],
  lacks: [{ capability: 'vision', reason: 'It sees nothing.', source: 'https://acme.invalid/docs', date: '2026-01-02' }],
  gaps: [{ contract: 'error.envelope', reason: 'Errors are flat.', source: 'https://acme.invalid/errors', date: '2026-01-02' }],
}
const plugin = llmContracts({ providers: [acme] })
const reporters = process.env.JSON_REPORT ? [['json', { stdout: true }]] : ['default']
export default defineConfig({ plugins: [plugin, llmContracts({ providers: [acme] })], test: { include: ['*.test.ts'], reporters } })
`

const head = `
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
const ask = (provider, content, options = {}) => provider.client({ maxRetries: 0 }).chat.completions.create({
  model: provider.model, messages: [{ role: 'user', content }], ...options,
})
`

/** A model that repeats the last message, and does as it is told about errors. */
async function acme(): Promise<Endpoint> {
  const endpoint = new Endpoint((response, { text }) => {
    const { model, messages } = JSON.parse(text) as { model: string; messages: { content: string }[] }
    const content = messages.at(-1)?.content ?? ''
    const failure = /^fail (\d+) (.*)$/.exec(content)
    response.writeHead(failure === null ? 200 : Number(failure[1]), {
      'content-type': 'application/json',
      'x-request-id': 'req_1',
    })
    response.end(
      failure?.[2] ??
        JSON.stringify({
          id: 'c1',
          object: 'chat.completion',
          created: 1,
          model,
          choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
        }),
    )
  })
  return endpoint.listen()
}

let endpoint: Endpoint
let down: string
beforeAll(async () => {
  endpoint = await acme()
  down = endpoint.origin
})
afterAll(() => endpoint.close())

const JSON_REPORT = { JSON_REPORT: 'yes' }
const online = () => ({ LLM_CONTRACTS: 'record', ACME_BASE_URL: `${down}/v1`, ACME_API_KEY: 'a-key-for-acme' })
const project = (tests: string) => new Project({ 'vitest.config.js': config, 'a.test.ts': head + tests })
const both = ({ stdout, stderr }: Said) => stdout + stderr

describe('a suite', () => {
  test('records, and replays without key or server, with the same verdicts and the matrix once', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('gives JSON', { tags: ['json_object'] }, () => expect(ask(provider, '{"a":1}')).toReturnValidJson())
      test.concurrent('echoes one', async () => expect((await ask(provider, 'one')).choices[0].message.content).toBe('one'))
      test.concurrent('echoes two', async () => expect((await ask(provider, 'two')).choices[0].message.content).toBe('two'))
    })`)
    const recorded = await its.vitest(online())
    const asked = endpoint.got.length
    const replayed = await its.vitest()

    expect(recorded.code, both(recorded)).toBe(0)
    expect(replayed.code, both(replayed)).toBe(0)
    expect(endpoint.got.length).toBe(asked)
    expect(existsSync(join(its.root, 'fixtures/acme/a/gives-json.json'))).toBe(true)
    expect(replayed.stdout.slice(replayed.stdout.indexOf('Contracts by')).replace(/\d{4}-\d\d-\d\d/g, 'DAY'))
      .toMatchInlineSnapshot(`
      "Contracts by providers

                    acme
      a.test.ts
        gives JSON   ✓  
        echoes one   ✓  
        echoes two   ✓  
      kept           3/3

      ✓ 3 kept

      Evidence: mode replay; 0 from live traffic, 3 from stand-ins, recorded DAY.
      Stand-ins speak each provider's documented dialect on this machine; they are no measurement of the provider.
      Replace them with the real thing: set the key, then LLM_CONTRACTS=rerecord LLM_PROVIDERS=<name> npx vitest run

      "
    `)
  })

  test('leaves standard output to a reporter that speaks to a program', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('echoes', async () => expect((await ask(provider, 'x')).choices[0].message.content).toBe('x'))
    })`)
    await its.vitest(online())
    const { stdout, stderr } = await its.vitest(JSON_REPORT)
    const report = JSON.parse(stdout) as { testResults: { assertionResults: { meta: unknown }[] }[] }

    expect(report.testResults[0]?.assertionResults[0]?.meta).toMatchObject({
      llmContracts: { provider: 'acme', verdict: 'kept', contract: 'echoes' },
    })
    expect(stderr).toContain('Contracts by providers')
  })

  test('may have fixtures of its own', async () => {
    using its = project(`
    const own = test.extend({ content: async ({}, use) => { await use('from a fixture') } })
    describe.each(providers)('$name', (provider) => {
      own('echoes', async ({ content }) => expect((await ask(provider, content)).choices[0].message.content).toBe(content))
    })`)
    const recorded = await its.vitest(online())
    const replayed = await its.vitest()

    expect(recorded.code, both(recorded)).toBe(0)
    expect(replayed.code, both(replayed)).toBe(0)
  })

  test('works in several projects', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('echoes', async () => expect((await ask(provider, 'x')).choices[0].message.content).toBe('x'))
    })`)
    its.write({
      'vitest.config.js': config.replace(
        /export default[^]*/,
        `export default defineConfig({ test: { projects: [
        { extends: true, plugins: [plugin], test: { name: 'contracts', include: ['a.test.ts'] } },
        { test: { name: 'others', include: ['b.test.ts'] } },
      ] } })`,
      ),
      'b.test.ts': `import { expect, test } from 'vitest'\ntest('is left alone', () => expect(expect.toReturnValidJson).toBeUndefined())`,
    })
    await its.vitest(online())
    const said = await its.vitest()

    expect(said.code, both(said)).toBe(0)
    expect(said.stdout.split('Contracts by providers').length).toBe(2)
  })
})

describe('a test file', () => {
  const OWN = "import { expect, test } from 'vitest'\n"
  const refusing = (...libraries: string[]) =>
    Object.fromEntries(
      libraries.flatMap((name) => [
        [`node_modules/${name}/package.json`, `{ "name": "${name}", "exports": { ".": "./a.cjs", "./*": "./a.cjs" } }`],
        [`node_modules/${name}/a.cjs`, `throw new Error('${name} was loaded')`],
      ]),
    )

  test('that asks for nothing loads neither msw nor the SDK, nor what Node.js has for HTTP', async () => {
    const loaded = 'process.moduleLoadList.filter((name) => /NativeModule (http|crypto)$/.test(name))'
    using its = new Project({ 'vitest.config.js': config, 'a.test.ts': '' })
    for (const name of ['msw', 'openai']) rmSync(join(its.root, 'node_modules', name))
    its.write({ ...refusing('msw', 'openai'), 'a.test.ts': `${OWN}test('adds', () => expect(${loaded}).toEqual([]))` })
    const said = await its.vitest()

    expect(said.code, both(said)).toBe(0)
  })

  test('has its recordings read before its tests ask for them', async () => {
    using its = project(`
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    describe.each(providers)('$name', (provider) => {
      test('echoes', async () => {
        const late = []
        const read = fs.readFileSync
        fs.readFileSync = (path, ...rest) => (late.push(String(path)), read(path, ...rest))
        syncBuiltinESMExports()
        expect((await ask(provider, 'x')).choices[0].message.content).toBe('x')
        if (process.env.LLM_CONTRACTS === undefined) expect(late.filter((path) => path.includes('/fixtures/'))).toEqual([])
      })
    })`)
    const recorded = await its.vitest(online())
    const replayed = await its.vitest()

    expect(recorded.code, both(recorded)).toBe(0)
    expect(replayed.code, both(replayed)).toBe(0)
  })

  test('that has mocks of its own for other services gets them in a replay, and nothing past them', async () => {
    using its = new Project({
      'vitest.config.js': config,
      'a.test.ts': `${OWN}import { afterAll, beforeAll } from 'vitest'
      import { http, HttpResponse } from 'msw'
      import { setupServer } from 'msw/node'
      const server = setupServer(http.get('http://service.invalid/mocked', () => HttpResponse.json({ mocked: true })))
      beforeAll(async () => {
        server.listen({ onUnhandledRequest: 'bypass' })
        await fetch('http://service.invalid/mocked')
      })
      afterAll(() => server.close())
      test('mocked', async () => expect(await (await fetch('http://service.invalid/mocked')).json()).toEqual({ mocked: true }))
      test('not mocked', () => fetch('https://service.invalid/other').catch(() => undefined))`,
    })
    const said = await its.vitest()

    expect(both(said)).toContain('1 failed | 1 passed')
    expect(both(said)).toContain('https://service.invalid/other belongs to no known provider')
    expect(both(said)).not.toContain('Unhandled')
  })

  test('that asks where msw cannot be loaded is red, even if it swallows that', async () => {
    using its = new Project({ 'vitest.config.js': config, 'a.test.ts': '' })
    rmSync(join(its.root, 'node_modules/msw'))
    its.write({
      ...refusing('msw'),
      'a.test.ts': `${OWN}test('asks', () => fetch('https://acme.invalid/v1/models').catch(() => undefined))`,
    })
    const said = await its.vitest()

    expect(said.code).toBe(1)
    expect(both(said)).toMatch(
      /msw, by which requests are answered, could not be loaded \(.+\)\. Install it: npm install --save-dev msw@3/,
    )
  })

  test('that imports the package where nothing is set up gets no matchers, which would reach the network', async () => {
    using its = new Project({
      'vitest.config.js': 'export default {}',
      'a.test.ts': `${OWN}import 'vitest-llm-contracts'
      test('knows no matcher', () => expect(() => expect(1).toReturnValidJson()).toThrow('Invalid Chai property'))`,
    })
    const said = await its.vitest()

    expect(said.code, both(said)).toBe(0)
  })

  test('that puts another process in place is answered all the same', async () => {
    using its = project(`import { vi } from 'vitest'
    describe.each(providers)('$name', (provider) => {
      test('asks', async () => {
        if (process.env.LLM_CONTRACTS === undefined) vi.stubGlobal('process', { env: {} })
        expect((await ask(provider, 'x')).choices[0].message.content).toBe('x')
        vi.unstubAllGlobals()
      })
    })`)
    const recorded = await its.vitest(online())
    const replayed = await its.vitest()

    expect(recorded.code, both(recorded)).toBe(0)
    expect(replayed.code, both(replayed)).toBe(0)
  })
})

describe('without isolation', () => {
  test('the files of a worker share nothing but code: each has its recordings, faults and declared providers', async () => {
    using its = project(`import { faults } from 'vitest-llm-contracts'
    describe.each(providers)('$name', (provider) => {
      test('echoes a', async () => {
        globalThis.files = (globalThis.files ?? 0) + 1
        faults.serverError(500, { times: 5 })
        expect((await ask(provider, 'a').catch(() => ask(provider, 'a').catch((error) => error))).status).toBe(500)
      })
    })`)
    const other = (name: string) => `import { defineProvider } from 'vitest-llm-contracts'
    const own = defineProvider({ name: 'own', baseURL: 'https://own-${name}.invalid/v1', models: { chat: 'm' } })
    describe.each(providers)('$name', (provider) => {
      test('echoes ${name}', () => expect(ask(provider, '${name}')).toReturnText('${name}'))
      test('shares the process', () => { globalThis.files = (globalThis.files ?? 0) + 1; expect(own.baseURL).toContain('${name}') })
      test('asks for what only the other file declared', async () => {
        const answers = await Promise.all(['b', 'c'].map(async (file) => (await fetch('https://own-' + file + '.invalid/v1/models')).json()))
        expect(answers.map(({ error }) => error.code)).toEqual(${name === 'b' ? "['missing-recording', 'unknown-provider']" : "['unknown-provider', 'missing-recording']"})
      })
    })`
    its.write({
      'vitest.config.js': config
        .replace('providers: [acme] })', 'providers: [acme], isolate: false })')
        .replace('reporters }', 'reporters, maxWorkers: 1, sequence: { shuffle: false } }'),
      'b.test.ts': head + other('b'),
      'c.test.ts': head + other('c'),
    })
    await its.vitest(online(), '-t', 'echoes')
    const said = await its.vitest(JSON_REPORT)
    const { testResults } = JSON.parse(said.stdout) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[]
    }
    const results = testResults.flatMap(({ assertionResults }) =>
      assertionResults.map(
        ({ title, status, failureMessages }) => `${title}: ${status} ${failureMessages[0]?.split('\n')[0] ?? ''}`,
      ),
    )

    expect(results.sort()).toMatchInlineSnapshot(`
      [
        "asks for what only the other file declared: failed LlmContractsError: No recording of GET /v1/models for own in the test "asks for what only the other file declared".",
        "asks for what only the other file declared: failed LlmContractsError: No recording of GET /v1/models for own in the test "asks for what only the other file declared".",
        "echoes a: passed ",
        "echoes b: passed ",
        "echoes c: passed ",
        "shares the process: passed ",
        "shares the process: passed ",
      ]
    `)
  })
})

describe('a test fails', () => {
  test('when a recording is missing, even if the app swallows the error', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('asks', async () => { await ask(provider, 'x').catch(() => 'swallowed') })
    })`)
    const said = await its.vitest()

    expect(said.code).toBe(1)
    expect(both(said)).toContain('No recording of POST /v1/chat/completions for acme in the test "asks".')
    expect(both(said)).toContain('Record it: LLM_CONTRACTS=record LLM_PROVIDERS=acme npx vitest run a.test.ts')
    expect(said.stdout).toMatch(/\? 1 inconclusive/)
  })

  test('when the await before a matcher was forgotten', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('asks', async () => { expect(ask(provider, 'no json')).toReturnValidJson() })
    })`)
    const said = await its.vitest(online())

    expect(said.code).toBe(1)
    expect(both(said)).toContain(
      'expect(…).toReturnValidJson(…) was not awaited, so nothing was checked. Write `await` before it.',
    )
    expect(both(said)).not.toContain('Unhandled')
    expect(existsSync(join(its.root, 'fixtures'))).toBe(false)
  })

  test('when a request is made outside a test', async () => {
    using its = project(`import { beforeAll } from 'vitest'
    describe.each(providers)('$name', (provider) => {
      beforeAll(async () => { await ask(provider, 'x').catch(() => 'swallowed') })
      test('asks', () => expect(1).toBe(1))
    })`)
    const said = await its.vitest(online())

    expect(said.code).toBe(1)
    expect(both(said)).toContain(
      'was asked outside a test, where nothing can be recorded. Move the call from beforeAll',
    )
  })

  test('and then its old recording stays as it was', async () => {
    const suite = (expected: string) => `describe.each(providers)('$name', (provider) => {
      test('asks', async () => expect((await ask(provider, '${expected}')).choices[0].message.content).toBe('x'))
    })`
    using its = project(suite('x'))
    await its.vitest(online())
    const file = join(its.root, 'fixtures/acme/a/asks.json')
    const before = readFileSync(file, 'utf8')
    its.write({ 'a.test.ts': head + suite('y') })
    const said = await its.vitest({ ...online(), LLM_CONTRACTS: 'rerecord' })

    expect(said.code).toBe(1)
    expect(readFileSync(file, 'utf8')).toBe(before)
  })
})

describe('a provider without a key', () => {
  const suite = `describe.each(providers)('$name', (provider) => { test('asks', () => ask(provider, 'x')) })`

  test('is skipped in a live run, visibly and with the reason', async () => {
    using its = project(suite)
    const said = await its.vitest({ LLM_CONTRACTS: 'live' })

    expect(said.code, both(said)).toBe(0)
    expect(said.stdout).toContain('· acme  asks: acme has no key: set ACME_API_KEY in the environment or in .env.')
  })

  test('is red where LLM_REQUIRE names it', async () => {
    using its = project(suite)
    const said = await its.vitest({ LLM_CONTRACTS: 'live', LLM_REQUIRE: 'acme' })

    expect(said.code).toBe(1)
    expect(both(said)).toContain(
      'acme has no key: set ACME_API_KEY in the environment or in .env. LLM_REQUIRE demands that acme runs.',
    )
  })

  test('runs with the key of a .env file, which appears nowhere', async () => {
    using its = project(suite)
    its.write({ '.env': 'ACME_API_KEY=key-from-the-env-file\n' })
    const said = await its.vitest({ LLM_CONTRACTS: 'record', ACME_BASE_URL: `${down}/v1` })

    expect(said.code, both(said)).toBe(0)
    expect(endpoint.got.at(-1)?.headers.authorization).toBe('Bearer key-from-the-env-file')
    expect(both(said) + readFileSync(join(its.root, 'fixtures/acme/a/asks.json'), 'utf8')).not.toContain(
      'key-from-the-env-file',
    )
  })
})

describe('what an entry declares', () => {
  test('turns a broken promise into a gap and a refused feature into unsupported, in tagged tests only', async () => {
    using its = project(`const flat = (provider) => ask(provider, 'fail 404 {"message":"no"}')
    describe.each(providers)('$name', (provider) => {
      test('errors, tagged', { tags: ['errors'] }, () => expect(flat(provider)).toFailWithOpenAIErrorShape())
      test('errors, untagged', () => expect(flat(provider)).toFailWithOpenAIErrorShape())
      test('errors and a bug', { tags: ['errors'] }, async () => { expect.soft(1).toBe(2); await expect(flat(provider)).toFailWithOpenAIErrorShape() })
      test('sees', { tags: ['vision'] }, async () => { await ask(provider, 'fail 400 {"error":{"message":"no images"}}') })
      test('sees nothing', { tags: ['vision'] }, () => expect(ask(provider, 'no json')).toReturnValidJson())
      test('is not asked', () => expect(1).toBe(1))
      test('gives up', async ({ skip }) => { await ask(provider, 'x'); skip('nothing can be said') })
    })`)
    await its.vitest(online())
    const { stdout } = await its.vitest(JSON_REPORT)
    const { testResults } = JSON.parse(stdout) as {
      testResults: {
        assertionResults: {
          title: string
          status: string
          meta: { llmContracts: { verdict: string; reason?: string } }
        }[]
      }[]
    }

    expect(
      testResults.flatMap(({ assertionResults }) =>
        assertionResults.map(
          ({ title, status, meta }) =>
            `${title}: ${status}, ${meta.llmContracts.verdict}, ${meta.llmContracts.reason ?? ''}`,
        ),
      ),
    ).toMatchInlineSnapshot(`
      [
        "errors, tagged: skipped, gap, error.envelope: Errors are flat. (https://acme.invalid/errors, 2026-01-02)",
        "errors, untagged: failed, inconclusive, No recording of POST /v1/chat/completions for acme in the test "errors, untagged".",
        "errors and a bug: failed, inconclusive, No recording of POST /v1/chat/completions for acme in the test "errors and a bug".",
        "sees: skipped, unsupported, HTTP 400; declared: It sees nothing. (https://acme.invalid/docs, 2026-01-02)",
        "sees nothing: skipped, ignored, accepted without effect; declared: It sees nothing. (https://acme.invalid/docs, 2026-01-02)",
        "is not asked: passed, unchecked, the test passed without asking the provider anything",
        "gives up: skipped, inconclusive, nothing can be said",
      ]
    `)
  })
})

describe('one clear sentence', () => {
  const said = async (env: Record<string, string>) => {
    using its = project(`test('is never reached', () => expect(1).toBe(1))`)
    const result = await its.vitest(env)
    expect(result.code).not.toBe(0)
    return /LlmContractsError: (.*)/.exec(both(result))?.[1]
  }

  test('tells of an unknown provider', async () => {
    expect(await said({ LLM_PROVIDERS: 'gorq' })).toMatchInlineSnapshot(
      `"LLM_PROVIDERS names "gorq", which is no known provider: there are acme, openai, qwen, deepseek, zhipu, siliconflow, groq, openrouter, openllmapi, local, and defineProvider() makes others."`,
    )
  })

  test('tells of an unknown mode', async () => {
    expect(await said({ LLM_CONTRACTS: 'playback' })).toMatchInlineSnapshot(
      `"LLM_CONTRACTS is "playback", which is no mode. Set it to replay, record, rerecord or live."`,
    )
  })

  test('tells of a bad URL', async () => {
    expect(await said({ ACME_BASE_URL: 'acme.example' })).toMatchInlineSnapshot(
      `"ACME_BASE_URL is "acme.example", which is no absolute http(s) URL: set it to an address such as https://acme.invalid/v1."`,
    )
  })

  test('tells of a required provider that is not selected', async () => {
    expect(await said({ LLM_REQUIRE: 'openai' })).toMatchInlineSnapshot(
      `"LLM_REQUIRE names "openai", which is not among the selected providers: acme."`,
    )
  })

  test('tells of a Node.js that is too old', () => {
    const versions = Object.getOwnPropertyDescriptor(process, 'versions') as PropertyDescriptor
    Object.defineProperty(process, 'versions', { ...versions, value: { ...process.versions, node: '20.20.2' } })
    try {
      expect(() => llmContracts()).toThrowErrorMatchingInlineSnapshot(
        `[LlmContractsError: vitest-llm-contracts needs Node.js 22.12 or newer, and this is 20.20.2. Install a newer Node.js, or add the npm package "node" as a dev dependency and run through an npm script.]`,
      )
    } finally {
      Object.defineProperty(process, 'versions', versions)
    }
  })
})

describe('an old recording', () => {
  const suite = `describe.each(providers)('$name', (provider) => { test('asks', () => ask(provider, 'x')) })`
  const aged = async (then: 'warn' | 'fail') => {
    using its = project(suite)
    its.write({
      'vitest.config.js': config.replace(
        'providers: [acme] })',
        `providers: [acme], maxAge: { days: 30, then: '${then}' } })`,
      ),
    })
    await its.vitest(online())
    const file = join(its.root, 'fixtures/acme/a/asks.json')
    const text = readFileSync(file, 'utf8')
    its.write({
      'fixtures/acme/a/asks.json': text.replace(/"recordedAt": "[^"]+"/, '"recordedAt": "2020-01-02T03:04:05.000Z"'),
    })
    return await its.vitest()
  }

  test('is told of below the matrix', async () => {
    const said = await aged('warn')

    expect(said.code, both(said)).toBe(0)
    expect(said.stdout).toContain('Old: 1 test rests on a recording of more than 30 days (fixtures/acme/a/asks.json).')
  })

  test('is as old as it is, whatever clock its test puts in place', async () => {
    using its = project(`import { vi } from 'vitest'
    describe.each(providers)('$name', (provider) => {
      test('asks', async () => {
        vi.useFakeTimers({ now: new Date('2031-01-01'), toFake: ['Date', 'performance'] })
        const reply = await ask(provider, 'x')
        vi.useRealTimers()
        expect(reply.choices[0].message.content).toBe('x')
      })
    })`)
    its.write({ 'vitest.config.js': config.replaceAll('[acme] })', "[acme], maxAge: { days: 30, then: 'fail' } })") })
    const recorded = await its.vitest(online())
    const replayed = await its.vitest()

    expect(recorded.code, both(recorded)).toBe(0)
    expect(readFileSync(join(its.root, 'fixtures/acme/a/asks.json'), 'utf8')).not.toContain('"recordedAt": "2031')
    expect(replayed.code, both(replayed)).toBe(0)
  })

  test('fails its test where maxAge says so', async () => {
    const said = await aged('fail')

    expect(said.code).toBe(1)
    expect(both(said)).toContain('fixtures/acme/a/asks.json was recorded on 2020-01-02, ')
  })
})

describe('a test that is retried', () => {
  test('is recorded from the attempt that passed, and judged by it alone', async () => {
    using its = project(`let attempts = 0
    describe.each(providers)('$name', (provider) => {
      test('asks', { retry: 1 }, async () => {
        attempts++
        expect((await ask(provider, 'attempt ' + (process.env.LLM_CONTRACTS ? attempts : 2))).choices[0].message.content).toBe('attempt 2')
      })
    })`)
    const recorded = await its.vitest(online())
    const replayed = await its.vitest()

    expect(both(recorded)).toContain('✓ 1 kept')
    expect(replayed.code, both(replayed)).toBe(0)
  })

  test('is red without a recording, however often it is tried', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('asks', { retry: 2 }, async () => { await ask(provider, 'x').catch(() => 'swallowed') })
    })`)

    expect((await its.vitest()).code).toBe(1)
  })
})

test('a test of which one repeat fails changes no recording', async () => {
  const tests = (failing: number, content: string) => `let repeat = 0
    describe.each(providers)('$name', (provider) => {
      test('asks', { repeats: 2 }, async () => {
        await ask(provider, '${content}' + repeat)
        expect(repeat++).not.toBe(${failing})
      })
    })`
  using its = project(tests(2, 'new'))
  const file = join(its.root, 'fixtures/acme/a/asks.json')

  expect((await its.vitest(online())).code).toBe(1)
  expect(existsSync(file)).toBe(false)

  its.write({ 'a.test.ts': head + tests(-1, 'old') })
  expect((await its.vitest(online())).code).toBe(0)
  const before = readFileSync(file, 'utf8')
  its.write({ 'a.test.ts': head + tests(1, 'other') })
  expect((await its.vitest({ ...online(), LLM_CONTRACTS: 'rerecord' })).code).toBe(1)
  expect(readFileSync(file, 'utf8')).toBe(before)
})

describe('nothing is kept', () => {
  test('that would be judged differently when it is read back', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      const Echo = { type: 'object', properties: { echo: { const: 'an-echoed-key-42' } } }
      test('asks', () => expect(ask(provider, '{"echo":"' + process.env.ECHO_API_KEY + '"}')).toReturnValidJson(Echo))
    })`)
    const said = await its.vitest({ ...online(), ECHO_API_KEY: 'an-echoed-key-42' })

    expect(said.code).toBe(1)
    expect(both(said)).toContain('was not kept: read back from the file, toReturnValidJson judged it differently.')
    expect(existsSync(join(its.root, 'fixtures'))).toBe(false)
  })

  test('whose replay would be red, since its times are judged', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('asks', () => expect(ask(provider, 'x')).toRespondWithin({ totalMs: 60_000 }))
    })`)
    const said = await its.vitest(online())

    expect(said.code).toBe(1)
    expect(both(said)).toContain("Write test.runIf(process.env.LLM_CONTRACTS === 'live')(…) for this test.")
    expect(existsSync(join(its.root, 'fixtures'))).toBe(false)
    expect((await its.vitest({ ...online(), LLM_CONTRACTS: 'live' })).code).toBe(0)
  })

  test('of a failure that a test neither asserts on nor means', async () => {
    using its = project(`describe.each(providers)('$name', (provider) => {
      test('asks', async () => { await ask(provider, 'fail 401 {"error":{"message":"bad key"}}').catch(() => 'swallowed') })
    })`)
    const said = await its.vitest(online())

    expect(said.code).toBe(1)
    expect(both(said)).toContain('The test passed on HTTP 401 without asserting anything, so nothing was recorded.')
  })
})
