import { expect, test } from 'vitest'
import { addMessage, callsIn, type Said } from './_message.ts'
import type { Json } from './exchange.ts'

const silent: Said = { text: undefined, contentJson: undefined, refusal: undefined, reasoning: undefined }
const said = (...messages: Record<string, Json>[]) => {
  const all = { ...silent }
  const spoke = messages.map((message) => addMessage(all, message))
  return { ...all, spoke }
}

test('messages are joined, and only those that say something count', () => {
  expect(said({ content: '' }, { content: 'He' }, { content: null }, { content: 'y' }, {})).toEqual({
    ...silent,
    text: 'Hey',
    spoke: [false, true, false, true, false],
  })
})

test('content parts are text, thinking and refusal', () => {
  const content = [
    { type: 'thinking', thinking: [{ text: 'So ' }, { text: '2.' }] },
    { type: 'reasoning', summary: [{ type: 'summary_text', text: ' Yes.' }] },
    { type: 'text', text: 'Two' },
    { type: 'image_url' },
    '!',
    { type: 'refusal', refusal: 'No' },
  ]
  expect(said({ content })).toEqual({ ...silent, text: 'Two!', reasoning: 'So 2. Yes.', refusal: 'No', spoke: [true] })
  expect(said({ content: [] }, { content: [{ type: 'thinking', thinking: '' }] })).toEqual({
    ...silent,
    spoke: [false, false],
  })
})

test.each<[string, Record<string, Json>]>([
  ['reasoning_content', { reasoning_content: 'So' }],
  ['reasoning', { reasoning: 'So' }],
  ['reasoning_text', { reasoning_text: 'So' }],
  ['reasoning_details', { reasoning_details: [{ text: 'S' }, { summary: 'o' }, { data: 'x' }] }],
  ['two fields that repeat each other', { reasoning: 'So', reasoning_details: [{ text: 'So' }] }],
  ['reasoning beside an empty reasoning_content', { reasoning_content: '', reasoning: 'So' }],
])('reasoning is found in %s', (_, message) => {
  expect(said(message)).toEqual({ ...silent, reasoning: 'So', spoke: [true] })
})

test('an empty refusal or reasoning is none', () => {
  expect(said({ refusal: '', reasoning: '', reasoning_details: [{ text: '' }] })).toEqual({ ...silent, spoke: [false] })
})

test.each<[Json, string]>([
  [{ title: 'A' }, '{"title":"A"}'],
  [[1, 2], '[1,2]'],
  [[{ a: 1 }], '[{"a":1}]'],
  [5, '5'],
  [false, 'false'],
])("content that is JSON is kept, as Cloudflare's JSON mode sends it: %j", (content, text) => {
  expect(said({ content })).toEqual({ ...silent, text, contentJson: content, spoke: [true] })
})

test('a legacy function_call becomes a tool call, but not the empty one that Snowflake sends', () => {
  const legacy = { name: 'f', arguments: '{}' }
  expect(callsIn({ function_call: legacy })).toEqual([{ function: legacy }])
  expect(callsIn({ function_call: { arguments: '{' } })).toHaveLength(1)
  expect(callsIn({ function_call: { name: '', arguments: '' }, tool_calls: [1] })).toEqual([1])
  expect(callsIn({ function_call: null, tool_calls: null })).toEqual([])
})
