import { describe, expect, test } from 'vitest'
import type { Judgement } from '../../matchers/finding.ts'
import { LlmContractsError } from '../errors.ts'
import { completeEntry } from '../providers/entry.ts'
import { resolveProvider } from '../providers/resolve.ts'
import type { Exchange } from '../wire/exchange.ts'
import { conclude, type Ending } from './conclude.ts'

const about = { reason: 'No.', source: 'docs', date: '2026-01-02' }
const provider = resolveProvider(
  completeEntry({
    name: 'acme',
    models: { chat: 'm' },
    lacks: [{ capability: 'vision', ...about }],
    gaps: [
      { contract: 'error.envelope', ...about },
      { contract: 'error.content-type', ...about },
    ],
  }),
  {},
)

const answered = (status: number): Exchange => ({
  request: undefined,
  response: { status, headers: {}, pieces: [], end: 'closed' },
  provider,
  evidence: { seen: 'live', number: 1 },
})

const finding = (contract: string, also: string[] = [], matcher = 'toReturnValidJson', negated = false): Judgement => ({
  matcher,
  exchange: answered(200),
  negated,
  finding: { contract, also, lines: ['It did not.'] },
  message: `expect(reply).${matcher}()\n\nExpected acme to keep ${contract}.\nIt did not.\n\nlive`,
  again: () => Promise.resolve(undefined),
})
const errorOf = ({ message = '' }: Judgement) => ({ name: 'Error', message })
const apiError = (status: number) => Object.assign(new Error(`${status} no`), { status })
const bug = new TypeError("Cannot read properties of null (reading 'foo')")

const verdict = (ending: Partial<Ending>) => {
  const found = conclude({
    failed: true,
    skipped: undefined,
    errors: [],
    complaints: [],
    exchanges: [],
    judgements: [],
    tags: [],
    provider,
    ...ending,
  })
  return found && `${found.verdict}${found.reason === undefined ? '' : `: ${found.reason}`}`
}

test('a test that passed is kept, if it asked anything', () => {
  expect(verdict({ failed: false, exchanges: [answered(200)] })).toBe('kept')
  expect(verdict({ failed: false })).toBe('unchecked: the test passed without asking the provider anything')
  expect(verdict({ failed: false, provider: undefined })).toBeUndefined()
})

test('a test that skipped itself is unchecked, or inconclusive if it had asked', () => {
  expect(verdict({ failed: false, skipped: 'later' })).toBe('unchecked: later')
  expect(verdict({ failed: false, skipped: 'later', exchanges: [answered(200)] })).toBe('inconclusive: later')
})

test('trouble of the machinery is inconclusive, whatever else happened', () => {
  const trouble = new LlmContractsError('missing-recording', 'No recording.\nmore')
  const judged = finding('error.envelope')

  expect(verdict({ complaints: [trouble], judgements: [judged], errors: [errorOf(judged)], tags: ['errors'] })).toBe(
    'inconclusive: No recording.',
  )
  expect(verdict({ errors: [trouble], exchanges: [answered(200)] })).toBe('inconclusive: No recording.')
})

describe('a lacking feature', () => {
  const tags = ['vision']

  test.each([400, 404, 405, 415, 422, 501])('refused with %i is unsupported', (status) => {
    expect(verdict({ tags, exchanges: [answered(status)], errors: [apiError(status)] })).toBe(
      `unsupported: HTTP ${status}; declared: No. (docs, 2026-01-02)`,
    )
  })

  test.each([401, 402, 403, 408, 429, 500, 503])('is not told by HTTP %i', (status) => {
    expect(verdict({ tags, exchanges: [answered(status)], errors: [apiError(status)] })).toMatch(/^inconclusive: HTTP/)
  })

  test('that was refused does not excuse a bug in the test', () => {
    expect(verdict({ tags, exchanges: [answered(400)], errors: [bug] })).toMatch(/^broken: Cannot read/)
    expect(verdict({ tags, exchanges: [answered(400), answered(200)], errors: [apiError(400)] })).toBe('broken: 400 no')
  })

  test('accepted without effect is ignored, where a matcher found it so', () => {
    const judged = finding('json_schema.valid')

    expect(verdict({ tags, exchanges: [answered(200)], judgements: [judged], errors: [errorOf(judged)] })).toMatch(
      /^ignored/,
    )
    expect(verdict({ tags, exchanges: [answered(200)], judgements: [judged], errors: [bug] })).toMatch(/^broken/)
  })

  test('counts only in a test that is tagged with it', () => {
    expect(verdict({ exchanges: [answered(400)], errors: [apiError(400)] })).toMatch(/^broken/)
  })
})

describe('a gap', () => {
  const tags = ['errors']

  test('explains what it declares, and all that broke must be declared', () => {
    const one = finding('error.envelope', ['error.content-type'])
    const more = finding('error.envelope', ['error.401.bad-key'])

    expect(verdict({ tags, exchanges: [answered(401)], judgements: [one], errors: [errorOf(one)] })).toBe(
      'gap: error.envelope: No. (docs, 2026-01-02)',
    )
    expect(verdict({ tags, exchanges: [answered(401)], judgements: [more], errors: [errorOf(more)] })).toMatch(
      /^broken|^inconclusive/,
    )
  })

  test('excuses neither another error nor an untagged test', () => {
    const one = finding('error.envelope')

    expect(verdict({ tags, exchanges: [answered(200)], judgements: [one], errors: [errorOf(one), bug] })).toMatch(
      /^broken/,
    )
    expect(verdict({ tags, exchanges: [answered(200)], judgements: [one], errors: [bug] })).toMatch(/^broken/)
    expect(verdict({ exchanges: [answered(200)], judgements: [one], errors: [errorOf(one)] })).toMatch(/^broken/)
  })

  test('is not found by a matcher that was negated', () => {
    const negated = finding('error.envelope', [], 'toFailWithOpenAIErrorShape', true)

    expect(verdict({ tags, exchanges: [answered(200)], judgements: [negated], errors: [bug] })).toMatch(/^broken/)
  })
})

test('a status about key, balance or load says nothing about the promise, except in a test about errors', () => {
  const judged = finding('error.429.shape', [], 'toFailWithOpenAIErrorShape')

  expect(verdict({ exchanges: [answered(429)], errors: [apiError(429)] })).toBe('inconclusive: 429 no')
  expect(verdict({ exchanges: [answered(429)], judgements: [judged], errors: [errorOf(judged)] })).toBe(
    'broken: Expected acme to keep error.429.shape. It did not.',
  )
})

test('a reason of hostile text is safe to print', () => {
  expect(verdict({ exchanges: [answered(200)], errors: [new Error('\u001b[2Jboo')] })).toBe('broken: \\u001b[2Jboo')
})
