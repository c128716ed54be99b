import { describe, expect, test } from 'vitest'
import { writeLedger } from '../recording/ledger.ts'
import { called, Folder, recordingOf } from '../testing/called.ts'
import { flawed } from '../testing/flawed.ts'
import { sha256 } from '../wire/digest.ts'
import { call } from './index.ts'

const said = (...args: string[]) => called(call, '/', ...args)

test('without words, and with those of a group alone, it lists the commands and counts as a wrong call', async () => {
  expect(await said()).toMatchInlineSnapshot(`
    {
      "code": 2,
      "err": "npx llm-contracts <command>

      judge            Judges recordings or a HAR file by every contract, without a run
      contracts        Lists the contracts that can be judged, by id, level and promise
      fixtures ls      Lists the recordings
      gate             Says whether traffic may be moved to a provider
      features         Lists what this app asks of its providers
      diff             Compares two providers: what a switch breaks for this app
      fixtures show    Prints one recording readably, a stream event by event
      fixtures verify  Reads every recording again: format, secrets, replayable, in its place
      fixtures prune   Removes what the last full run did not use
      fixtures diff    Compares two recordings, or two folders of them, by meaning
      fixtures import  Makes a recording of a HAR file

    Each command explains itself with --help.",
      "out": "",
    }
  `)
  expect(await said('fixtures')).toEqual(await said())
})

test('--help lists the commands and is right', async () => {
  const { err } = await said()

  expect(await said('--help')).toEqual({ code: 0, out: err, err: '' })
  expect(await said('fixtures', '--help')).toEqual({ code: 0, out: err, err: '' })
  expect(await said('help')).toEqual({ code: 0, out: err, err: '' })
})

test('--version names the package', async () => {
  expect((await said('--version')).out).toMatch(/^vitest-llm-contracts \d+\.\d+\.\d+$/)
})

test('a wrong call gets one sentence and exit code 2', async () => {
  const calls = [
    'record',
    'verify',
    'constructor',
    'fixtures lss',
    'fixture ls',
    'fixtures ls --long',
    'fixtures ls --provder groq',
    'fixtures ls -x',
    'fixtures ls --provider',
    'fixtures prune --dry-run=yes',
    'fixtures show',
    'fixtures show a b',
  ]
  const answers = await Promise.all(calls.map((words) => said(...words.split(' '))))

  expect(answers.map(({ code, out }) => [code, out])).toEqual(calls.map(() => [2, '']))
  expect(answers.map(({ err }) => err).join('\n')).toMatchInlineSnapshot(`
    "llm-contracts has no command "record". See: npx llm-contracts --help
    llm-contracts has no command "verify" (did you mean "fixtures verify"?). See: npx llm-contracts --help
    llm-contracts has no command "constructor". See: npx llm-contracts --help
    llm-contracts has no command "fixtures lss" (did you mean "fixtures ls"?). See: npx llm-contracts --help
    llm-contracts has no command "fixture" (did you mean "fixtures ls"?). See: npx llm-contracts --help
    fixtures ls has no option --long. See: npx llm-contracts fixtures ls --help
    fixtures ls has no option --provder (did you mean --provider?). See: npx llm-contracts fixtures ls --help
    fixtures ls has no option -x. See: npx llm-contracts fixtures ls --help
    fixtures ls: --provider needs a value. See: npx llm-contracts fixtures ls --help
    fixtures prune: --dry-run takes no value. See: npx llm-contracts fixtures prune --help
    fixtures show needs <file>. See: npx llm-contracts fixtures show --help
    fixtures show does not know what to do with "b". See: npx llm-contracts fixtures show --help"
  `)
})

describe('every command explains itself', () => {
  test.for(['ls', 'show', 'verify', 'prune', 'diff', 'import'])('%s', async (name, { expect }) => {
    const { code, out, err } = await said('fixtures', name, '--help')

    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(new RegExp(`^npx llm-contracts fixtures ${name}\\b`))
    expect(out.split('\n').filter((line) => line.length > 120)).toEqual([])
  })

  test('and a --help behind -- is an operand', async () => {
    expect((await said('fixtures', 'show', '--', '--help')).err).toMatchInlineSnapshot(`"There is no --help."`)
  })
})

test('every command that reads recordings says what is wrong with one that was edited by hand, and falls over none', async () => {
  const [place, other] = ['fixtures/acme/a/asks.json', 'fixtures/acme/b/asks.json']
  for (const { edit, text } of flawed) {
    using folder = new Folder({ [place]: text, [other]: recordingOf([]) })
    const unplayed = [{ file: place, sha256: sha256(text), exchanges: [1] }]
    const now = new Date()
    const found = { at: now.toISOString(), providers: [], fixtures: ['fixtures'], tests: [], unused: [], unplayed }
    writeLedger(folder.path, found, now)
    const { out: trouble } = await called(call, folder.path, 'fixtures', 'verify', place)
    const [sentence = ''] = trouble.split('\n')
    expect(sentence, edit).toMatch(/^fixtures\/acme\/a\/asks\.json:\d+ is no recording of format 1: `/)
    for (const words of [['ls'], ['show', place], ['diff', place, other], ['diff', other, place], ['prune']]) {
      const { code, err } = await called(call, folder.path, 'fixtures', ...words)
      expect([code, err], `${words[0]} on ${edit}`).toEqual([1, sentence])
    }
    expect((await called(call, folder.path, 'judge', place)).err, edit).toContain(sentence)
  }
})
