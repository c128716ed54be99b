import { describe, expect, test } from 'vitest'
import { parseJson } from './guards.ts'
import { readBodyError, readStreamError } from './error.ts'
import type { Json } from './exchange.ts'
import { readStream } from './sse.ts'

const body = (text: string, ok = false) => readBodyError(text, parseJson(text), ok)
const streamed = (text: string, ok = true) =>
  readStreamError(readStream([{ at: 0, bytes: Buffer.from(text) }], 'chat').events, ok)
const short = (text: string, ok?: boolean) => {
  const error = body(text, ok)
  return error && [error.form, error.path, error.message, error.code]
}

describe('the body of a failing status', () => {
  test('in the form of OpenAI gives message, type, code and param as they stand', () => {
    expect(body('{"error":{"message":"no","type":"t","param":null,"code":401},"status":401}')).toEqual({
      form: 'openai',
      message: 'no',
      type: 't',
      code: 401,
      param: null,
      fields: { message: 'no', type: 't', param: null, code: 401 },
      path: '$.error',
      eventIndex: undefined,
    })
    expect(body('{"error":{"message":"no"}}')?.code).toBeUndefined()
  })

  test.each([
    ['Zhipu', '{"error":{"code":"1302","message":"no"},"request_id":"r"}', ['openai', '$.error', 'no', '1302']],
    [
      'Azure',
      '{"error":{"code":"content_filter","innererror":{}}}',
      ['openai', '$.error', undefined, 'content_filter'],
    ],
    [
      'MiniMax',
      '{"type":"error","error":{"message":"no (2013)","http_code":"400"}}',
      ['openai', '$.error', 'no (2013)', undefined],
    ],
    ['xAI', '{"code":"invalid-argument","error":"no"}', ['string-error', '$', 'no', 'invalid-argument']],
    ['Venice', '{"error":"no"}', ['string-error', '$', 'no', undefined]],
    ['SiliconFlow', '{"code":20012,"message":"no","data":null}', ['flat', '$', 'no', 20012]],
    ['SiliconFlow 429', '{"message":"no","data":"string"}', ['flat', '$', 'no', undefined]],
    ['SiliconFlow 401', '"Invalid token"', ['string', '$', 'Invalid token', undefined]],
    [
      'Cerebras',
      '{"message":"no","type":"t","param":"api_key","code":"wrong_api_key"}',
      ['flat', '$', 'no', 'wrong_api_key'],
    ],
    ['Mistral 400', '{"object":"error","message":"no","code":"1500"}', ['flat', '$', 'no', '1500']],
    ['vLLM', '{"object":"error","message":"no","param":null,"code":400}', ['flat', '$', 'no', 400]],
    ['Mistral 401', '{"detail":"no"}', ['detail', '$', 'no', undefined]],
    ['FastAPI 422', '{"detail":[{"loc":["body"],"msg":"a"},{"msg":"b"}]}', ['detail', '$', 'a; b', undefined]],
    ['FastAPI object', '{"detail":{"message":"no","code":7}}', ['detail', '$.detail', 'no', 7]],
    ['NVIDIA', '{"status":403,"title":"Forbidden","detail":"no"}', ['detail', '$', 'no', undefined]],
    ['Gemini', '[{"error":{"code":400,"message":"no"}}]', ['array', '$[0].error', 'no', 400]],
    [
      'Cloudflare',
      '{"success":false,"errors":[{"code":7003,"message":"no"}],"result":null}',
      ['other', '$.errors[0]', 'no', 7003],
    ],
    ['Together', 'Missing API key\n', ['text', '$', 'Missing API key', undefined]],
    ['nginx', '<html><head><title>502 Bad Gateway</title></head></html>', ['html', '$', '502 Bad Gateway', undefined]],
    ['a cut body', '{"error":{"mess', ['text', '$', '{"error":{"mess', undefined]],
    ['an empty body', ' \n', ['empty', '$', undefined, undefined]],
    ['a message that is an object', '{"error":{"message":{"a":1}}}', ['openai', '$.error', '{"a":1}', undefined]],
    ['an empty error', '{"error":{}}', ['openai', '$.error', undefined, undefined]],
    ['an error that is null', '{"error":null}', ['other', '$', undefined, undefined]],
    ['an empty array', '[]', ['array', '$', undefined, undefined]],
    ['an array of texts', '["no"]', ['array', '$', 'no', undefined]],
    ['a number', '7', ['other', '$', undefined, undefined]],
  ])('of %s is an error', (_, text, expected) => {
    expect(short(text)).toEqual(expected)
  })

  test('prefers the error to a message beside it', () => {
    expect(short('{"error":"Bad Request","message":"no"}')).toEqual(['string-error', '$', 'Bad Request', undefined])
    expect(short('{"message":"outer","error":{"message":"inner"}}')?.[2]).toBe('inner')
  })
})

