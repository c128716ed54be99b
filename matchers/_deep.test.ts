import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { watch } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { client } from './testing/client.ts'
import { call, completion, said } from './testing/replies.ts'

expect.extend(matchers)

const levels = 20_000
const deep = `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
const calling = () => completion({ content: null, tool_calls: [call('save', deep)] }, 'tool_calls')
const tree = { $defs: { node: { properties: { a: { $ref: '#/$defs/node' } } } }, $ref: '#/$defs/node' }
const Tree: z.ZodType = z.object({ a: z.lazy(() => z.union([Tree, z.number()])) })

describe('an answer of any depth gets a verdict:', () => {
  test('a value that is looked for among the exchanges', async () => {
    await watch(async () => {
      const params = { model: 'm', messages: [] }
      const text = (await completion('Hi').text()).replace('{', `{"extra":${deep},`)
      const headers = { 'content-type': 'application/json' }
      const value = await client(new Response(text, { headers })).chat.completions.create(params)
      await expect(value).toReturnText('Hi')
    })
  })

  test('JSON against a schema', async () => {
    const fault = 'It returned JSON that does not fit the schema:\n  $: is nested too deeply to be checked'
    expect(await said(expect(completion(deep)).toReturnValidJson(tree))).toContain(fault)
    expect(await said(expect(completion(deep)).toReturnValidJson(Tree))).toContain(fault)
    await expect(completion(deep)).toReturnValidJson()
    expect(deep).toEqual(expect.not.jsonMatching(tree))
  })

  test('arguments against a literal', async () => {
    const other = JSON.parse(deep.replace('1', '2')) as Readonly<Record<string, unknown>>
    expect(await said(expect(calling()).toCallToolWith('save', other))).toContain('nested too deeply to be compared')
  })
})

test('a schema that holds itself is none', async () => {
  const self: Record<string, unknown> = { type: 'object' }
  self['properties'] = { self }
  await expect(expect(completion('{}')).toReturnValidJson(self)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: The schema is no valid JSON Schema (2020-12): it is nested too deeply, or holds itself.]`,
  )
})
