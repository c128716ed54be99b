import { describe, expect, test } from 'vitest'
import type { Json } from '../wire/exchange.ts'
import { areSame, keyOf } from './match.ts'

const asked = (body: Json | undefined, path = '/v1/chat/completions') => ({
  method: 'POST',
  path,
  headers: {},
  ...(body === undefined ? {} : { body }),
})

const pairs: readonly (readonly [a: string, b: string, same: boolean])[] = [
  ['{"a":1,"b":[true,null]}', '{"b":[true,null],"a":1}', true],
  ['{"a":1}', '{"a":1,"b":2}', false],
  ['{"a":1,"b":2}', '{"a":1}', false],
  ['{"a":1}', '{"b":1}', false],
  ['[1,2]', '[2,1]', false],
  ['[1,2]', '[1]', false],
  ['[]', '{}', false],
  ['{"0":1}', '[1]', false],
  ['null', '{}', false],
  ['1', '"1"', false],
  ['0', '-0', true],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":1}}', true],
  ['{"__proto__":{"a":1}}', '{"__proto__":{"a":2}}', false],
  ['{"toString":1}', '{"a":1}', false],
]

describe('requests are the same as their keys are:', () => {
  test.each(pairs)('%s and %s', (a, b, same) => {
    const [left, right] = [asked(JSON.parse(a) as Json), asked(JSON.parse(b) as Json)]

    expect(areSame(left, '/v1', right, '/v1')).toBe(same)
    expect(keyOf(left, '/v1') === keyOf(right, '/v1')).toBe(same)
  })

  test('below their base paths, and not above', () => {
    expect(areSame(asked(1), '/v1', asked(1, '/gateway/chat/completions'), '/gateway/')).toBe(true)
    expect(areSame(asked(1), '/v1', asked(1, '/gateway/chat/completions'), '/v1')).toBe(false)
  })

  test('with no body, and not with another method', () => {
    expect(areSame(asked(undefined), '', asked(undefined), '')).toBe(true)
    expect(areSame(asked(undefined), '', asked(''), '')).toBe(false)
    expect(areSame(asked(1), '', { ...asked(1), method: 'PUT' }, '')).toBe(false)
  })
})
