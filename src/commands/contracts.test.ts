import { expect, test } from 'vitest'
import { contracts } from '../contracts/index.ts'
import { trials } from '../trials/index.ts'
import { called } from '../testing/called.ts'
import { listContracts } from './contracts.ts'

const said = (...args: string[]) => called(listContracts, '/', ...args)

test('lists every contract on a line of its own', async () => {
  const { code, out } = await said()
  expect(code).toBe(0)
  expect(out.split('\n')).toHaveLength(contracts.length + 1)
})

test('or those of an area', async () => {
  expect((await said('--area', 'emb')).out).toMatchInlineSnapshot(`
    "contract                 level   promise
    emb.envelope             must    Answers with a \`list\` that has \`data\` and \`model\`, each item an \`embedding\` of finite numbers.
    emb.index-order          must    Answers every input once, in the order of the inputs, numbered from 0.
    emb.dimensions-constant  must    Gives every vector the same length, and the length that the request names.
    emb.usage                should  Counts the tokens of the inputs, as \`prompt_tokens\` and, the same, as \`total_tokens\`."
  `)
})

test('or what describeContracts tries, with what that needs', async () => {
  expect((await said('--suite')).out.split('\n')).toHaveLength(trials.length + 1)
  expect((await said('--suite', '--area', 'tool_choice.required')).out).toMatchInlineSnapshot(`
    "contract              level  mode     needs               promise
    tool_choice.required  must   sampled  tools forced_tools  Calls a tool where tool_choice is required."
  `)
})

test('and knows the area that was meant', async () => {
  const wrong = ['embeddings', 'json', 'tols.stream', 'banana', '']
  const errs = []
  for (const area of wrong) {
    const { code, err } = await said('--area', area)
    expect(code).toBe(2)
    errs.push(err)
  }
  expect(errs.join('\n')).toMatchInlineSnapshot(`
    "There is no contract or area "embeddings". Write emb instead.
    There is no contract or area "json". Write json_schema instead.
    There is no contract or area "tols.stream". Write tools.stream instead.
    There is no contract or area "banana". The areas are chat, stream, usage, tools, tool_choice, finish, logprobs, json_schema, reasoning, emb, models, responses, error, headers and provenance.
    There is no contract or area "". The areas are chat, stream, usage, tools, tool_choice, finish, logprobs, json_schema, reasoning, emb, models, responses, error, headers and provenance."
  `)
})
