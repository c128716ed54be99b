import { readFileSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { booth, useBooths } from '../testing/booth.ts'
import type { Recording } from './format.ts'
import { keptHeaders, keptPath, recordedPath } from './redact.ts'
import { maskText, secretsIn } from '../wire/secrets.ts'
import { saveRecording } from './store.ts'

useBooths()

// Put together here, so that no scanner of this repository takes them for real.
const tokens = {
  OpenAI: `sk-proj-${'A1b2C3d4'.repeat(4)}`,
  Anthropic: `sk-ant-api03-${'x9Y8z7W6'.repeat(4)}`,
  OpenRouter: `sk-or-v1-${'0f1e2d3c'.repeat(8)}`,
  Groq: `gsk_${'Q1w2E3r4'.repeat(6)}`,
  xAI: `xai-${'M5n6B7v8'.repeat(6)}`,
  Google: ['AIza', 'Sy0123456789_-abcdefghijklmnopqrstu'].join(''),
  'Hugging Face': `hf_${'AbCdEfGh'.repeat(4)}`,
  JWT: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${'dozjgNryP4J3jVmNHl0w5N'.repeat(2)}`,
  Zhipu: `${'0123456789abcdef'.repeat(2)}.${'AbCdEfGh'.concat('IjKlMnOp')}`,
}

describe('a secret in a request', () => {
  test('leaves the same sign whatever its length, so that a replay needs no secret', () => {
    const text = (key: string) => `{"api_key":"${key}","q":1}`

    expect(maskText(text('short'), {})).toBe('{"api_key":"***","q":1}')
    expect(maskText(text(tokens.Groq), {})).toBe('{"api_key":"***","q":1}')
  })

  test.each([
    ['with an escaped quote', '{"password":"pa\\"ss-word"}'],
    ['inside JSON inside a string', '{"arguments":"{\\"api_key\\":\\"abcd-efgh\\"}"}'],
    ['in a form', 'grant=x&client_secret=abcd-efgh&scope=y'],
    ['in base64 of a token', `{"basic":"${Buffer.from(`a:${tokens.Groq}`).toString('base64')}"}`],
  ])('is masked %s', (_where, text) => {
    expect(maskText(text, {})).toMatch(/\*\*\*/)
    expect(maskText(text, {})).not.toMatch(/ss-word|abcd-efgh|Z3NrX/)
  })

  test('is any variable that looks like a key, with a number or a word behind it', () => {
    for (const name of ['AZURE_OPENAI_KEY1', 'PROD_API_KEY_2', 'MY_KEY_PROD', 'OPENAI_APIKEY']) {
      expect(maskText('a very-long-value here', { [name]: 'very-long-value' }), name).toBe('a *** here')
    }
    expect(maskText('a very-long-value here', { KEYBOARD: 'very-long-value' })).toBe('a very-long-value here')
  })

  test('names of the machine stand as what they are, so that another machine finds the recording', () => {
    expect(maskText(`see ${process.cwd()}/src`, {})).toBe('see <project>/src')
  })
})

describe('a secret', () => {
  test.each(Object.entries(tokens))('of %s is found and masked sign for sign', (_name, token) => {
    const text = `{"echo":"${token}"}`

    expect(secretsIn(text, {})).toHaveLength(1)
    expect(maskText(text, {}, 'answer')).toBe(`{"echo":"${'*'.repeat(token.length)}"}`)
    expect(secretsIn(maskText(text, {}), {})).toEqual([])
  })

  test('of the environment is found as it is, in a URL, in JSON and in base64 at any offset', () => {
    const value = 'päss"word/+ 4711'
    const env = { ACME_API_KEY: value }
    const forms = [
      value,
      encodeURIComponent(value),
      JSON.stringify(value),
      ...['', 'a', 'ab'].map((before) => Buffer.from(`${before}${value}:x`).toString('base64')),
    ]
    for (const form of forms) {
      expect(secretsIn(form, env), form).toEqual(['the value of ACME_API_KEY'])
      expect(secretsIn(maskText(form, env), env), form).toEqual([])
    }
  })

  test('in the query of a path is replaced', () => {
    expect(keptPath('https://x.example/v1/models?page=2&key=abc&api-version=1')).toBe(
      '/v1/models?api-version=1&key=REDACTED&page=2',
    )
    expect(keptPath('https://x.example/v1/models')).toBe('/v1/models')
    expect(keptPath('https://x.example/')).toBe('/')
    const kept = recordedPath('https://x.example/v1/models?api_key=plainvalue1234&page=2')
    expect(kept).toBe('/v1/models?api_key=***&page=2')
    expect(recordedPath(`https://x.example${kept}`)).toBe(kept)
    expect(keptPath('https://x.example/v1/models#key=abc')).toBe('/v1/models')
  })

  test('is not seen in tool-call ids, short values and harmless variables', () => {
    const text =
      'call_AbCdEfGhIjKlMnOpQrStUvWx toolu_01A09q90qw90lq917835lq9 functions.get_weather:0 chatcmpl-BxYz0123456789abcdef task-management-in-general'

    expect(maskText(text, { HOME: 'functions', MY_KEY: 'call_', PATH: 'toolu_01A09q90' })).toBe(text)
  })

  test('that names an account is masked where a provider echoes it', () => {
    expect(
      maskText(
        'Rate limit reached in organization org-AbCdEfGh12345678IjKl on requests; {"user_id":"user_2abcDEF34567890"}',
        {},
        'answer',
      ),
    ).toMatchInlineSnapshot(
      `"Rate limit reached in organization ************************ on requests; {"user_id":"********************"}"`,
    )
  })
})

