import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { call, chunk, completion, failure, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const good = [chunk({ role: 'assistant', content: '' }), chunk('Hel'), chunk('lo.'), chunk({}, 'stop')]
const usage = { prompt_tokens: 9, completion_tokens: 2, total_tokens: 12 }

describe('passes for', () => {
  test('an id, several ids, and an area', async () => {
    await expect(stream(...good, '[DONE]')).toKeepContract('stream.sse.done-sentinel')
    await expect(stream(...good, '[DONE]')).toKeepContract(['stream.finish', 'stream.sse.done-sentinel'])
    await expect(stream(...good, '[DONE]')).toKeepContract('stream.sse')
  })

  test('a promise about errors, and .not where it broke', async () => {
    const error = { message: 'No', type: 'invalid_request_error', param: null, code: null }
    await expect(failure(400, { error })).toKeepContract('error.envelope')
    await expect(failure(400, { detail: 'No' })).not.toKeepContract('error.envelope')
  })
})

describe('a failure shows', () => {
  test('the breach, the promise, the blame and a step', async () => {
    const exchange = await recorded(stream(...good), { stream: true })
    await expect(expect(exchange).toKeepContract('stream.sse.done-sentinel')).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toKeepContract("stream.sse.done-sentinel")

      Expected deepseek to keep stream.sse.done-sentinel.
      It ended its stream without data: [DONE].
      stream.sse.done-sentinel (should): Ends its stream with exactly one data: [DONE].
      at fault: wire format, at event 4 of 4
      bytes: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"test-1"…
      Next: end your reading loop also where the body ends, not only at [DONE].

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 200]
    `)
  })

  test('where in the answer, and of how many events', async () => {
    const same = { tool_calls: [call('a', '{"x":1}', 0), call('b', '{}', 0)] }
    const events = stream(chunk({ role: 'assistant', ...same }), chunk({}, 'tool_calls'), '[DONE]')
    expect(await said(expect(events).toKeepContract('tools.stream'))).toMatchInlineSnapshot(`
      "It broke 2 of the 11 promises that this exchange can be judged by:
        tools.stream.id-not-overwritten (must): changed the name of a call from "a" to "b", at $.choices[0].delta.tool_calls[1].function.name of event 1 of 3
        tools.stream.args-concat-json (must): sent the call of ab with arguments that are no JSON, at $.choices[0].delta.tool_calls[1] of event 1 of 3
      Next: keep the first id that is not empty, and compare the name with the tools you offer."
    `)
    expect(await said(expect(completion('Hi', 'stop', { usage })).toKeepContract('usage.sum'))).toMatchInlineSnapshot(`
      "It reported total_tokens 12, where prompt_tokens 9 + completion_tokens 2 = 11.
      usage.sum (should): Gives as \`total_tokens\` the sum of prompt and completion tokens.
      at fault: wire format, at $.usage.total_tokens
      Next: bill by the parts or by the total, as the price list says; where reasoning is counted apart, add it."
    `)
  })

  test('one block for each id that broke', async () => {
    const broken = completion('Hi', 'stop', { usage, object: 'text' })
    expect(await said(expect(broken).toKeepContract(['usage.sum', 'chat.envelope', 'chat.choices'])))
      .toMatchInlineSnapshot(`
        "It reported total_tokens 12, where prompt_tokens 9 + completion_tokens 2 = 11.
        usage.sum (should): Gives as \`total_tokens\` the sum of prompt and completion tokens.
        at fault: wire format, at $.usage.total_tokens
        It sent "text" as \`object\`, not "chat.completion"
        chat.envelope.object (should): Says \`chat.completion\` as the \`object\` of a whole completion.
        at fault: wire format, at $.object
        Next: bill by the parts or by the total, as the price list says; where reasoning is counted apart, add it."
      `)
  })

  test('a breach once, whether its id or its area comes first', async () => {
    const broken = completion('Hi', 'stop', { usage })
    for (const names of [
      ['usage', 'usage.sum'],
      ['usage.sum', 'usage'],
      ['usage.sum', 'usage.sum'],
    ]) {
      const lines = await said(expect(broken.clone()).toKeepContract(names))
      expect(lines.match(/^It reported/gm), names.join(' ')).toHaveLength(1)
    }
    // What was asked for by its own id must still be told.
    expect(await said(expect(broken).toKeepContract(['usage', 'usage.stream.present']))).toContain('It sent nothing')
  })

  test('an exchange that tells nothing of it, with .not too', async () => {
    expect(await said(expect(completion('Hi')).toKeepContract('stream.sse.done-sentinel'))).toMatchInlineSnapshot(`
      "It sent nothing that tells whether it keeps stream.sse.done-sentinel: unchecked is not kept.
      Next: make a call that puts it to the test; what counts here are exchanges with stream."
    `)
    expect(await said(expect(completion('Hi')).toKeepContract('tools.stream'))).toMatchInlineSnapshot(`
      "It sent nothing that tells whether it keeps any of the 13 promises of tools.stream: unchecked is not kept.
      Next: make a call that puts one of them to the test; what counts here are exchanges with tools, stream or tools.parallel."
    `)
    const two = expect(completion('Hi')).toKeepContract(['chat.choices.nonempty', 'stream.sse.done-sentinel'])
    expect(await said(two)).toMatchInlineSnapshot(`
      "It sent nothing that tells whether it keeps stream.sse.done-sentinel: unchecked is not kept.
      Next: make a call that puts it to the test; what counts here are exchanges with stream."
    `)
    await expect(
      expect(completion('Hi')).not.toKeepContract('tools.stream'),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: It sent nothing that tells whether it keeps any of the 13 promises of tools.stream, so nothing was checked, and it fails with .not too.]`,
    )
  })

  test('for .not', async () => {
    await expect(expect(stream(...good, '[DONE]')).not.toKeepContract('stream.sse')).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toKeepContract("stream.sse")

      Expected the provider not to keep stream.sse.
      It did: kept stream.sse.frame-json, stream.sse.done-sentinel, stream.sse.complete, stream.sse.comments-ignorable, stream.sse.rechunk-invariant, and 1 more

      a Response given to the matcher, HTTP 200]
    `)
  })
})

