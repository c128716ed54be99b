import { describe, expect, test } from 'vitest'
import type { Json } from './exchange.ts'
import { maskText, secretsIn } from './secrets.ts'

const credential = 'Zx9Qw7Er5Ty3Ui1Op0As'

// A value as JSON, and as JSON in a string of JSON, `depth` times.
const nested = (value: Json, depth: number): string =>
  depth === 0 ? JSON.stringify(value) : JSON.stringify({ arguments: nested(value, depth - 1), and: 1 })

function unnested(text: string, depth: number): Json {
  const value = JSON.parse(text) as Json
  return depth === 0 ? value : unnested((value as { arguments: string }).arguments, depth - 1)
}

const stars = ({ length }: string) => '*'.repeat(length)

describe.each([0, 1, 2])('a field of JSON, %i strings deep,', (depth) => {
  test.each(['Bearer', 'Basic', 'Token', 'Digest'])('of authorization is masked with its %s credential', (scheme) => {
    for (const name of ['authorization', 'Authorization', 'proxy-authorization', 'PROXY-AUTHORIZATION']) {
      const value = `${scheme} ${credential}`
      const text = nested({ [name]: value, say: 'a "b"' }, depth)
      const answer = maskText(text, {}, 'answer')

      expect(unnested(maskText(text, {}), depth)).toEqual({ [name]: '***', say: 'a "b"' })
      expect(unnested(answer, depth)).toEqual({ [name]: stars(value), say: 'a "b"' })
      expect(answer).toHaveLength(text.length)
    }
  })

  test.each(['x-api-key', 'api-key', 'private_key', 'cookie', 'Set-Cookie', 'password', 'clientSecret'])(
    'of %s is masked whole, whatever signs it holds',
    (name) => {
      for (const value of ['a b=c&d, e}f', 'a "quoted" one', 'C:\\dir\\', 'two\nlines', 'pässwörd']) {
        const masked = maskText(nested({ [name]: value, other: 'kept' }, depth), {})

        expect(unnested(masked, depth)).toEqual({ [name]: '***', other: 'kept' })
        expect(maskText(masked, {})).toBe(masked)
      }
    },
  )

  test('is masked in every string of a list', () => {
    const masked = maskText(nested({ 'set-cookie': ['a=b; Path=/', 'c="d"'], tags: ['kept'] }, depth), {})

    expect(unnested(masked, depth)).toEqual({ 'set-cookie': ['***', '***'], tags: ['kept'] })
  })

  test.each([
    ['holds no text', { secret: null, cookie: false, user_id: null }],
    ['is a token or a key', { token: 'Hello', key: 'a name', tokens: ['secret'], secret: 'the word of a riddle' }],
    ['describes a secret', { password: { type: 'string' }, required: ['password', 'api_key'] }],
    ['ends a form', { body: 'password=', count: 12345 }],
  ])('stays when it %s', (_why, value) => {
    expect(unnested(maskText(nested(value, depth), {}, 'answer'), depth)).toEqual(value)
  })
})

test.each([1, 2])('a field of JSON in a string, %i deep, is masked where quotes are written as .NET does', (depth) => {
  const asNET = (value: Json) =>
    JSON.stringify(value).replace(/\\(.)/g, (escape, sign) => (sign === '"' ? '\\u0022' : escape))
  const written = (value: Json, depth: number): string =>
    depth === 0 ? asNET(value) : asNET({ arguments: written(value, depth - 1), and: 1 })
  for (const value of [`Token ${credential}`, 'a "quoted" one', 'C:\\dir\\', 'a\\"b']) {
    const text = written({ authorization: value, cookie: [value, value], other: 'kept' }, depth)
    const masked = { authorization: '***', cookie: ['***', '***'], other: 'kept' }

    expect(unnested(maskText(text, {}), depth), text).toEqual(masked)
    expect(maskText(text, {}, 'answer')).toHaveLength(text.length)
    expect(() => unnested(maskText(text, {}, 'answer'), depth)).not.toThrow()
  }
})

describe('free text', () => {
  test.each([
    ['a header', `Authorization: Basic dXNlcjpwYXNz`, 'Authorization: Basic ***'],
    ['a credential alone', 'use Basic dXNlcjpwYXNzd29yZDEyMw== for it', 'use Basic *** for it'],
    ['a form', `authorization=Bearer ${credential}&q=1`, 'authorization=***&q=1'],
    ['an argument', 'Client(api_key="abcd-efgh", n=1)', 'Client(api_key="***", n=1)'],
  ])('with %s is masked', (_what, text, masked) => {
    expect(maskText(text, {})).toBe(masked)
    expect(secretsIn(maskText(text, {}), {})).toEqual([])
    expect(maskText(text, {}, 'answer')).toHaveLength(text.length)
  })

  test('with a word after the word basic stays', () => {
    const text = 'Basic JavaScript, basic understanding-of-things, Basic gpt-4o-mini-2024-07-18'

    expect(maskText(text, {})).toBe(text)
  })

  test('in JSON is masked behind the end of a line and other escapes', () => {
    const key = `sk-proj-${'A1b2C3d4'.repeat(4)}`
    const lines = (...values: string[]) => JSON.stringify(`\n${values.join('\n')}\t`).replaceAll('<', '\\u003c')
    const text = lines(key, `<${key}>`, `Bearer ${credential}`, 'password=abcdefgh ')

    expect(secretsIn(lines(key), {})).toEqual(['an API key that begins with sk-'])
    expect(maskText(text, {})).toBe(lines('***', '<***>', 'Bearer ***', 'password=*** '))
  })
})