describe('the body of HTTP 200', () => {
  test.each([
    ['{"error":{"code":403,"message":"no"}}', ['openai', '$.error', 'no', 403]],
    ['{"error":"Unexpected endpoint or method."}', ['string-error', '$', 'Unexpected endpoint or method.', undefined]],
    ['{"choices":[{"error":{"code":502,"message":"no"}}]}', ['openai', '$.choices[0].error', 'no', 502]],
    ['{"base_resp":{"status_code":1004,"status_msg":"login fail"}}', ['base-resp', '$.base_resp', 'login fail', 1004]],
    ['{"object":"error","message":"no","code":400}', ['flat', '$', 'no', 400]],
    ['{"code":500,"msg":"404 NOT_FOUND","success":false}', ['flat', '$', '404 NOT_FOUND', 500]],
    ['{"code":20012,"message":"no","data":null}', ['flat', '$', 'no', 20012]],
    ['{"object":"response","status":"failed","error":{"code":"c","message":"no"}}', ['openai', '$.error', 'no', 'c']],
    ['{"object":"response","status":"failed","error":null}', ['other', '$', undefined, undefined]],
    ['[{"error":{"code":400,"message":"no"}}]', ['array', '$[0].error', 'no', 400]],
  ])('%s is an error', (text, expected) => {
    expect(short(text, true)).toEqual(expected)
  })

  test.each([
    '{"error":null,"choices":[]}',
    '{"error":{},"choices":[]}',
    '{"error":{"code":"","message":"","status":0},"choices":[]}',
    '{"error":"","choices":[]}',
    '{"error":false}',
    '{"base_resp":{"status_code":0,"status_msg":""},"choices":[]}',
    '{"object":"response","status":"incomplete","error":null}',
    '{"object":"chat.completion","message":"hello"}',
    '{"choices":[{"error":null}]}',
    '{"message":{"content":"hello"}}',
    '{"data":[],"message":"success","code":20000}',
    '[]',
    '[[0.1]]',
    '"hello"',
    'null',
    'OK',
    '',
  ])('%s is none', (text) => {
    expect(short(text, true)).toBeUndefined()
  })
})

