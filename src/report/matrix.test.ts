import { expect, test } from 'vitest'
import { renderMatrix } from './matrix.ts'
import type { TestRecord } from './verdict.ts'

const record = (
  provider: string,
  contract: string,
  verdict: TestRecord['verdict'],
  more: Partial<TestRecord> = {},
): TestRecord => ({
  provider,
  contract,
  verdict,
  file: 'a.test.ts',
  mode: 'replay',
  origin: 'live',
  recordedOn: '2026-01-02',
  ...(verdict === 'kept' ? {} : { reason: `because of ${verdict}` }),
  ...more,
})

const records = [
  record('openai', 'answers', 'kept'),
  record('deepseek', 'answers', 'broken'),
  record('siliconflow', 'answers', 'gap', { origin: 'stand-in', recordedOn: '2026-03-04' }),
  record('openai', 'sees', 'kept'),
  record('deepseek', 'sees', 'unsupported'),
  record('siliconflow', 'sees', 'ignored'),
  record('openai', 'waits', 'inconclusive', { file: 'b.test.ts' }),
  record('deepseek', 'waits', 'unchecked', { file: 'b.test.ts' }),
  record('siliconflow', 'waits', 'unchecked', { file: 'b.test.ts' }),
]

test('a matrix has a row for each contract, a column for each provider, and says what its evidence is worth', () => {
  expect(renderMatrix(records, { width: 100, color: false })).toMatchInlineSnapshot(`
    "
    Contracts by providers

               openai  deepseek  siliconflow
    a.test.ts
      answers    ✓        ✗           ▲     
      sees       ✓        –           ○     
    b.test.ts
      waits      ?        ·           ·     
    kept          2/3       0/3          0/3

    ✓ 2 kept   ✗ 1 broken   ▲ 1 broken as declared (gap)   – 1 not offered, as declared   ○ 1 accepted without effect   ? 1 inconclusive   · 2 not tried

    ✗ deepseek  answers: because of broken
    ? openai  waits: because of inconclusive
    ○ siliconflow  sees: because of ignored
    ▲ siliconflow  answers: because of gap
    – deepseek  sees: because of unsupported
    · deepseek, siliconflow  2 contracts: because of unchecked

    Evidence: mode replay; 8 from live traffic, 1 from stand-ins, recorded 2026-01-02 to 2026-03-04.
    Stand-ins speak each provider's documented dialect on this machine; they are no measurement of the provider.
    Replace them with the real thing: set the key, then LLM_CONTRACTS=rerecord LLM_PROVIDERS=<name> npx vitest run
    "
  `)
})

test('a narrow terminal gets the providers in blocks', () => {
  expect(renderMatrix(records.slice(0, 3), { width: 40, color: false })).toMatchInlineSnapshot(`
    "
    Contracts by providers

               openai  deepseek
    a.test.ts
      answers    ✓        ✗    
    kept          1/1       0/1

               siliconflow
    a.test.ts
      answers       ▲     
    kept               0/1

    ✓ 1 kept   ✗ 1 broken   ▲ 1 broken as declared (gap)

    ✗ deepseek  answers: because of broken
    ▲ siliconflow  answers: because of gap

    Evidence: mode replay; 2 from live traffic, 1 from stand-ins, recorded 2026-01-02 to 2026-03-04.
    Stand-ins speak each provider's documented dialect on this machine; they are no measurement of the provider.
    Replace them with the real thing: set the key, then LLM_CONTRACTS=rerecord LLM_PROVIDERS=<name> npx vitest run
    "
  `)
})

test('the worst verdict of several tests in a cell is the one shown', () => {
  const twice = [record('openai', 'answers', 'kept'), record('openai', 'answers', 'broken')]

  expect(renderMatrix(twice, { width: 80, color: false })).toMatch(/answers +✗/)
  expect(renderMatrix(twice.reverse(), { width: 80, color: false })).toMatch(/answers +✗/)
})

test('colours are used only where they are wanted, and nothing is drawn of nothing', () => {
  expect(renderMatrix(records, { width: 100, color: true })).toContain('\u001b[32m✓')
  expect(renderMatrix(records, { width: 100, color: false })).not.toContain('\u001b')
  expect(renderMatrix([], { width: 100, color: true })).toBe('')
})
