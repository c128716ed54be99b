import { describe, expect, test } from 'vitest'
import { watch } from '../src/wire/seen.ts'
import { judgementsIn } from './matcher.ts'
import { matchers } from './index.ts'
import { call, chunk, completion, frames, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

const part = '{"number":"A-17","to'

describe('an answer that was cut short', () => {
  test('at the limit that the request set, where usage is silent', async () => {
    const exchange = await recorded(completion(part, 'length'), { max_tokens: 16 })
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON cut off after 16 tokens (finish_reason "length"): the answer is incomplete, not malformed.
      $.choices[0].message.content: {"number":"A-17","to
      Next: raise max_tokens above 16, or ask for a shorter answer."
    `)
  })

  test('at a limit that nobody told', async () => {
    expect(await said(expect(completion(part, 'length')).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON cut off (finish_reason "length"): the answer is incomplete, not malformed.
      $.choices[0].message.content: {"number":"A-17","to
      Next: raise max_tokens, or ask for a shorter answer."
    `)
  })

  test('before there was any JSON', async () => {
    expect(await said(expect(completion('Let me think about', 'length')).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned text cut off (finish_reason "length"), with no JSON so far.
      $.choices[0].message.content: Let me think about
      Next: raise max_tokens, or ask for a shorter answer."
    `)
    const cut = await recorded(stream(chunk('Let me')), { stream: true }, 'aborted')
    expect(await said(expect(cut).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned no JSON so far: the connection was cut after 1 event and 6 characters of text.
      content of choice 0, put together from the stream: Let me"
    `)
  })

  test('though another fault is the cause', async () => {
    expect(await said(expect(completion("{'a': 1", 'length')).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned malformed JSON: at character 1 stood "'" where a property name in double quotes or "}" should stand.
      $.choices[0].message.content: {'a': 1"
    `)
  })

  test('while it was still reasoning, or before it said anything', async () => {
    const reasoning = completion({ content: '', reasoning_content: 'First I need to' }, 'length')
    expect(await said(expect(reasoning).toReturnValidJson())).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") while it was still reasoning.
      Next: raise max_tokens, or ask for less reasoning."
    `)
    expect(await said(expect(completion('', 'length')).toReturnValidJson())).toMatchInlineSnapshot(`
      "It was cut off (finish_reason "length") before it said anything.
      Next: raise max_tokens, or ask for less reasoning."
    `)
  })

  test('and passed off as finished', async () => {
    expect(await said(expect(completion(part)).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that breaks off at character 20, with finish_reason "stop" instead of "length".
      $.choices[0].message.content: {"number":"A-17","to"
    `)
    expect(await said(expect(completion(part, null)).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that breaks off at character 20, with no finish_reason.
      $.choices[0].message.content: {"number":"A-17","to"
    `)
    expect(await said(expect(completion(`\`\`\`json\n${part}`)).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that breaks off at character 28, with finish_reason "stop" instead of "length".
      $.choices[0].message.content: \`\`\`json\\n{"number":"A-17","to"
    `)
  })

  test('by a connection that broke in the stream', async () => {
    const exchange = await recorded(stream(chunk('{"number":'), chunk('"A')), { stream: true }, 'aborted')
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that is not whole: the connection was cut after 2 events and 12 characters of text.
      content of choice 0, put together from the stream: {"number":"A"
    `)
  })

  test('by a stream that ended in the middle of an event', async () => {
    const body = `${frames(chunk('{"number":'))}data: {"id":"chatcm`
    const reply = new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON that is not whole: the stream ended in the middle of an event, after 1 event and 10 characters of text.
      content of choice 0, put together from the stream: {"number":"
    `)
  })

  test('by a stream that broke before any text', async () => {
    const exchange = await recorded(stream(chunk({ role: 'assistant' })), { stream: true }, 'aborted')
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(
      `"It returned no text: the connection was cut after 1 event."`,
    )
  })

  test('though what came of it is JSON: by a connection that broke, or an end without finish_reason and [DONE]', async () => {
    const whole = [chunk('{"number":'), chunk('"A-17"}')]
    const broke = await recorded(stream(...whole), { stream: true }, 'aborted')
    expect(await said(expect(broke).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON, but the stream was cut: the connection was cut after 2 events and 17 characters of text; the JSON may be incomplete.
      content of choice 0, put together from the stream: {"number":"A-17"}"
    `)
    expect(await said(expect(stream(...whole)).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON, but the stream was cut: the stream ended after 2 events and 17 characters of text, without finish_reason or [DONE]; the JSON may be incomplete.
      content of choice 0, put together from the stream: {"number":"A-17"}"
    `)
    const finished = await recorded(stream(...whole, chunk({}, 'stop')), { stream: true }, 'aborted')
    expect(await said(expect(finished).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON, but the stream was cut: the connection was cut after 3 events and 17 characters of text.
      content of choice 0, put together from the stream: {"number":"A-17"}"
    `)
    const body = await recorded(completion('{"number":"A-17"}'), {}, 'aborted')
    expect(await said(expect(body).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned JSON, but the connection was cut after 187 characters of its body.
      $.choices[0].message.content: {"number":"A-17"}"
    `)
    const { seen } = await watch(() => said(expect(broke).toReturnValidJson()))
    expect(judgementsIn(seen)[0]?.finding?.contract).toBe('stream.sse.complete')
  })

  test('inside a number, which has no end of its own', async () => {
    const exchange = await recorded(completion('12', 'length'), { max_tokens: 1 })
    expect(await said(expect(exchange).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned a number cut off after 1 token (finish_reason "length"): further digits may be missing.
      $.choices[0].message.content: 12
      Next: raise max_tokens above 1, or ask for a shorter answer."
    `)
    await expect(completion('"12"', 'length')).toReturnValidJson()
    await expect(completion('{"a":12}', 'length')).toReturnValidJson()
  })

  test('by nobody, where a stream has its finish_reason or its [DONE], or the client wanted no more', async () => {
    await expect(stream(chunk('12', 'stop'))).toReturnValidJson()
    await expect(stream(chunk('12'), '[DONE]')).toReturnValidJson()
    await expect(await recorded(stream(chunk('{}')), { stream: true }, 'cancelled')).toReturnValidJson()
  })

  test('by the limit after a call', async () => {
    const reply = completion({ content: null, tool_calls: [call('get_weather', '{"ci')] }, 'length')
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(
      `"It called "get_weather" instead of returning text (finish_reason "length")."`,
    )
  })

  test('by the content filter', async () => {
    expect(await said(expect(completion(part, 'content_filter')).toReturnValidJson())).toMatchInlineSnapshot(`
      "It was stopped by its content filter (finish_reason "content_filter").
      $.choices[0].message.content: {"number":"A-17","to"
    `)
  })
})

describe('an answer without text', () => {
  test('null, empty, or white space', async () => {
    expect(await said(expect(completion({ content: null })).toReturnValidJson())).toMatchInlineSnapshot(
      `"It returned no text (finish_reason "stop")."`,
    )
    expect(await said(expect(completion('')).toReturnValidJson())).toMatchInlineSnapshot(
      `"It returned an empty text (finish_reason "stop")."`,
    )
    expect(await said(expect(completion(' \n\n ', null)).toReturnValidJson())).toMatchInlineSnapshot(
      `"It returned nothing but white space (no finish_reason)."`,
    )
  })

  test('whose reasoning holds what should be the text', async () => {
    const reply = completion({ content: '', reasoning_content: 'So: {"total": 12.5}' })
    expect(await said(expect(reply).toReturnValidJson())).toMatchInlineSnapshot(`
      "It returned its reasoning and an empty text (finish_reason "stop").
      reasoning: So: {"total": 12.5}"
    `)
  })
})

describe('a text that is not one JSON document', () => {
  const fault = (text: string) => said(expect(completion(text)).toReturnValidJson())

  test('fenced in Markdown', async () => {
    expect(await fault('```json\n{"number":"A-17"}\n```')).toMatchInlineSnapshot(`
      "It returned JSON fenced in Markdown (\`\`\`).
      $.choices[0].message.content: \`\`\`json\\n{"number":"A-17"}\\n\`\`\`"
    `)
  })

  test('with prose around it', async () => {
    expect(await fault('Here it is:\n{"number":"A-17"}\nAnything else?')).toMatchInlineSnapshot(`
      "It returned JSON with prose around it: "Here it is:" before it and "Anything else?" after it.
      $.choices[0].message.content: Here it is:\\n{"number":"A-17"}\\nAnything else?"
    `)
    expect(await fault('{"number":"A-17"} is the invoice.')).toMatchInlineSnapshot(`
      "It returned JSON with prose around it: "is the invoice." after it.
      $.choices[0].message.content: {"number":"A-17"} is the invoice."
    `)
  })

  test('with its reasoning in front', async () => {
    expect(await fault('<think>An invoice.</think>\n{"number":"A-17"}')).toMatchInlineSnapshot(`
      "It returned its reasoning (<think>) in front of the JSON.
      $.choices[0].message.content: <think>An invoice.</think>\\n{"number":"A-17"}"
    `)
  })

  test('followed by a second document', async () => {
    expect(await fault('{"number":"A-17"}\n{"number":"A-18"}')).toMatchInlineSnapshot(`
      "It returned more than one JSON document: another begins at character 18.
      $.choices[0].message.content: {"number":"A-17"}\\n{"number":"A-18"}"
    `)
  })

  test('malformed', async () => {
    expect(await fault("{'number': 'A-17'}")).toMatchInlineSnapshot(`
      "It returned malformed JSON: at character 1 stood "'" where a property name in double quotes or "}" should stand.
      $.choices[0].message.content: {'number': 'A-17'}"
    `)
    expect(await fault('{"number":"A-17",}')).toMatchInlineSnapshot(`
      "It returned malformed JSON: at character 17 stood "}" where a property name in double quotes should stand.
      $.choices[0].message.content: {"number":"A-17",}"
    `)
    expect(await fault('{"total": NaN}')).toMatchInlineSnapshot(`
      "It returned malformed JSON: at character 10 stood "N" where a value should stand.
      $.choices[0].message.content: {"total": NaN}"
    `)
    expect(await fault('{"number":"A\n17"}')).toMatchInlineSnapshot(`
      "It returned malformed JSON: at character 12 stood "\\n" unescaped inside a string.
      $.choices[0].message.content: {"number":"A\\n17"}"
    `)
    expect(await fault(`{"items":["${'long '.repeat(20)}" "missing comma"],"total":12.5,"currency":"EUR"}`))
      .toMatchInlineSnapshot(`
        "It returned malformed JSON: at character 113 stood '"' where "," or "]" should stand.
        $.choices[0].message.content: …ng long long long long long " "missing comma"],"total":12.5,…"
      `)
  })

  test('without JSON, and hostile to the terminal', async () => {
    expect(await fault('no \u001b[31mJSON\u202e here')).toMatchInlineSnapshot(`
      "It returned text that is not JSON.
      $.choices[0].message.content: no \\u001b[31mJSON\\u202e here"
    `)
  })
})
