import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeLedger, type Findings } from '../recording/ledger.ts'
import { sha256 } from '../wire/digest.ts'
import { called, exchangeOf, Folder, recordingOf } from '../testing/called.ts'
import { prune } from './prune.ts'
import { verify } from './verify.ts'

// What runs of Vitest find, and that prune acts on it, is tested in reporter.test.ts.
const now = new Date()

const noted = (folder: Folder, changes: Partial<Findings>) =>
  writeLedger(
    folder.path,
    {
      at: now.toISOString(),
      providers: ['acme'],
      fixtures: ['fixtures'],
      tests: [],
      unused: [],
      unplayed: [],
      ...changes,
    },
    now,
  )

const unused = (folder: Folder, ...files: string[]) =>
  files.map((file) => ({ file, sha256: sha256(folder.read(file)), why: 'no test plays it' as const }))

test('a folder that becomes empty goes too, and the one of the recordings stays', async () => {
  using folder = new Folder({
    'fixtures/acme/a/asks.json': recordingOf([]),
    'fixtures/acme/b/asks.json': recordingOf([]),
  })
  noted(folder, { unused: unused(folder, 'fixtures/acme/a/asks.json') })
  expect((await called(prune, folder.path)).code).toBe(0)
  expect([existsSync(join(folder.path, 'fixtures/acme/a')), existsSync(join(folder.path, 'fixtures/acme/b'))]).toEqual([
    false,
    true,
  ])

  noted(folder, { unused: unused(folder, 'fixtures/acme/b/asks.json') })
  await called(prune, folder.path)
  expect([existsSync(join(folder.path, 'fixtures/acme')), existsSync(join(folder.path, 'fixtures'))]).toEqual([
    false,
    true,
  ])
})

test('what is left of a recording is sound', async () => {
  const whole = recordingOf([exchangeOf('one'), exchangeOf('two'), exchangeOf('three')])
  using folder = new Folder({ 'fixtures/acme/a/asks.json': whole })
  const file = 'fixtures/acme/a/asks.json'
  noted(folder, { unplayed: [{ file, sha256: sha256(folder.read(file)), exchanges: [2] }] })

  expect(await called(prune, folder.path)).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "fixtures/acme/a/asks.json: exchange 2 of 3 was not played
    Removed 1 exchange.",
    }
  `)
  expect((await called(verify, folder.path)).out).toBe('1 recording, all sound.')
})

test('nothing outside the folders of the recordings is touched, whatever the ledger says', async () => {
  using folder = new Folder({ 'package.json': '{}', 'fixtures/a.json': '{}' })
  noted(folder, { unused: unused(folder, 'package.json', 'fixtures/../package.json') })

  expect((await called(prune, folder.path)).out).toMatchInlineSnapshot(`
    "Nothing to remove: every recording is in use."
  `)
  expect(folder.read('package.json')).toBe('{}')
})

test('what is gone already is nothing to remove', async () => {
  using folder = new Folder()
  noted(folder, {
    unused: [{ file: 'fixtures/a.json', sha256: '', why: 'its test file is gone' }],
    unplayed: [{ file: 'fixtures/b.json', sha256: '', exchanges: [1] }],
  })

  expect((await called(prune, folder.path)).out).toMatchInlineSnapshot(
    `"Nothing to remove: every recording is in use."`,
  )
})
