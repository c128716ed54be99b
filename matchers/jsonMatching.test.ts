import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'
import type { Schema } from './schema.ts'
import { call, completion, said } from './testing/replies.ts'

expect.extend(matchers)

const City = z.object({ city: z.string() }).meta({ title: 'City' })
const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] }

describe('matches', () => {
  test('a text that is JSON and a value, by Zod and JSON Schema', () => {
    expect({ a: '{"city":"Paris"}' }).toEqual({ a: expect.jsonMatching(City) })
    expect({ a: { city: 'Paris' } }).toEqual({ a: expect.jsonMatching(city) })
    expect(['[1]']).toEqual([
      expect.jsonMatching({ $schema: 'http://json-schema.org/draft-07/schema#', type: 'array' }),
    ])
    expect(['7']).toEqual([expect.jsonMatching(true)])
  })

  test('inside the arguments of a call', async () => {
    const reply = completion({ content: null, tool_calls: [call('save', { body: '{"city":"Paris"}' })] }, 'tool_calls')
    await expect(reply).toCallToolWith('save', { body: expect.jsonMatching(City) })
  })
})

describe('does not match', () => {
  test('what does not fit, and a text that is no JSON', () => {
    expect({ a: '{"city":7}' }).not.toEqual({ a: expect.jsonMatching(City) })
    expect(['Paris', '{"city":', '', null, 7]).toEqual(Array.from({ length: 5 }, () => expect.not.jsonMatching(city)))
    expect('Paris').not.toEqual(expect.jsonMatching({ type: 'string' }))
  })

  test('and is shown by its name in a failure of another matcher', async () => {
    const reply = completion({ content: null, tool_calls: [call('save', { body: '{"city":7}' })] }, 'tool_calls')
    const wanted = { body: expect.jsonMatching({ title: 'City', ...city }) }
    expect(await said(expect(reply).toCallToolWith('save', wanted))).toMatchInlineSnapshot(`
      "It called save with arguments other than expected:
        $.body was "{\\"city\\":7}", expected jsonMatching(City)
          $.city: must be string, was 7
      arguments: {"body":"{\\"city\\":7}"}"
    `)
  })

  test('and without a name by what it is', async () => {
    const reply = () => completion({ content: null, tool_calls: [call('save', { body: { city: 7 } })] }, 'tool_calls')
    const wanted = (schema: Schema) => ({ body: expect.jsonMatching(schema) as unknown })
    const text = await expect(reply())
      .toCallToolWith('save', wanted(z.object({ city: z.string() })))
      .catch(String)
    expect(text).toMatchInlineSnapshot(`
      "Error: expect(reply).toCallToolWith("save", { body: jsonMatching(schema) })

      Expected the provider to call save with { body: jsonMatching(schema) }.
      It called save with arguments other than expected:
        $.body was { city: 7 }, expected jsonMatching(schema)
          $.city: Invalid input: expected string, received number
      arguments: {"body":{"city":7}}

      a Response given to the matcher, HTTP 200"
    `)
    expect(await said(expect(reply()).toCallToolWith('save', wanted(city)))).toMatchInlineSnapshot(`
      "It called save with arguments other than expected:
        $.body was { city: 7 }, expected jsonMatching({ type: "object", properties: { city: { type: "…
          $.city: must be string, was 7
      arguments: {"body":{"city":7}}"
    `)
  })

  test('and says why, where it stands alone', () => {
    const alone = (received: unknown, schema: unknown) =>
      matchers.jsonMatching(received, schema as typeof city).message()
    expect(alone('{"city":7}', city)).toMatchInlineSnapshot(`
      "Expected JSON that fits the schema, and got {"city":7}
        $.city: must be string, was 7"
    `)
    expect(alone({ city: 7 }, City)).toMatchInlineSnapshot(`
      "Expected JSON that fits City, and got { city: 7 }
        $.city: Invalid input: expected string, received number"
    `)
    expect(alone({ city: 'Paris' }, City)).toMatchInlineSnapshot(
      `"Expected no JSON that fits City, and got { city: "Paris" }"`,
    )
    expect(alone('Paris', City)).toMatchInlineSnapshot(`
      "Expected JSON that fits City, and got Paris
        It is a string that holds no JSON document."
    `)
  })
})

test('throws for a schema that is none, is invalid, or answers later', () => {
  const thrown = (schema: unknown) => () => expect(['{}']).toEqual([expect.jsonMatching(schema as typeof city)])
  expect(thrown(undefined)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: jsonMatching takes a Standard Schema or a JSON Schema, not undefined.]`,
  )
  expect(thrown({ type: 'strin' })).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: The schema is no valid JSON Schema (2020-12): $.type must be one of "array", "boolean", "integer", "null", "number", "object", "string", was "strin".]`,
  )
  expect(thrown(z.object({}).refine(async () => true))).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: The schema validates asynchronously, and an asymmetric matcher cannot wait for it.]`,
  )
})

test('is typed on expect and expect.not', () => {
  // @ts-expect-error a number is no schema
  expectTypeOf(() => expect.jsonMatching(7)).toBeFunction()
  // @ts-expect-error the schema is needed
  expectTypeOf(() => expect.not.jsonMatching()).toBeFunction()
})
