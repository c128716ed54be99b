import { describe, expect, test } from 'vitest'
import { matchers } from './index.ts'
import { chunk, completion, failure, frames, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)
const error = {
  message: 'Incorrect API key provided',
  type: 'invalid_request_error',
  param: null,
  code: 'invalid_api_key',
}

describe('passes for', () => {
  test('the whole envelope, and what else is wanted of it', async () => {
    await expect(failure(401, { error })).toFailWithOpenAIErrorShape()
    await expect(failure(401, { error })).toFailWithOpenAIErrorShape({
      status: [401, 403],
      code: 'invalid_api_key',
      type: /invalid/,
      param: null,
      message: 'API key',
    })
    await expect(failure(401, { error })).toFailWithOpenAIErrorShape({ status: 401, code: expect.any(String) })
  })

  test('advice on when to retry, in milliseconds, seconds or as a date', async () => {
    const advised = (headers: Record<string, string>) => failure(429, { error }, headers)
    await expect(advised({ 'retry-after-ms': '1500' })).toFailWithOpenAIErrorShape({ retryAfter: 1.5 })
    await expect(advised({ 'retry-after': '20' })).toFailWithOpenAIErrorShape({ retryAfter: 20 })
    const date = { date: 'Sat, 01 Aug 2026 12:00:00 GMT', 'retry-after': 'Sat, 01 Aug 2026 12:01:00 GMT' }
    await expect(advised(date)).toFailWithOpenAIErrorShape({ retryAfter: 60 })
    await expect(advised({ 'retry-after': '6m0s' })).toFailWithOpenAIErrorShape({ retryAfter: 360 })
  })

  test('.not for an answer', async () => {
    await expect(completion('Hello.')).not.toFailWithOpenAIErrorShape()
  })
})

describe('a failure shows the check, the expectation, the faults and the evidence', () => {
  test('for fields of the wrong kind', async () => {
    const exchange = await recorded(failure(401, { error: { message: 'Wrong key', code: 401, status: 'no' } }))
    await expect(expect(exchange).toFailWithOpenAIErrorShape({ status: 401, code: 'invalid_api_key' })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toFailWithOpenAIErrorShape({ status: 401, code: "invalid_api_key" })

      Expected deepseek to fail with an OpenAI error body (status 401, code "invalid_api_key").
      It left out error.type and error.param.
      It sent error.code as a number (401), where a string or null belongs.
      body: {"error":{"message":"Wrong key","code":401,"status":"no"}}

      fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 401]
    `)
  })

  test('for .not', async () => {
    await expect(expect(failure(401, { error })).not.toFailWithOpenAIErrorShape()).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toFailWithOpenAIErrorShape()

      Expected the provider not to fail with an OpenAI error body.
      It did: HTTP 401, "Incorrect API key provided"

      a Response given to the matcher, HTTP 401]
    `)
  })
})

