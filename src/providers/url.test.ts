import { expect, test } from 'vitest'
import { urlTrouble, withoutSlash } from './url.ts'

test('an absolute http(s) URL with nothing but a path is fine', () => {
  for (const url of ['https://api.acme.dev/v1', 'http://localhost:11434/v1', 'http://[::1]:8080', 'HTTPS://acme.dev']) {
    expect(urlTrouble(url)).toBeUndefined()
  }
})

test('what is wrong with any other is said in words', () => {
  const wrong = [
    'acme',
    'acme.dev/v1',
    'localhost:80',
    '/v1',
    'ftp://acme.dev',
    'https:acme.dev',
    'https://acme.dev/v 1',
  ]
  expect(wrong.map(urlTrouble)).toMatchInlineSnapshot(`
    [
      "is "acme", which is no absolute http(s) URL",
      "is "acme.dev/v1", which is no absolute http(s) URL",
      "is "localhost:80", which is no absolute http(s) URL",
      "is "/v1", which is no absolute http(s) URL",
      "is "ftp://acme.dev", which is no absolute http(s) URL",
      "is "https:acme.dev", which is no absolute http(s) URL",
      "is "https://acme.dev/v 1", which is no absolute http(s) URL",
    ]
  `)
  expect(urlTrouble('https://acme.dev/v1/')).toMatchInlineSnapshot(`"is "https://acme.dev/v1/", which ends in a slash"`)
  expect(urlTrouble('https://acme.dev/v1?')).toMatchInlineSnapshot(
    `"carries a query or a fragment (its value is not shown)"`,
  )
})

test.each([
  'https://me:s3cret@acme.dev/v1',
  'https://s3cret@acme.dev/v1',
  'me:s3cret@acme.dev/v1',
  'https://acme.dev/v1?key=s3cret',
  'acme.dev/v1?key=s3cret',
  'https://acme.dev/v1#s3cret',
  'sk-s3cret-0123456789',
  '0123456789.s3cretABCDEF',
  '0123456789/s3cret+ABCDEF==',
])('no secret is shown of %s', (value) => {
  expect(urlTrouble(value)).toMatch(/not shown/)
  expect(urlTrouble(value)).not.toContain('s3cret')
})

test('trailing slashes are taken off', () => {
  expect(withoutSlash('https://acme.dev/v1//')).toBe('https://acme.dev/v1')
})
