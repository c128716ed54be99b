import { chmodSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Folder } from '../testing/called.ts'
import { sha256 } from '../wire/digest.ts'
import { changedSince, clearFindings, readLedger, writeLedger, type Findings } from './ledger.ts'

const now = new Date('2026-11-22T12:00:00Z')
const findings = (changes: Partial<Findings> = {}): Findings => ({
  at: now.toISOString(),
  providers: ['acme'],
  fixtures: ['fixtures'],
  tests: [],
  unused: [],
  unplayed: [],
  ...changes,
})

test('a project without a ledger, or with one that cannot be read, has none', () => {
  using folder = new Folder()
  expect(readLedger(folder.path)).toBeUndefined()
  for (const text of ['', '{', 'null', '{"format":2}']) {
    folder.write({ 'node_modules/.vitest-llm-contracts/last-run.json': text })
    expect(readLedger(folder.path)).toBeUndefined()
  }
})

test('a narrower run leaves the findings of the last full one as they were', () => {
  using folder = new Folder()
  writeLedger(folder.path, findings({ tests: ['a.test.ts'] }), now)
  writeLedger(folder.path, { narrowedBy: 'it had a shard' }, now)

  expect(readLedger(folder.path)).toEqual({
    format: 1,
    at: now.toISOString(),
    narrowedBy: 'it had a shard',
    full: findings({ tests: ['a.test.ts'] }),
  })
  expect(readdirSync(join(folder.path, 'node_modules/.vitest-llm-contracts'))).toEqual(['last-run.json'])
})

test('what has been acted upon is forgotten, and what ran is not', () => {
  using folder = new Folder()
  const unused = [{ file: 'fixtures/a.json', sha256: '', why: 'no test plays it' as const }]
  writeLedger(folder.path, findings({ unused, tests: ['a.test.ts'] }), now)
  clearFindings(folder.path, now)

  expect(readLedger(folder.path)?.full).toEqual(findings({ tests: ['a.test.ts'] }))
})

test('where nothing can be written it throws, and leaves no draft', ({ skip }) => {
  skip(process.getuid?.() === 0, 'root may write everywhere')
  using folder = new Folder({ 'node_modules/.vitest-llm-contracts/x': '' })
  const inner = join(folder.path, 'node_modules/.vitest-llm-contracts')
  chmodSync(inner, 0o500)

  expect(() => writeLedger(folder.path, findings(), now)).toThrow('EACCES')
  expect(readdirSync(inner)).toEqual(['x'])
  chmodSync(inner, 0o700)
})

test('findings hold until a test file that ran or a recording they name changes', () => {
  using folder = new Folder({ 'a.test.ts': '', 'fixtures/a.json': '{}' })
  const named = findings({
    tests: ['a.test.ts'],
    unplayed: [{ file: 'fixtures/a.json', sha256: sha256('{}'), exchanges: [1] }],
    unused: [{ file: 'fixtures/removed.json', sha256: sha256(''), why: 'no test plays it' }],
  })
  utimesSync(join(folder.path, 'a.test.ts'), now, now)
  expect(changedSince(folder.path, named)).toBeUndefined()

  folder.write({ 'fixtures/a.json': '{ }' })
  expect(changedSince(folder.path, named)).toBe('fixtures/a.json has changed')
  const later = new Date(now.getTime() + 1000)
  utimesSync(join(folder.path, 'a.test.ts'), later, later)
  expect(changedSince(folder.path, named)).toBe('a.test.ts has changed')
  expect(changedSince(folder.path, { ...named, tests: ['b.test.ts'] })).toBe('b.test.ts is gone')
})