test('every header in which a request is named is kept, so that a replay is judged alike', () => {
  const named = { 'x-request-id': 'a', 'x-correlation-id': 'b', 'x-amzn-trace-id': 'c', 'x-github-request-id': 'd' }

  expect(keptHeaders({ ...named, 'x-organization-id': 'e', 'set-cookie': 'f' }, {})).toEqual(named)
})

test('canaries in every place a secret can be reach no file, and the recording still replays', async () => {
  const canary = 'canary-7f3e9a1c5b'
  process.env['CANARY_API_KEY'] = canary
  onTestFinished(() => void delete process.env['CANARY_API_KEY'])
  const base64 = Buffer.from(`user:${canary}`).toString('base64')
  const b = await booth(async (response, { path }) => {
    response.writeHead(200, {
      'content-type': path.includes('stream') ? 'text/event-stream' : 'application/json',
      'set-cookie': `session=${canary}`,
      'x-request-id': `req-${canary}`,
      'x-secret': canary,
    })
    if (!path.includes('stream'))
      return response.end(
        JSON.stringify({ echo: canary, basic: base64, key: tokens.OpenAI, call: 'call_AbCdEfGhIjKlMnOp' }),
      )
    const event = `data: {"text":"${canary}","key":"${tokens.Groq}"}\n\n`
    for (const part of [event.slice(0, 20), event.slice(20, 50), event.slice(50)]) {
      response.write(part)
      await sleep(12)
    }
    return response.end()
  })
  const ask = async (path: string) => {
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${canary}`,
      'x-api-key': canary,
      cookie: `a=${canary}`,
    }
    const response = await fetch(b.url(`/${path}?key=${canary}&note=${encodeURIComponent(canary)}`), {
      method: 'POST',
      headers,
      body: JSON.stringify({ q: `my key is ${canary}`, basic: base64, token: tokens.JWT }),
    })
    return (await response.text()).length
  }
  const work = async () => [await ask('plain'), await ask('stream')]
  const recorded = await b.attempt('record', work)
  await b.endpoint.close()
  const text = readFileSync(b.file(), 'utf8')
  const replayed = await b.attempt('replay', work)

  expect(recorded.pieces.flat().join('')).toContain(canary)
  for (const secret of [canary, base64.slice(8, 24), ...Object.values(tokens)]) expect(text).not.toContain(secret)
  expect(recorded.seen.exchanges[1]?.response.pieces.length).toBe(3)
  expect(
    (JSON.parse(text) as Recording).exchanges[1]?.response?.stream?.map(([, piece]) => JSON.stringify(piece)).join(''),
  ).not.toContain(canary)
  expect(text).toContain('call_AbCdEfGhIjKlMnOp')
  expect(replayed.seen.complaints).toEqual([])
  expect(replayed.value).toEqual(recorded.value)
  expect(replayed.pieces.map((pieces) => pieces.map(({ length }) => length))).toEqual(
    recorded.pieces.map((pieces) => pieces.map(({ length }) => length)),
  )
})

test('a file that would hold a secret all the same is refused, and nothing is left behind', async () => {
  const b = await booth((response) => response.end())
  const recording = {
    format: 1,
    provider: 'acme',
    test: { file: 'a.test.ts', name: tokens.Groq },
    recordedAt: '',
    origin: { kind: 'live', baseURL: 'https://x.example', sdk: '', package: '', modelsAsked: [], modelsAnswered: [] },
    exchanges: [],
  } satisfies Recording

  expect(() => saveRecording(b.file(), recording, b.root)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: fixtures/acme/a/does-something.json was not written, because it would hold a Groq key. Keep the secret out of the request and the response, then record again.]`,
  )
  expect(readdirSync(b.root)).toEqual([])
})