describe('a private key', () => {
  const begin = ['-----BEGIN RSA', 'PRIVATE KEY-----'].join(' ')
  const body = `Proc-Type: 4,ENCRYPTED\n\n${`${'MIIEowIBAAKCAQEA7bq0/+'.repeat(3)}\n`.repeat(9)}`
  const pem = `${begin}\n${body}${begin.replace('BEGIN', 'END')}`

  test('is masked from its first line to its last, as text and in JSON', () => {
    expect(maskText(`a ${pem} b`, {})).toBe('a *** b')
    for (const depth of [0, 1, 2]) {
      const text = nested({ say: `a ${pem}\nb` }, depth)
      const answer = maskText(text, {}, 'answer')

      expect(secretsIn(text, {})).toEqual(['a private key'])
      expect(unnested(maskText(text, {}), depth)).toEqual({ say: 'a ***\nb' })
      expect(answer).toHaveLength(text.length)
      expect(secretsIn(answer, {})).toEqual([])
    }
  })

  test('is masked where it is cut off, and is not seen in its first line alone', () => {
    const cut = `${begin}\n${'MIIEowIBAAKCAQEA'.repeat(4)}`

    expect(JSON.parse(maskText(JSON.stringify([cut, 'b']), {}))).toEqual(['***', 'b'])
    expect(maskText(`begin with "${begin}" please`, {})).toBe(`begin with "${begin}" please`)
  })
})

describe('the value of a key variable', () => {
  const value = 'pé<ss>w"or&d/+4711😀'
  const env = { ACME_API_KEY: value }
  const escape = (text: string, signs: RegExp) =>
    text.replace(signs, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const written = JSON.stringify(value)

  test.each([
    ['Go', escape(written, /[<>&]/g)],
    ['Python', escape(written, /[^\x20-\x7e]/g)],
    ['PHP', escape(written, /[^\x20-\x7e]/g).replaceAll('/', '\\/')],
    [
      '.NET',
      escape(`"${escape(value, /[^\w/]/g)}"`, /[^\x20-\x7e]/g).replace(
        /u[0-9a-f]{4}/g,
        (code) => `u${code.slice(1).toUpperCase()}`,
      ),
    ],
    ['who escapes every sign', `"${escape(value, /[^]/g)}"`],
    ['Go, byte for byte', Buffer.from(escape(written, /[<>&]/g)).toString('latin1')],
  ])('is masked as the JSON of %s writes it', (_who, json) => {
    for (const text of [
      `{"a":${json},"b":${json}}`,
      JSON.stringify({ a: json }),
      JSON.stringify([JSON.stringify([json])]),
    ]) {
      const answer = maskText(text, env, 'answer')

      expect(secretsIn(text, env)).toEqual(['the value of ACME_API_KEY'])
      expect(secretsIn(maskText(text, env), env)).toEqual([])
      expect(secretsIn(answer, env)).toEqual([])
      expect(answer).toHaveLength(text.length)
      expect(() => void JSON.parse(answer)).not.toThrow()
    }
    expect(maskText(`{"a":${json},"b":${json}}`, env)).toBe('{"a":"***","b":"***"}')
  })

  test.each(['GITHUB_PAT', 'SSH_KEY_PASSPHRASE', 'DEPLOY_PAT_2'])('is masked where it is %s', (name) => {
    expect(maskText('a very-long-value here', { [name]: 'very-long-value' })).toBe('a *** here')
  })

  test('is not looked for where the variable only begins like one', () => {
    expect(maskText('a very-long-value here', { PATH: 'very-long-value', MY_PATH: 'very-long-value' })).toBe(
      'a very-long-value here',
    )
  })
})

test.each([
  ['backslashes in a value', `"password":"${'\\'.repeat(1e6)}"`],
  ['backslashes in a form', `password=${'\\'.repeat(1e6)}"`],
  ['backslashes before a code', `${'\\'.repeat(1e6)}u00e9`],
  ['a form without an end', `password=${'a\\b'.repeat(1e6)}`],
  ['fields without a value', '"password":""'.repeat(1e5)],
  ['fields without an end', '"password":"'.repeat(1e5)],
  ['lists without an end', '"cookie":['.repeat(1e5)],
  ['backslashes in a value with coded quotes', `"password\\u0022:\\u0022${'\\'.repeat(1e6)}`],
  ['fields with coded quotes', 'password\\u0022:\\u0022\\\\'.repeat(1e5)],
  ['space before a value', `"password"${' '.repeat(1e6)}:${'\\n'.repeat(1e6)}`],
  ['private keys without an end', '-----BEGIN PRIVATE KEY-----'.repeat(1e5)],
  ['a private key without an end', `-----BEGIN PRIVATE KEY-----${'\\n'.repeat(1e6)}`],
  ['credentials without an end', 'Authorization: Basic '.repeat(1e5)],
])('a body of %s is read at once', (_what, text) => {
  const began = performance.now()
  maskText(text, { ACME_API_KEY: 'pé<ss>w"or&d' }, 'answer')
  secretsIn(text, { ACME_API_KEY: 'pé<ss>w"or&d' })

  expect(performance.now() - began).toBeLessThan(5000)
})
