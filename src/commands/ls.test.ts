import { expect, test } from 'vitest'
import { called, exchangeOf, Folder, recordingOf } from '../testing/called.ts'
import { repository } from '../testing/project.ts'
import { ls } from './ls.ts'

test('lists recordings in a table, and totals', async () => {
  const standIn = { ...recordingOf([]).origin, kind: 'stand-in' as const }
  using folder = new Folder({
    'fixtures/acme/a/asks.json': recordingOf([exchangeOf('hi'), exchangeOf('ho')]),
    'fixtures/groq/a/asks.json': recordingOf([exchangeOf('hi')], {
      provider: 'groq',
      origin: standIn,
      test: { file: 'chat/a.test.ts', name: 'tools > asks \u001b[31mtwice' },
    }),
    'fixtures/invoice.json': '{"number": "INV-2041"}',
  })

  expect(await called(ls, folder.path)).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "provider  test                                           exchanges  origin    recorded    size
    acme      a.test.ts > asks                               2          live      2026-11-22  2.2 kB
    groq      chat/a.test.ts > tools > asks \\u001b[31mtwice  1          stand-in  2026-11-22  1.3 kB

    2 recordings of 2 providers; 3 exchanges; 1 live, 1 from stand-ins; 3.6 kB",
    }
  `)
})

test('lists only one provider', async () => {
  const { out } = await called(ls, repository, '--provider', 'zhipu')

  expect(
    out
      .split('\n')
      .slice(1, -2)
      .every((line) => line.startsWith('zhipu ')),
  ).toBe(true)
  expect(out).toMatch(/^\d+ recordings of 1 provider; \d+ exchanges; \d+ live, \d+ from stand-ins; [\d.]+ [kM]B$/m)
})

test('lists what can be read, and says what cannot', async () => {
  using folder = new Folder({
    'fixtures/acme/a/asks.json': recordingOf([exchangeOf('hi')]),
    'fixtures/acme/a/cut.json': '{\n  "exchanges": [',
  })
  const { code, out, err } = await called(ls, folder.path)

  expect([code, out.includes('1 recording of 1 provider')]).toEqual([1, true])
  expect(err).toMatchInlineSnapshot(
    `"fixtures/acme/a/cut.json:2 is not JSON (cut off or edited by hand?). Restore it, or record the test again."`,
  )
})

test('says where it looked in vain', async () => {
  using folder = new Folder({ 'recordings/acme/a/asks.json': recordingOf([exchangeOf('hi')]) })

  expect(await called(ls, folder.path)).toMatchInlineSnapshot(`
    {
      "code": 2,
      "err": "There is no folder fixtures here. Run this in the folder of vitest.config, or name the recordings' folder with --fixtures.",
      "out": "",
    }
  `)
  expect((await called(ls, folder.path, '--fixtures', 'recordings')).code).toBe(0)
  expect(await called(ls, folder.path, '--fixtures', 'recordings', '--provider', 'groq')).toMatchInlineSnapshot(`
    {
      "code": 0,
      "err": "",
      "out": "No recordings in recordings of groq, but of acme.",
    }
  `)
})
