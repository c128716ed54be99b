import { expect, test } from 'vitest'
import { flawed } from '../testing/flawed.ts'
import { readRecording } from './format.ts'

const said = (text: string) => {
  try {
    readRecording(text, 'a.json')
    return 'nothing'
  } catch (error) {
    const { name, message } = error as Error
    return name === 'LlmContractsError'
      ? message.replace(' is no recording of format 1', '').replace(' Record the test again.', '')
      : String(error)
  }
}

test('a field that no recorder writes is named, with its line', () => {
  expect(flawed.map(({ edit, text }) => `${edit}\n  ${said(text)}`).join('\n')).toMatchInlineSnapshot(`
    "format: "1"
      a.json:116: \`format\` is not 1.
    provider: 5
      a.json:125: \`provider\` is no name.
    test: null
      a.json:127: \`test\` has no file or no name.
    test.name: absent
      a.json:127: \`test\` has no file or no name.
    recordedAt: 5
      a.json:126: \`recordedAt\` is no date.
    recordedAt: ["2026-11-22"]
      a.json:126: \`recordedAt\` is no date.
    origin: absent
      a.json:1: \`origin\` is missing.
    origin.kind: "fake"
      a.json:119: \`origin.kind\` is neither live nor stand-in.
    origin.baseURL: ["https://acme.invalid"]
      a.json:118: \`origin.baseURL\` is no URL.
    origin.sdk: absent
      a.json:117: \`origin.sdk\` is no text.
    origin.package: 1
      a.json:122: \`origin.package\` is no text.
    origin.modelsAsked: absent
      a.json:117: \`origin.modelsAsked\` is no list of names.
    origin.modelsAnswered: [1]
      a.json:120: \`origin.modelsAnswered\` is no list of names.
    exchanges: {}
      a.json:2: \`exchanges\` is no list.
    exchanges: [null]
      a.json:3: \`exchanges[0]\` is no exchange.
    exchanges[1]: "POST"
      a.json:45: \`exchanges[1]\` is no exchange.
    exchanges[0].request: null
      a.json:4: \`exchanges[0].request\` is incomplete.
    exchanges[0].request.method: absent
      a.json:4: \`exchanges[0].request\` is incomplete.
    exchanges[0].request.headers: absent
      a.json:4: \`exchanges[0].request.headers\` is no object of headers.
    exchanges[0].request.headers.content-type: 5
      a.json:14: \`exchanges[0].request.headers\` has a value for "content-type" that no header can have.
    exchanges[0].request.parts: {}
      a.json:18: \`exchanges[0].request.parts\` is no list of parts with a name.
    exchanges[0].request.parts: [null]
      a.json:18: \`exchanges[0].request.parts\` is no list of parts with a name.
    exchanges[0].request.parts: [{"name":"file","text":5}]
      a.json:18: \`exchanges[0].request.parts\` is no list of parts with a name.
    exchanges[0].response: absent
      a.json:3: \`exchanges[0].response\` is incomplete.
    exchanges[0].response.status: "200"
      a.json:20: \`exchanges[0].response\` is incomplete.
    exchanges[0].response.status: 700
      a.json:42: \`exchanges[0].response.status\` is no HTTP status from 200 to 599.
    exchanges[0].response.headers: ["a"]
      a.json:38: \`exchanges[0].response.headers\` is no object of headers.
    exchanges[0].response.headers: null
      a.json:38: \`exchanges[0].response.headers\` is no object of headers.
    exchanges[0].response.headers.x trace: "a"
      a.json:38: \`exchanges[0].response.headers\` has "x trace", which is no name of a header.
    exchanges[0].response.headers.x-trace-id: "a\\nb"
      a.json:38: \`exchanges[0].response.headers\` has a value for "x-trace-id" that no header can have.
    exchanges[0].response.headers.x-trace-id: "café – 1"
      a.json:38: \`exchanges[0].response.headers\` has a value for "x-trace-id" that no header can have.
    exchanges[0].response.headers.x-trace-id: null
      a.json:38: \`exchanges[0].response.headers\` has a value for "x-trace-id" that no header can have.
    exchanges[0].response.end: "open"
      a.json:37: \`exchanges[0].response.end\` is neither closed, aborted nor cancelled.
    exchanges[0].response.broke: {"code":"ECONNRESET"}
      a.json:37: \`exchanges[0].response.broke\` has no code or no message.
    exchanges[0].response.layout: 5
      a.json:41: \`exchanges[0].response.layout\` is no layout.
    exchanges[0].response.layout: "indented-3"
      a.json:41: \`exchanges[0].response.layout\` is no layout.
    exchanges[0].response.base64: 5
      a.json:21: \`exchanges[0].response.base64\` is no text.
    exchanges[0].response.ms: absent
      a.json:20: \`exchanges[0].response.ms\` is no number.
    exchanges[1].response.stream: {}
      a.json:85: \`exchanges[1].response.stream\` is no list of pieces.
    exchanges[1].response.stream: "abc"
      a.json:85: \`exchanges[1].response.stream\` is no list of pieces.
    exchanges[1].response.stream: null
      a.json:85: \`exchanges[1].response.stream\` is no list of pieces.
    exchanges[1].response.stream[1]: null
      a.json:87: \`exchanges[1].response.stream[1]\` is no [ms, text].
    exchanges[1].response.stream[1]: [5,{"base64":5}]
      a.json:87: \`exchanges[1].response.stream[1]\` is no [ms, text].
    exchanges[2].failure: {"code":"ECONNRESET","ms":3}
      a.json:93: \`exchanges[2].failure\` has no code or no message.
    exchanges[2].failure: null
      a.json:93: \`exchanges[2].failure\` has no code or no message.
    exchanges[2].failure.ms: "soon"
      a.json:96: \`exchanges[2].failure.ms\` is no number.
    exchanges[2].response: null
      a.json:92: \`exchanges[2]\` has both a response and a failure."
  `)
})

test('what is no object at all is no recording', () => {
  expect(['null', '5', '"abc"', '[]', '{}'].map(said)).toEqual(Array(5).fill('a.json:1: `format` is missing.'))
})