describe('names what is no failure', () => {
  const fault = (reply: unknown) => said(expect(reply).toFailWithOpenAIErrorShape({ status: 400 }))

  test('an answer, whole or streamed', async () => {
    expect(await fault(completion('Hello.'))).toMatchInlineSnapshot(`
      "It did not fail: it answered HTTP 200 (OK) with "Hello."
      body: {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test-1","choices":[{"index":0,"me…"
    `)
    expect(await fault(stream(chunk('Hel'), chunk('lo.', 'stop'), '[DONE]'))).toMatchInlineSnapshot(`
      "It did not fail: it answered HTTP 200 (OK) with "Hello."
      body: data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"test-1","choices":[{"…"
    `)
  })

  test('an error inside HTTP 200', async () => {
    expect(await fault(failure(200, { error }))).toMatchInlineSnapshot(`
      "It answered HTTP 200 (OK) with an error inside: "Incorrect API key provided"
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
  })

  test('an error inside a stream, at its beginning and later', async () => {
    expect(await fault(stream({ error }))).toMatchInlineSnapshot(`
      "It answered HTTP 200 (OK) and sent the error into its stream, in event 1 of 1: "Incorrect API key provided"
      body: data: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"…"
    `)
    expect(await fault(stream(chunk('Hel'), { error }))).toMatchInlineSnapshot(`
      "It answered HTTP 200 (OK) and sent the error into its stream, in event 2 of 2: "Incorrect API key provided"
      body: data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"test-1","choices":[{"…"
    `)
  })
})

describe('names what the body was instead', () => {
  const fault = (body: unknown, headers = {}) => said(expect(failure(400, body, headers)).toFailWithOpenAIErrorShape())
  const json = { 'content-type': 'application/json' }

  test('JSON of another form', async () => {
    expect(await fault({ message: 'Wrong API Key', type: 'invalid_request_error', code: 'wrong_api_key' }))
      .toMatchInlineSnapshot(`
      "It sent a flat object, with no "error" around message and code.
      body: {"message":"Wrong API Key","type":"invalid_request_error","code":"wrong_api_key"}"
    `)
    expect(await fault({ error: 'Unexpected endpoint' })).toMatchInlineSnapshot(`
      "It sent an "error" that is a string in place of an object.
      body: {"error":"Unexpected endpoint"}"
    `)
    expect(await fault({ detail: [{ loc: ['body'], msg: 'field required' }] })).toMatchInlineSnapshot(`
      "It sent an object with "detail" where "error" should be.
      body: {"detail":[{"loc":["body"],"msg":"field required"}]}"
    `)
    expect(await fault([{ error: { code: 400, message: 'Invalid JSON payload' } }])).toMatchInlineSnapshot(`
      "It sent a JSON array around the error.
      body: [{"error":{"code":400,"message":"Invalid JSON payload"}}]"
    `)
    expect(await fault({ base_resp: { status_code: 1004, status_msg: 'login fail' } })).toMatchInlineSnapshot(`
      "It sent an object with "base_resp" where "error" should be.
      body: {"base_resp":{"status_code":1004,"status_msg":"login fail"}}"
    `)
    expect(await fault('"Unauthorized"', json)).toMatchInlineSnapshot(`
      "It sent a bare JSON string.
      body: "Unauthorized""
    `)
    expect(await fault({ success: 0 })).toMatchInlineSnapshot(`
      "It sent JSON with no error in it.
      body: {"success":0}"
    `)
  })

  test('no JSON', async () => {
    expect(await fault('<html><title>Bad gateway</title></html>')).toMatchInlineSnapshot(`
      "It sent HTML in place of JSON.
      It sent content-type text/html in place of application/json.
      body: <html><title>Bad gateway</title></html>"
    `)
    expect(await fault('upstream connect error', { 'content-type': 'text/plain' })).toMatchInlineSnapshot(`
      "It sent plain text in place of JSON.
      It sent content-type text/plain in place of application/json.
      body: upstream connect error"
    `)
    expect(await fault('')).toMatchInlineSnapshot(`
      "It sent an empty body.
      It sent content-type text/html in place of application/json."
    `)
    expect(await fault(frames({ error }), json)).toMatchInlineSnapshot(`
      "It sent an event stream in place of JSON.
      body: data: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"…"
    `)
  })

  test('the envelope as another content type', async () => {
    expect(await fault(JSON.stringify({ error }))).toMatchInlineSnapshot(`
      "It sent content-type text/html in place of application/json.
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
  })
})

describe('names each field that is missing or of another kind', () => {
  const fault = (fields: Record<string, unknown>) =>
    said(expect(failure(400, { error: fields })).toFailWithOpenAIErrorShape())

  test('missing', async () => {
    expect(await fault({ message: 'No' })).toMatchInlineSnapshot(`
      "It left out error.type, error.param and error.code.
      body: {"error":{"message":"No"}}"
    `)
    expect(await fault({ type: 'a', param: null, code: null })).toMatchInlineSnapshot(`
      "It left out error.message.
      body: {"error":{"type":"a","param":null,"code":null}}"
    `)
  })

  test('of another kind', async () => {
    expect(await fault({ message: '', type: null, param: 7, code: 400 })).toMatchInlineSnapshot(`
      "It sent error.message as an empty string, where a non-empty string belongs.
      It sent error.type as null, where a string belongs.
      It sent error.param as a number (7), where a string or null belongs.
      It sent error.code as a number (400), where a string or null belongs.
      body: {"error":{"message":"","type":null,"param":7,"code":400}}"
    `)
    expect(await fault({ message: ['No'], type: 'a', param: {}, code: null })).toMatchInlineSnapshot(`
      "It sent error.message as an array (["No"]), where a non-empty string belongs.
      It sent error.param as an object ({}), where a string or null belongs.
      body: {"error":{"message":["No"],"type":"a","param":{},"code":null}}"
    `)
  })
})

describe('names what else was wanted of the failure', () => {
  test('status, code, type, param and message', async () => {
    const wanted = {
      status: 404,
      code: 'model_not_found',
      type: /not_found/,
      param: 'model',
      message: /does not exist/,
    }
    expect(await said(expect(failure(401, { error })).toFailWithOpenAIErrorShape(wanted))).toMatchInlineSnapshot(`
      "It answered HTTP 401 (Unauthorized).
      It gave the code "invalid_api_key"
      It gave the type "invalid_request_error"
      It gave the param null.
      It gave the message "Incorrect API key provided"
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
  })

  test('a field that a flat body left out', async () => {
    const reply = failure(400, { message: 'No' })
    expect(await said(expect(reply).toFailWithOpenAIErrorShape({ param: 'model' }))).toMatchInlineSnapshot(`
      "It sent a flat object, with no "error" around message and code.
      It gave no param.
      body: {"message":"No"}"
    `)
  })

  test('advice on when to retry', async () => {
    const fault = (headers: Record<string, string>) =>
      said(expect(failure(429, { error }, headers)).toFailWithOpenAIErrorShape({ retryAfter: 30 }))
    expect(await fault({})).toMatchInlineSnapshot(`
      "It gave no retry-after header that can be read.
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
    expect(await fault({ 'retry-after': 'soon' })).toMatchInlineSnapshot(`
      "It gave no retry-after header that can be read: "soon"
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
    expect(await fault({ 'retry-after': 'Sat, 01 Aug 2026 12:01:00 GMT' })).toMatchInlineSnapshot(`
      "It gave no retry-after header that can be read: "Sat, 01 Aug 2026 12:01:00 GMT", a date with no date header to count it from.
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
    expect(await fault({ 'retry-after': '-5' })).toContain('no retry-after header that can be read: "-5"\n')
    expect(await fault({ 'retry-after': '1' })).toMatchInlineSnapshot(`
      "It advised to wait 1 second.
      body: {"error":{"message":"Incorrect API key provided","type":"invalid_request_error","param":null,"code":…"
    `)
  })
})