describe('a stream', () => {
  test('has the first error in it, with the index of its event', () => {
    const text =
      'data: {"error":null}\n\ndata: {"choices":[],"error":{"code":400,"message":"no"}}\n\ndata: {"error":"later"}\n\n'
    expect(streamed(text)).toMatchObject({ form: 'openai', path: '$.error', message: 'no', code: 400, eventIndex: 1 })
  })

  test.each([
    ['event: error\ndata: {"error":{"message":"no"}}', ['openai', '$.error', 'no']],
    ['event: error\ndata: {"message":"no"}', ['flat', '$', 'no']],
    ['event: error\ndata: overloaded', ['text', '$', 'overloaded']],
    ['event: error\ndata: null', ['other', '$', undefined]],
    ['data: {"type":"error","code":"c","message":"no","param":null}', ['flat', '$', 'no']],
    ['data: {"type":"error","error":{"message":"no"}}', ['openai', '$.error', 'no']],
    ['data: {"type":"response.failed","response":{"error":{"message":"no"}}}', ['openai', '$.response.error', 'no']],
    [
      'data: {"type":"response.failed","response":{"object":"response","status":"failed"}}',
      ['other', '$.response', undefined],
    ],
    ['data: {"choices":[{"error":{"message":"no"}}]}', ['openai', '$.choices[0].error', 'no']],
    ['data: {"choices":[],"x_groq":{"error":"no"}}', ['string-error', '$.x_groq', 'no']],
    ['data: {"code":"Throttling","message":"no","request_id":"r"}', ['flat', '$', 'no']],
    ['data: {"status":500,"message":"no"}', ['flat', '$', 'no']],
    ['data: {"type":"server_error","message":"no"}', ['flat', '$', 'no']],
    ['event: ping\ndata: {"error":{"message":"no"}}', ['openai', '$.error', 'no']],
    ['event: response.failed\ndata: {"code":500,"message":"no"}', ['flat', '$', 'no']],
    ['data: {"base_resp":{"status_code":1013,"status_msg":"no"}}', ['base-resp', '$.base_resp', 'no']],
  ])('with %j holds an error', (text, expected) => {
    const error = streamed(`${text}\n\n`)
    expect([error?.form, error?.path, error?.message]).toEqual(expected)
    expect(error?.eventIndex).toBe(0)
  })

  test.each([
    'data: {"choices":[{"delta":{"content":"an error"}}],"error":null}',
    'data: {"type":"response.created","response":{"error":null,"status":"in_progress"}}',
    'data: {"type":"response.refusal.done","message":"x"}',
    'event: ping\ndata: {"message":"alive"}',
    'event: ping\ndata: {"code":500,"message":"alive"}',
    'data: {"message":"alive"}',
    'data: {"id":"x","detail":"queued"}',
    'data: {"code":0,"status":200,"type":"ping","msg":"alive"}',
    'data: oops',
    'data: [DONE]',
    ': nothing',
  ])('with %j holds none', (text) => {
    expect(streamed(`${text}\n\n`)).toBeUndefined()
  })

  test('of a failing status is an error in form sse, whatever it holds', () => {
    const qwen = 'data: {"error":{"code":"data_inspection_failed","message":"no"}}'
    expect(streamed(qwen, false)).toMatchObject({
      form: 'sse',
      path: '$.error',
      code: 'data_inspection_failed',
      eventIndex: 0,
    })
    expect(streamed('data: {"message":"no"}', false)).toMatchObject({ form: 'sse', path: '$', message: 'no' })
    expect(streamed('data: no\n\n', false)).toMatchObject({ form: 'sse', message: 'no', fields: undefined })
    expect(streamed('data: [DONE]', false)).toMatchObject({ form: 'empty', eventIndex: undefined })
    expect(streamed('', false)).toMatchObject({ form: 'empty' })
  })
})

test('any JSON in any place is read without throwing', () => {
  const deep: Json = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  const odd: Json[] = [null, true, Infinity, '', 'x', [], [null], [[]], {}, [{}], deep, { message: deep }]
  const keys = ['error', 'message', 'detail', 'choices', 'response', 'base_resp', 'errors', 'x_groq', 'type', 'object']
  for (const value of odd) {
    for (const ok of [true, false]) {
      expect(() => readBodyError('', value, ok)).not.toThrow()
      for (const key of keys) {
        const json: Json = { [key]: value, success: false }
        expect(() => readBodyError('', json, ok)).not.toThrow()
        expect(() => readBodyError('', [json], ok)).not.toThrow()
        expect(() => readBodyError('', { choices: [{ error: json }], error: json }, ok)).not.toThrow()
        const event = { event: key === 'error' ? key : undefined, data: '', json, at: 0 }
        expect(() => readStreamError([event, { ...event, json: undefined }], ok)).not.toThrow()
      }
    }
  }
})
