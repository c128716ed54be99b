import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { capabilities } from '../providers/spec.ts'
import { specs } from '../providers/index.ts'
import { contracts } from '../contracts/index.ts'
import { elsewhere } from '../contracts/elsewhere.ts'
import { economics } from '../report/economics.ts'
import { listedIn } from '../testing/catalogue.ts'
import { trials } from './index.ts'

/** Levels that differ from the catalogue's, each with the reason. */
const LEVELS: Readonly<Record<string, string>> = {
  'long.output-4k': 'may: four thousand tokens of every provider and way are not asked for by default',
}

const verdictsIn = (text: string) =>
  [...text.matchAll(/'(kept|broken|inconclusive|ignored|unsupported|gap)'/g)].map(([, verdict = '']) => verdict)
/** Rows that several contracts share. */
const TABLE = /^const (\w+)\b(.*(?:\n[ \])}].*)*)/gm

test('every live and sampled contract of the catalogue is tried, at its level and in its mode', ({ skip }) => {
  const rows = listedIn(['live', 'sampled'], skip)
  const lines = (list: readonly { readonly id: string; readonly level: string; readonly mode: string }[]) =>
    list.map(({ id, level, mode }) => `${id} ${id in LEVELS ? 'differs' : level} ${mode}`).toSorted()

  expect(lines(trials)).toEqual(lines(rows.map(({ id, severity, mode }) => ({ id, level: severity, mode }))))
})

test('no id stands for two contracts', () => {
  const ids = [...trials, ...contracts, ...economics].map(({ id }) => id)

  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
})

test('every gap of a built-in provider names a contract that is here', () => {
  const known = new Set([...trials, ...contracts, ...economics].map(({ id }) => id).concat(Object.keys(elsewhere)))
  const unknown = specs
    .flatMap(({ name, gaps }) => gaps.map(({ contract }) => ({ name, contract })))
    .filter(({ contract }) => !known.has(contract))

  expect(unknown).toEqual([])
})

test('every contract is shown kept and shown to fail by a test beside it', () => {
  const verdicts = new Map<string, Set<string>>(trials.map(({ id }) => [id, new Set()]))
  const tests = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.test.ts'))
  for (const file of tests.filter((name) => name !== 'catalogue.test.ts')) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8')
    const tables = new Map([...text.matchAll(TABLE)].map(([, name = '', rows = '']) => [name, verdictsIn(rows)]))
    // What stands between the id of one contract and the next is about the former.
    let about: Set<string> | undefined
    for (const [, quoted = '', name = ''] of text.matchAll(/'([\w.-]+)'|\b(\w+)\b/g)) {
      about = verdicts.get(quoted) ?? about
      for (const verdict of [...verdictsIn(`'${quoted}'`), ...(tables.get(name) ?? [])]) about?.add(verdict)
    }
  }
  const shown = [...verdicts].map(([id, said]) => ({ id, kept: said.delete('kept'), fails: said.size > 0 }))

  expect(shown.filter(({ kept, fails }) => !kept || !fails)).toEqual([])
})

test('every contract says what it is about, in words a reader can use', () => {
  for (const { id, promise, hint, source, ways, profiles, needs } of trials) {
    expect([id, promise]).toEqual([id, expect.stringMatching(/^[A-Z].*\.$/s)])
    expect([id, hint.length > 10, source.length > 5, ways.length > 0, profiles.length > 0]).toEqual([
      id,
      true,
      true,
      true,
      true,
    ])
    expect([id, needs.filter((need) => !(need in capabilities))]).toEqual([id, []])
  }
})
