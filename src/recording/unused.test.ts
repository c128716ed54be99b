import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exchangeOf, Folder, recordingOf } from '../testing/called.ts'
import type { Findings } from './ledger.ts'
import { findUnused, type RanFile } from './unused.ts'

const asks = recordingOf([exchangeOf('one'), exchangeOf('two'), exchangeOf('three')])

const ran = (folder: Folder, changes: Partial<RanFile> = {}): RanFile => ({
  file: join(folder.path, 'a.test.ts'),
  root: folder.path,
  fixtures: join(folder.path, 'fixtures'),
  providers: ['acme'],
  played: [],
  undecided: [],
  ...changes,
})

const said = ({ unused, unplayed }: Findings) => [
  ...unused.map(({ file, why }) => `${file}: ${why}`),
  ...unplayed.map(({ file, exchanges }) => `${file}: ${exchanges.join()}`),
]

const now = new Date('2026-11-22T12:00:00Z')

describe('a recording is unused', () => {
  test('where its test file ran and no test played it', () => {
    using folder = new Folder({ 'a.test.ts': '', 'fixtures/acme/a/asks.json': asks })

    expect(said(findUnused(folder.path, [ran(folder)], now))).toEqual(['fixtures/acme/a/asks.json: no test plays it'])
  })

  test('where its test file is gone, whoever ran', () => {
    using folder = new Folder({ 'fixtures/acme/a/asks.json': asks })
    const other = ran(folder, { file: join(folder.path, 'b.test.ts'), providers: ['groq'] })

    expect(said(findUnused(folder.path, [other], now))).toEqual(['fixtures/acme/a/asks.json: its test file is gone'])
  })
})

describe('nothing is said of', () => {
  const found = (folder: Folder, file: RanFile) => said(findUnused(folder.path, [file], now))

  test('a recording whose test file is there and did not run', () => {
    using folder = new Folder({ 'a.test.ts': '', 'fixtures/acme/a/asks.json': asks })
    expect(found(folder, ran(folder, { file: join(folder.path, 'b.test.ts') }))).toEqual([])
  })

  test('one of a provider that did not run', () => {
    using folder = new Folder({ 'a.test.ts': '', 'fixtures/acme/a/asks.json': asks })
    expect(found(folder, ran(folder, { providers: ['groq'] }))).toEqual([])
  })

  test('one of a test that did not pass, wherever the provider stands in its titles', () => {
    using folder = new Folder({
      'a.test.ts': '',
      'fixtures/acme/a/asks.json': recordingOf([], { test: { file: 'a.test.ts', name: 'chat > asks for JSON' } }),
    })
    expect(found(folder, ran(folder, { undecided: ['acme chat asks for JSON'] }))).toEqual([])
    expect(found(folder, ran(folder, { undecided: ['chat asks Acme, Inc. for JSON'] }))).toEqual([])
    expect(found(folder, ran(folder, { undecided: ['chat asks for text'] }))).toHaveLength(1)
  })

  test('a file that is no recording, or a broken one', () => {
    using folder = new Folder({
      'a.test.ts': '',
      'fixtures/x.json': '{"a":1}',
      'fixtures/y.json': '{',
      'fixtures/z.txt': '',
    })
    expect(found(folder, ran(folder))).toEqual([])
  })

  test('a project without recordings', () => {
    using folder = new Folder({ 'a.test.ts': '' })
    expect(found(folder, ran(folder))).toEqual([])
  })
})

test('an exchange is unused where no test that played its recording played it', () => {
  using folder = new Folder({ 'a.test.ts': '', 'fixtures/acme/a/asks.json': asks })
  const file = join(folder.path, 'fixtures/acme/a/asks.json')
  const played = (...unplayed: number[]) => ran(folder, { played: [{ file, unplayed }] })

  expect(said(findUnused(folder.path, [played(2, 3)], now))).toEqual(['fixtures/acme/a/asks.json: 2,3'])
  expect(said(findUnused(folder.path, [played(2, 3), played(1, 2)], now))).toEqual(['fixtures/acme/a/asks.json: 2'])
  expect(said(findUnused(folder.path, [played(2, 3), played()], now))).toEqual([])
})
