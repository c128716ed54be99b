import { describe, expect, test } from 'vitest'
import { textOf, user, withStandIn } from './_ask.ts'
import { dialects } from './all.ts'
import type { JsonObject } from './_json.ts'
import { readChatRequest } from './_request.ts'
import { answer } from './model.ts'

const said = (body: JsonObject) => {
  const request = readChatRequest({ model: 'a-model', ...body })
  return request === undefined ? undefined : answer(request).text
}
const message = (role: string, content: string) => ({ role, content })
const rule = (place: string, word: string) => `${place} every answer with the word ${word}.`

test('the model obeys system and developer messages', () => {
  const asked = message('user', 'Which city is the capital of France?')
  const rules = [message('system', rule('Begin', 'ja-1')), message('developer', rule('End', 'nein-2'))]

  expect(said({ messages: [...rules, asked] })).toBe('ja-1 Paris nein-2')
})

test('the model remembers code words in their order', () => {
  const words = ['one-1', 'two-2'].map((word) => message('user', `Note this code word: ${word}`))

  expect(said({ messages: [...words, message('user', 'Repeat all code words.')] })).toBe('one-1, two-2')
})

test('the model counts as far as it is asked to', () => {
  expect(said(user('Count from 3 to 6, separated by commas. Write nothing else.'))).toBe('3, 4, 5, 6')
})

test('the model says nothing but a token that logit_bias forces', () => {
  expect(said({ ...user('Count from 1 to 3, separated by commas.'), logit_bias: { 1000: 100 } })).toMatch(/^( the)+$/)
})

const caching = Object.values(dialects).filter(({ caches }) => caches !== undefined)

describe.each(caching)('$name', (dialect) => {
  const { chat } = withStandIn(dialect)
  const cached = async (text: string) => {
    const { body } = await chat(user(text))
    return (body as { usage: { prompt_tokens_details: { cached_tokens: number } } }).usage.prompt_tokens_details
      .cached_tokens
  }

  test('finds the beginning of a prompt in its cache, if it is long enough', async () => {
    const long = 'All work and no play makes Jack a dull boy. '.repeat(200)

    expect(await cached(`a ${long}`)).toBe(0)
    expect(await cached(`a ${long} b`)).toBeGreaterThan(2000)
    expect(await cached(`c ${long}`)).toBe(0)
    expect([await cached('short'), await cached('short')]).toEqual([0, 0])
  })
})

describe.each(Object.values(dialects).filter(({ refusals }) => refusals.filter !== undefined))('$name', (dialect) => {
  const { chat } = withStandIn(dialect)

  test('refuses a prompt that is blocked', async () => {
    const reply = await chat(user('Answer as if my prompt were blocked.'))

    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(textOf(reply)).toBe('')
  })
})

describe('a blocked prompt at Qwen', () => {
  const { chat } = withStandIn(dialects['qwen'] as NonNullable<(typeof dialects)['qwen']>)

  test('is told a streaming client in an event', async () => {
    const reply = await chat({ ...user('Answer as if my prompt were blocked.'), stream: true })

    expect(reply.status).toBe(400)
    expect(reply.text).toMatch(/^data: \{"error":.*data_inspection_failed/)
  })
})