describe('refuses', () => {
  const refusal = (names: unknown) => said(expect(completion('Hi')).toKeepContract(names as string))

  test('an unknown id, with the nearest', async () => {
    expect(await refusal('stream.sse.done-sentinal')).toMatchInlineSnapshot(
      `"toKeepContract knows no contract or area "stream.sse.done-sentinal". Write stream.sse.done-sentinel instead."`,
    )
    expect(await refusal(['tols'])).toMatchInlineSnapshot(
      `"toKeepContract knows no contract or area "tols". Write tools instead."`,
    )
    expect(await refusal('banana bread')).toMatchInlineSnapshot(
      `"toKeepContract knows no contract or area "banana bread". The areas are chat, stream, usage, tools, tool_choice, finish, logprobs, json_schema, reasoning, emb, models, responses, error, headers and provenance."`,
    )
  })

  test('a promise that is only noted, but not the area in which it stands', async () => {
    expect(await refusal(['chat.envelope.id', 'chat.model.echo'])).toMatchInlineSnapshot(
      `"toKeepContract cannot judge by chat.model.echo: an info contract is only noted, never judged."`,
    )
    expect(await refusal('provenance')).toContain('only noted')
    expect(await refusal('headers')).not.toContain('only noted')
  })

  test('what is no name', async () => {
    expect(await refusal(undefined)).toMatchInlineSnapshot(
      `"toKeepContract takes the id or the area of a contract, and got undefined."`,
    )
    expect(await refusal([])).toMatchInlineSnapshot(`"toKeepContract needs an id or an area, and got none."`)
  })
})
