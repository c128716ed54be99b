import { describe, expect, test } from 'vitest'
import { completeEntry } from './entry.ts'
import { addressOf, isStoodIn, keyOf, resolveProvider, selectProviders, whyNotLive } from './resolve.ts'
import type { ProviderSpec } from './spec.ts'

const plain: ProviderSpec = {
  name: 'plain',
  label: 'Acme',
  keys: ['ACME_KEY', 'ACME_OLD_KEY'],
  models: { chat: 'large', vision: 'eyes' },
  offers: ['chat'],
  lacks: [],
  gaps: [],
}
const acme: ProviderSpec = {
  ...plain,
  name: 'acme-1.x',
  endpoints: {
    eu: { baseURL: 'https://eu.acme.dev/v1' },
    us: { baseURL: 'https://us.acme.dev/v1', keys: ['ACME_US_KEY'], models: { chat: 'us-large' } },
  },
  gaps: [
    { contract: 'error.envelope', reason: 'A.', source: 'https://acme.dev', date: '2026-11-22' },
    { contract: 'usage.sum', endpoint: 'us', reason: 'B.', source: 'https://acme.dev', date: '2026-11-22' },
  ],
}
const why = (spec: ProviderSpec, env: Record<string, string>) => whyNotLive(resolveProvider(spec, env), env)
const names = (wanted: Parameters<typeof selectProviders>[0], env: Record<string, string> = {}) =>
  selectProviders(wanted, env).map(({ name }) => name)
const contracts = (env: Record<string, string>) => resolveProvider(acme, env).spec.gaps.map(({ contract }) => contract)

