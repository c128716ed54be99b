import { expect, test } from 'vitest'
import { either, nearest } from './nearest.ts'

test('a misspelt word finds the one that was meant', () => {
  expect(nearest('vison', ['tools', 'vision'])).toBe('vision')
  expect(nearest('Open-Router', ['openai', 'openrouter'])).toBe('openrouter')
})

test('a word that resembles none finds none', () => {
  expect(nearest('moonshot', ['openai', 'groq', 'qwen'])).toBeUndefined()
  expect(nearest('a', [])).toBeUndefined()
})

test('words are listed as in a sentence', () => {
  expect([either([]), either(['a']), either(['a', 'b']), either(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a or b',
    'a, b or c',
  ])
})
