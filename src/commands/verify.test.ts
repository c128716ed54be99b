import { describe, expect, onTestFinished, test } from 'vitest'
import { renderRecording, type Recording } from '../recording/format.ts'
import { called, exchangeOf, Folder, recordingOf, streamOf } from '../testing/called.ts'
import { repository } from '../testing/project.ts'
import { verify } from './verify.ts'

const place = 'fixtures/acme/a/asks.json'
const sound = recordingOf([exchangeOf('hi'), exchangeOf('ho', streamOf('Hel', 'lo'))])

const troubles = async (text: string | Recording, file = place, env = '') => {
  using folder = new Folder({ [file]: text, '.env': env })
  return called(verify, folder.path)
}

test('the recordings of this repository are sound', async () => {
  const { code, out } = await called(verify, repository)

  expect(code, out).toBe(0)
  expect(out).toMatch(/^\d+ recordings, all sound\.$/)
})

test('a file or a part can be named', async () => {
  using folder = new Folder({ [place]: sound, 'fixtures/acme/b/asks.json': '{' })

  expect(await called(verify, folder.path, place)).toEqual({ code: 0, out: '1 recording, all sound.', err: '' })
  expect((await called(verify, folder.path, 'fixtures/acme/b')).code).toBe(1)
  expect((await called(verify, folder.path, 'recordings')).err).toMatchInlineSnapshot(`"There is no recordings."`)
})

test("JSON of others in the folder is nobody's trouble", async () => {
  using folder = new Folder({
    [place]: sound,
    'fixtures/invoice.json': '{"number":1}',
    'fixtures/list.json': '[]',
    'fixtures/marked.json': '\uFEFF{}',
  })

  expect((await called(verify, folder.path)).out).toBe('1 recording, all sound.')
})

describe('one line for each trouble names file and line', () => {
  test('that no recording can be read', async () => {
    const text = renderRecording(sound)
    const conflict = text.replace('  "format"', '<<<<<<< HEAD\n  "format"')
    using folder = new Folder({
      'fixtures/acme/a/conflict.json': conflict,
      'fixtures/acme/a/cut.json': text.slice(0, 300),
      'fixtures/acme/a/empty.json': '',
      'fixtures/acme/a/newer.json': text.replace('"format": 1', '"format": 2'),
      'fixtures/acme/a/.asks.json.c0ffee.draft': text,
    })

    expect(await called(verify, folder.path)).toMatchInlineSnapshot(`
      {
        "code": 1,
        "err": "",
        "out": "fixtures/acme/a/conflict.json:93 has a merge conflict. Resolve it, or record the test again.
      fixtures/acme/a/cut.json:16 is not JSON (cut off or edited by hand?). Restore it, or record the test again.
      fixtures/acme/a/empty.json:1 is not JSON (cut off or edited by hand?). Restore it, or record the test again.
      fixtures/acme/a/newer.json:1 has format 2, newer than this version reads (1). Update vitest-llm-contracts.
      fixtures/acme/a/.asks.json.c0ffee.draft was left behind by a run that was killed. Delete it.
      5 troubles: 0 of 4 recordings sound.",
      }
    `)
  })

  test('of secrets, known by their form, from the environment or from .env', async () => {
    process.env['CANARY_API_KEY'] = 'canary-of-the-environment'
    onTestFinished(() => void delete process.env['CANARY_API_KEY'])
    const told = [`sk-${'a'.repeat(40)}`, 'canary-of-the-environment', 'canary-of-the-file']
    const { code, out } = await troubles(
      recordingOf(told.map((secret) => exchangeOf(secret))),
      place,
      'OTHER_API_KEY=canary-of-the-file\n',
    )

    expect(code).toBe(1)
    expect(out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:8 holds an API key that begins with sk-. Revoke it, delete the file, and record the test again.
      fixtures/acme/a/asks.json:92 holds the value of OTHER_API_KEY. Revoke it, delete the file, and record the test again.
      fixtures/acme/a/asks.json:50 holds the value of CANARY_API_KEY. Revoke it, delete the file, and record the test again.
      3 troubles: 0 of 1 recording sound."
    `)
    for (const secret of told) expect(out).not.toContain(secret)
  })

  test('of an edit by hand', async () => {
    const text = renderRecording(sound)

    expect((await troubles(text.replace('"status": 200', '"status":  200'))).out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:42 is not as the recorder writes it (edited by hand?). Record the test again.
      1 trouble: 0 of 1 recording sound."
    `)
    expect((await troubles(text.trimEnd())).out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:109 is not as the recorder writes it (edited by hand?). Record the test again.
      1 trouble: 0 of 1 recording sound."
    `)
    expect((await troubles(text.replaceAll('\n', '\r\n'))).out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:1 has CRLF line ends, which git makes where it may. Put \`* -text\` into a .gitattributes file beside the recordings, and check them out again.
      1 trouble: 0 of 1 recording sound."
    `)
  })

  test('of what no recorder writes', async () => {
    const [first] = sound.exchanges
    const request = { ...exchangeOf('hi').request, path: '/v1/x?key=abc' }
    const stream: [number, string | { base64: string }][] = [
      [20, { base64: 'AAE' }],
      [10, 'data: [DONE]\n\n'],
    ]
    const exchanges = [
      first,
      { ...first, request },
      exchangeOf('hi', { headers: { 'content-type': 'text/event-stream', 'set-cookie': 'a=b' }, stream }),
    ] as Recording['exchanges']

    expect((await troubles(recordingOf(exchanges))).out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:45 exchange 2 asks for a path that no recorder writes: its query is unsorted or holds a secret. Record the test again.
      fixtures/acme/a/asks.json:87 exchange 3 keeps the header "set-cookie", which may name an account. Record the test again.
      fixtures/acme/a/asks.json:87 exchange 3 has base64 that is cut off or misspelt. Record the test again.
      fixtures/acme/a/asks.json:87 exchange 3 has a stream that runs backwards in time. Record the test again.
      4 troubles: 0 of 1 recording sound."
    `)
  })

  test('of a method in letters that no client sends', async () => {
    const asking = (method: string) => ({ ...exchangeOf('hi'), request: { ...exchangeOf('hi').request, method } })
    const methods = ['POST', 'post', 'patch', 'Get']

    expect((await troubles(recordingOf(methods.map(asking) as Recording['exchanges']))).out).toMatchInlineSnapshot(`
      "fixtures/acme/a/asks.json:45 exchange 2 asks with the method post, which every client sends as POST. Record the test again.
      fixtures/acme/a/asks.json:129 exchange 4 asks with the method Get, which every client sends as GET. Record the test again.
      2 troubles: 0 of 1 recording sound."
    `)
  })

  test('of a recording that no test looks for, where it lies', async () => {
    expect((await troubles(sound, 'fixtures/acme/b/asks.json')).out).toMatchInlineSnapshot(`
      "fixtures/acme/b/asks.json:104 belongs to a test that looks for it at acme/a/asks.json. Move it there, or run \`npx llm-contracts fixtures prune\`.
      1 trouble: 0 of 1 recording sound."
    `)
    expect((await troubles(sound, 'fixtures/groq/a/asks.json')).code).toBe(1)
    expect((await troubles(sound, 'fixtures/acme/a/asks-more.json')).code).toBe(1)
    expect((await troubles(sound, 'fixtures/acme/a/asks-0123abcd.json')).code).toBe(0)
    expect((await troubles(sound, 'fixtures/acme/a/asks.2.json')).code).toBe(0)
  })
})
