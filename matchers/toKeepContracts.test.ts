import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'
import type { ContractSelection } from './toKeepContracts.ts'

expect.extend(matchers)

const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }

test('passes for an answer as OpenAI gives it, at every level that applies', async () => {
  await expect(completion({ content: 'Hi', refusal: null }, 'stop', { usage })).toKeepContracts()
  await expect(completion('Hi', 'stop', { usage })).toKeepContracts({ level: 'should', area: 'usage' })
  await expect(completion('Hi', 'stop', { usage: { ...usage, total_tokens: 1 } })).not.toKeepContracts({
    level: 'should',
  })
})

describe('a failure lists', () => {
  test('up to five breaches, and how many more', async () => {
    const body = { choices: [{ message: { content: 7 } }], usage: { prompt_tokens: '1', total_tokens: -1 } }
    const exchange = await recorded(Response.json(body))
    await expect(expect(exchange).toKeepContracts({ level: 'may' })).rejects.toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toKeepContracts({ level: "may" })

      Expected deepseek to keep every may, should and must contract.
      It broke 11 of the 17 promises that this exchange can be judged by:
        chat.choices.index (must): left out \`index\`, at $.choices[0].index
        chat.message.role (must): left out \`role\`, at $.choices[0].message.role
        chat.message.content-string (must): sent 7 as \`content\`, not text or null, at $.choices[0].message.content
        usage.integers (must): sent "1" as \`prompt_tokens\`, not an integer from 0, at $.usage.prompt_tokens
        chat.envelope.id (should): left out \`id\`, at $.id
        and 6 more
      Next: number the choices by their place in the array.

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('one breach in full', async () => {
    const events = stream(chunk({ role: 'assistant', content: 'Hi' }), '{"cut', chunk({}, 'stop'), '[DONE]')
    expect(await said(expect(events).toKeepContracts({ area: 'stream' }))).toMatchInlineSnapshot(`
      "It sent 1 event whose data is not JSON.
      stream.sse.frame-json (must): Puts one JSON object into the data of every event, but for [DONE].
      at fault: wire format, at event 2 of 4
      bytes: {"cut
      Next: send keep-alives as comment lines (": …"); look for a proxy that cuts or joins events."
    `)
  })

  test('an exchange that tells nothing', async () => {
    expect(await said(expect(failure(500, '<html>')).toKeepContracts({ area: 'tools' }))).toMatchInlineSnapshot(`
      "It sent nothing that tells whether it keeps any of these 14 promises: unchecked is not kept.
      Next: make a call that puts one of them to the test; what counts here are exchanges with tools, stream or tools.parallel."
    `)
  })
})

test('refuses an unknown option, level or area, and a selection without contracts', async () => {
  const refusal = (wanted: unknown) => said(expect(completion('Hi')).toKeepContracts(wanted as ContractSelection))
  expect(await refusal({ levle: 'must' })).toMatchInlineSnapshot(
    `"toKeepContracts has no option levle. Its options are level and area."`,
  )
  expect(await refusal({ level: 'info' })).toMatchInlineSnapshot(
    `"toKeepContracts takes the level must, should or may, and got "info"."`,
  )
  expect(await refusal({ area: 'strem' })).toMatchInlineSnapshot(
    `"toKeepContracts knows no contract or area "strem". Write stream instead."`,
  )
  expect(await refusal({ area: 'provenance' })).toMatchInlineSnapshot(
    `"toKeepContracts finds no contract of level must in "provenance". Lower the level, or write toKeepContract("provenance")."`,
  )
})