describe('resolveProvider', () => {
  test('takes the first endpoint where the environment says nothing', () => {
    expect(resolveProvider(acme, {})).toMatchObject({
      baseURL: 'https://eu.acme.dev/v1',
      declaredBaseURLs: ['https://eu.acme.dev/v1', 'https://us.acme.dev/v1'],
      overridden: false,
      endpoint: 'eu',
      keyVariables: ['ACME_KEY', 'ACME_OLD_KEY'],
      baseURLVariable: 'ACME_1_X_BASE_URL',
      models: { chat: 'large', vision: 'eyes' },
    })
  })

  test('takes an endpoint with its keys, its models and its gaps', () => {
    const us = { baseURL: 'https://us.acme.dev/v1', endpoint: 'us', keyVariables: ['ACME_US_KEY'] }
    expect(resolveProvider(acme, { ACME_1_X_REGION: ' us ' })).toMatchObject(us)
    expect(resolveProvider(acme, { ACME_1_X_REGION: 'us' }).models).toEqual({ chat: 'us-large' })
    expect(contracts({})).toEqual(['error.envelope'])
    expect(contracts({ ACME_1_X_REGION: 'us' })).toEqual(['error.envelope', 'usage.sum'])
  })

  test('takes the endpoint from a variable of another name', () => {
    const site = { ...acme, endpointVariable: 'ACME_SITE' }
    expect(resolveProvider(site, { ACME_SITE: 'us', ACME_1_X_REGION: 'mars' }).endpoint).toBe('us')
  })

  test('prefers an address of its own to the first endpoint', () => {
    const resolved = resolveProvider({ ...acme, baseURL: 'https://acme.dev/v1' }, {})
    expect(resolved).toMatchObject({ baseURL: 'https://acme.dev/v1', overridden: false })
    expect(resolved.endpoint).toBeUndefined()
    expect(resolved.declaredBaseURLs).toContain('https://eu.acme.dev/v1')
  })

  test('lets the environment override the address and the models, without a trailing slash', () => {
    const env = {
      ACME_1_X_BASE_URL: 'http://localhost:9000/v1/',
      ACME_1_X_MODEL: 'm',
      ACME_1_X_VISION_MODEL: 'v',
      ACME_1_X_EMBEDDING_MODEL: 'e',
      ACME_1_X_AUDIO_MODEL: 'a',
      ACME_1_X_TRANSCRIPTION_MODEL: 't',
    }
    const resolved = resolveProvider(acme, env)
    expect(resolved).toMatchObject({ baseURL: 'http://localhost:9000/v1', overridden: true })
    expect(resolved.models).toEqual({ chat: 'm', vision: 'v', embedding: 'e', audio: 'a', transcription: 't' })
    expect(resolved.declaredBaseURLs).not.toContain('http://localhost:9000/v1')
  })

  test('tells the endpoint by an overriding address, and leaves it open for a foreign one', () => {
    const known = resolveProvider(acme, { ACME_1_X_BASE_URL: 'https://us.acme.dev/v1' })
    expect(known).toMatchObject({ endpoint: 'us', keyVariables: ['ACME_US_KEY'], overridden: true })
    expect(resolveProvider(acme, { ACME_1_X_BASE_URL: 'http://localhost' })).not.toHaveProperty('endpoint')
  })

  test('counts an empty variable as unset', () => {
    const env = { ACME_1_X_BASE_URL: '', ACME_1_X_REGION: ' ', ACME_1_X_MODEL: '', ACME_1_X_EMBEDDING_MODEL: '' }
    expect(resolveProvider(acme, env)).toEqual(resolveProvider(acme, {}))
  })

  test('refuses an endpoint nobody has, and says which there are', () => {
    expect(() => resolveProvider(acme, { ACME_1_X_REGION: 'mars' })).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: ACME_1_X_REGION is "mars", which is no endpoint of acme-1.x: set it to eu or us.]`,
    )
  })

  test('refuses an address that is none', () => {
    expect(() => resolveProvider(acme, { ACME_1_X_BASE_URL: 'acme.dev/v1' })).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: ACME_1_X_BASE_URL is "acme.dev/v1", which is no absolute http(s) URL: set it to an address such as https://eu.acme.dev/v1.]`,
    )
    expect(() => resolveProvider(plain, { PLAIN_BASE_URL: '/v1' })).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: PLAIN_BASE_URL is "/v1", which is no absolute http(s) URL: set it to an address such as https://api.example.com/v1.]`,
    )
  })

  test('does not show credentials', () => {
    const env = { ACME_1_X_BASE_URL: 'https://me:s3cret@acme.dev' }
    expect(() => resolveProvider(acme, env)).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: ACME_1_X_BASE_URL holds credentials (its value is not shown): set it to an address such as https://eu.acme.dev/v1.]`,
    )
  })
})

describe('keyOf', () => {
  test('takes the first variable that is set', () => {
    const provider = resolveProvider(acme, {})
    expect(keyOf(provider, {})).toBeUndefined()
    expect(keyOf(provider, { ACME_KEY: '', ACME_OLD_KEY: 'old' })).toBe('old')
    expect(keyOf(provider, { ACME_KEY: 'new\n', ACME_OLD_KEY: 'old' })).toBe('new')
  })
})

describe('whyNotLive', () => {
  test('names the variables that may hold the key', () => {
    expect(why(acme, {})).toMatchInlineSnapshot(
      `"acme-1.x has no key: set ACME_KEY (or ACME_OLD_KEY) in the environment or in .env."`,
    )
    expect(why(acme, { ACME_1_X_REGION: 'us' })).toMatchInlineSnapshot(
      `"acme-1.x has no key: set ACME_US_KEY in the environment or in .env."`,
    )
    expect(why(acme, { ACME_KEY: 'k' })).toBeUndefined()
  })

  test('names the variable of the address, and of the key where that is missing too', () => {
    expect(why(plain, {})).toMatchInlineSnapshot(
      `"plain has no base URL: set PLAIN_BASE_URL and ACME_KEY (or ACME_OLD_KEY) in the environment or in .env."`,
    )
    expect(why(plain, { ACME_KEY: 'k' })).toMatchInlineSnapshot(
      `"plain has no base URL: set PLAIN_BASE_URL in the environment or in .env."`,
    )
    expect(why(plain, { ACME_KEY: 'k', PLAIN_BASE_URL: 'https://acme.dev' })).toBeUndefined()
  })

  test('asks for no key where none is needed', () => {
    expect(why({ ...acme, keyOptional: true }, {})).toBeUndefined()
    expect(why({ ...acme, keys: [] }, {})).toBeUndefined()
  })
})

