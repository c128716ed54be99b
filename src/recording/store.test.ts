import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { booth, useBooths } from '../testing/booth.ts'
import { emptyRecording } from '../testing/recording.ts'
import { renderRecording } from './format.ts'
import { loadRecording, recordingFile, saveRecording, shown } from './store.ts'

useBooths()

let root: string
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const recording = (name = 'does something') => emptyRecording(name)

const at = (name: string) => join(root, 'fixtures/acme/a', name)

const said = (text: string) => {
  const file = at('broken.json')
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  try {
    loadRecording(file, root)
    return 'nothing'
  } catch (error) {
    expect(readFileSync(file, 'utf8')).toBe(text)
    return (error as Error).message
  }
}

describe('a file that is no recording is told with its name and line, and left as it is:', () => {
  test('cut off', () => {
    expect(said('{\n  "format": 1,\n  "exchanges": [')).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:3 is not JSON (cut off or edited by hand?). Restore it, or record the test again."`,
    )
  })

  test('edited by hand', () => {
    expect(said('{\n  "format": 1,,\n}')).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:2 is not JSON (cut off or edited by hand?). Restore it, or record the test again."`,
    )
    expect(
      said(
        JSON.stringify({
          ...recording(),
          exchanges: [
            {
              request: { method: 'GET', path: '/', headers: {} },
              response: { status: 200, headers: {}, end: 'closed', stream: [['soon', 'x']] },
            },
          ],
        }),
      ),
    ).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:1 is no recording of format 1: \`exchanges[0].response.stream[0]\` is no [ms, text]. Record the test again."`,
    )
  })

  test('saved by an editor that marks UTF-8', () => {
    expect(said(`\uFEFF${renderRecording(recording())}`)).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:1 begins with a byte order mark, which JSON does not allow. Save it as UTF-8 without one."`,
    )
  })

  test('in the middle of a merge', () => {
    expect(said('{\n<<<<<<< ours\n  "format": 1\n=======\n  "format": 1\n>>>>>>> theirs\n}')).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:2 has a merge conflict. Resolve it, or record the test again."`,
    )
  })

  test('of a newer format', () => {
    expect(said(JSON.stringify({ ...recording(), format: 2 }))).toMatchInlineSnapshot(
      `"fixtures/acme/a/broken.json:1 has format 2, newer than this version reads (1). Update vitest-llm-contracts."`,
    )
  })
})

describe('saving', () => {
  test('leaves nothing but the file', () => {
    saveRecording(at('one.json'), recording(), root)

    expect(readdirSync(dirname(at('one.json'))).filter((name) => name.includes('one'))).toEqual(['one.json'])
    expect(loadRecording(at('one.json'), root)).toEqual(recording())
  })

  test('tells why a folder cannot be written, and changes nothing', () => {
    writeFileSync(join(root, 'blocked'), 'a file')
    const file = join(root, 'blocked', 'acme', 'x.json')

    expect(() => saveRecording(file, recording(), root)).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: blocked/acme/x.json could not be written (ENOTDIR); what was there is unchanged.]`,
    )
    expect(readFileSync(join(root, 'blocked'), 'utf8')).toBe('a file')
  })

  test('never follows a symbolic link out of the project', () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'))
    symlinkSync(elsewhere, join(root, 'linked'))

    expect(() =>
      saveRecording(join(root, 'linked', 'acme', 'x.json'), recording(), root),
    ).toThrowErrorMatchingInlineSnapshot(
      `[LlmContractsError: linked/acme leads out of the project through a symbolic link. Point the plugin's \`fixtures\` option to a folder inside it.]`,
    )
    expect(readdirSync(elsewhere)).toEqual([])
    rmSync(elsewhere, { recursive: true })
  })
})

test('the path of a recording is the provider, the test file and the test', () => {
  expect(recordingFile('/p/fixtures', 'qwen', 'src/invoice.spec.tsx', 'extracts-an-invoice')).toBe(
    '/p/fixtures/qwen/src/invoice/extracts-an-invoice.json',
  )
  expect(recordingFile('/p/fixtures', 'groq', 'src/invoice.spec.tsx', 'extracts-an-invoice')).toBe(
    '/p/fixtures/groq/src/invoice/extracts-an-invoice.json',
  )
  expect(recordingFile('/q/fixtures', 'groq', '../elsewhere/a.test.ts', 'b')).toBe(
    '/q/fixtures/groq/_up/elsewhere/a/b.json',
  )
})

test('messages show a path relative to the project, above it too', () => {
  expect(shown('/p/fixtures/a.json', '/p')).toBe('fixtures/a.json')
  expect(shown('/project/a.json', '/p')).toBe('../project/a.json')
})

test('a retried attempt plays from the start of its recording', async () => {
  const b = await booth((response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
  )
  const ask = async () => (await b.post({ q: 1 })).json()
  await b.attempt('record', ask)
  const attempts = [await b.attempt('replay', ask), await b.attempt('replay', ask), await b.attempt('replay', ask)]

  expect(attempts.map(({ value }) => value)).toEqual([{ ok: true }, { ok: true }, { ok: true }])
})
