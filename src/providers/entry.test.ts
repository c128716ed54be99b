import { expect, test } from 'vitest'
import { completeEntry } from './entry.ts'
import { deepseek } from './deepseek.ts'

const gap = { contract: 'json_schema.valid', reason: 'Drops the last field.', source: 'measured', date: '2026-11-22' }

test('a new provider needs a name, an address and a model', () => {
  expect(completeEntry({ name: 'acme', baseURL: 'https://acme.example/v1/', models: { chat: 'a' } })).toEqual({
    name: 'acme',
    label: 'acme',
    baseURL: 'https://acme.example/v1',
    models: { chat: 'a' },
    keys: [],
    offers: [],
    lacks: [],
    gaps: [],
  })
})

test('an entry with the name of a built-in provider adds its gaps to it', () => {
  expect(completeEntry({ name: 'deepseek', gaps: [gap] })).toEqual({ ...deepseek, gaps: [...deepseek.gaps, gap] })
})

test('an entry with a field missing or wrong is told which', () => {
  expect(() => completeEntry({ name: 'acme' } as never)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: models of provider "acme" is missing: write an object such as { chat: 'acme-large' }.]`,
  )
  expect(() => completeEntry({ name: 'deepseek', gaps: 'none' } as never)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: gaps of provider "deepseek" is "none": write an array of known gaps, or [].]`,
  )
})