test('addressOf gives an address that no network answers where none is known', () => {
  expect(addressOf(resolveProvider(acme, {}))).toBe('https://eu.acme.dev/v1')
  expect(addressOf(resolveProvider(plain, {}))).toBe('https://plain.invalid/v1')
})

describe('selectProviders', () => {
  test('takes every built-in provider by default', () => {
    expect(names(undefined)).toHaveLength(9)
    expect(names(undefined, { LLM_PROVIDERS: ' , ' })).toHaveLength(9)
  })

  test('takes what the option names, in its order and once', () => {
    expect(names(['groq', acme, 'openai', 'groq', acme, { ...acme }])).toEqual(['groq', 'acme-1.x', 'openai'])
  })

  test('lets LLM_PROVIDERS win, which may name entries of the option', () => {
    expect(names(['openai', acme], { LLM_PROVIDERS: ' qwen, acme-1.x,qwen ' })).toEqual(['qwen', 'acme-1.x'])
    expect(names(['openai', acme], { LLM_PROVIDERS: 'all' })).toHaveLength(10)
    expect(names(['all'])).toHaveLength(9)
  })

  test('puts an entry of the option in the place of a built-in one of its name', () => {
    const [groq] = selectProviders([{ ...acme, name: 'groq' }], { LLM_PROVIDERS: 'groq' })
    expect(groq?.baseURL).toBe('https://eu.acme.dev/v1')
  })

  test('applies the environment', () => {
    expect(selectProviders(['qwen'], { QWEN_REGION: 'us' })[0]?.endpoint).toBe('us')
  })

  test('refuses a name nobody has, and suggests the one that was meant', () => {
    expect(() => names(undefined, { LLM_PROVIDERS: 'quen' })).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: LLM_PROVIDERS names "quen", which is no known provider (did you mean "qwen"?): there are openai, qwen, deepseek, zhipu, siliconflow, groq, openrouter, openllmapi, local, and defineProvider() makes others.]`,
    )
    expect(() => names(['moonshot', acme])).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: The option \`providers\` names "moonshot", which is no known provider: there are acme-1.x, openai, qwen, deepseek, zhipu, siliconflow, groq, openrouter, openllmapi, local, and defineProvider() makes others.]`,
    )
    expect(() => names(['moonshot'])).toThrow(expect.objectContaining({ code: 'unknown-provider' }))
  })

  test('refuses a bad option', () => {
    expect(() => names([])).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: The option \`providers\` is empty: name a provider, or leave it out for all of them.]`,
    )
    // @ts-expect-error: a list is asked for
    expect(() => names('openai')).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: The option \`providers\` is no array: write one such as ['openai', 'qwen'].]`,
    )
    expect(() => names([acme, { ...acme, label: 'Other' }])).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: The option \`providers\` holds two entries named "acme-1.x": rename one of them.]`,
    )
    expect(() => names([{ ...acme, models: { chat: '' } }])).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: models.chat of provider "acme-1.x" is "": write the id of a chat model, such as 'acme-large'.]`,
    )
  })
})

test('a local server is the real thing unless the run says that stand-ins answer', () => {
  const local = resolveProvider(completeEntry({ name: 'local' }), { LOCAL_BASE_URL: 'http://127.0.0.1:8080/v1' })
  const hosted = resolveProvider(completeEntry({ name: 'groq' }), { GROQ_BASE_URL: 'http://127.0.0.1:8080/v1' })

  expect([isStoodIn(local, {}), isStoodIn(local, { LLM_STAND_INS: 'true' }), isStoodIn(hosted, {})]).toEqual([
    false,
    true,
    true,
  ])
})
