import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readAhead, takeReady } from './ahead.ts'
import { emptyRecording } from '../testing/recording.ts'
import { renderRecording, type RecordedExchange } from './format.ts'
import { takeMade } from './playback.ts'
import { recordingFile } from './store.ts'

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))
  put('acme', 'a.test.ts', 'answers', renderRecording(recording))
  put('other', 'a.test.ts', 'answers', renderRecording(recording))
  put('acme', 'a.test.ts', 'broken', '{')
  put('acme', 'b.test.ts', 'answers', renderRecording(recording))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const recording = emptyRecording('answers')

const request = { method: 'POST', path: '/v1/chat/completions', headers: {} }
const head = { status: 429, headers: { 'content-type': 'application/json', 'x-request-id': 'r1' }, ms: 1 }
const whole: RecordedExchange = {
  request,
  response: { ...head, body: { b: 1, a: 2 }, layout: 'compact+newline', end: 'closed' },
}
const streamed: RecordedExchange = { request, response: { ...head, stream: [[1, 'data: 1']], end: 'aborted' } }

const at = (provider: string, testFile: string, slug: string) =>
  recordingFile(join(root, 'fixtures'), provider, testFile, slug)

function put(provider: string, testFile: string, slug: string, text: string) {
  const file = at(provider, testFile, slug)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

const read = (providers: string[], testFile: string, patience = Infinity) =>
  readAhead(join(root, 'fixtures'), providers, testFile, root, patience)

describe('reading ahead', () => {
  test('has the recordings of a test file with every provider ready, each of them once', () => {
    read(['acme', 'other'], 'a.test.ts')
    expect(takeReady(at('acme', 'a.test.ts', 'answers'))?.recording).toEqual(recording)
    expect(takeReady(at('acme', 'a.test.ts', 'answers'))).toBeUndefined()
    expect(takeReady(at('other', 'a.test.ts', 'answers'))?.recording).toEqual(recording)
  })

  test('makes answers that are there as a whole, each for one client', async () => {
    put('acme', 'c.test.ts', 'answers', renderRecording({ ...recording, exchanges: [whole, streamed] }))
    read(['acme'], 'c.test.ts')
    const answers = takeReady(at('acme', 'c.test.ts', 'answers'))?.unplayed.map(({ response }) => response) ?? []
    const [made, ...others] = [...answers, ...answers].map(takeMade)

    expect([made?.status, made?.headers.get('x-request-id'), await made?.text()]).toEqual([
      429,
      'r1',
      '{"b":1,"a":2}\n',
    ])
    expect(others).toEqual([undefined, undefined, undefined])
  })

  test('leaves what cannot be read to the test that asks for it', () => {
    read(['acme', 'nobody'], 'a.test.ts')
    expect(takeReady(at('acme', 'a.test.ts', 'broken'))).toBeUndefined()
    expect(takeReady(at('acme', 'a.test.ts', 'answers'))?.recording).toEqual(recording)
  })

  test('gives nothing whose file has changed since, or is gone', () => {
    read(['acme', 'other'], 'a.test.ts')
    // Of the same length, as edits by hand are.
    put('acme', 'a.test.ts', 'answers', renderRecording(emptyRecording('ANSWERS')))
    rmSync(at('other', 'a.test.ts', 'answers'))

    expect(takeReady(at('acme', 'a.test.ts', 'answers'))).toBeUndefined()
    expect(takeReady(at('other', 'a.test.ts', 'answers'))).toBeUndefined()
  })

  test('leaves what is no file to the test that asks for it', () => {
    const loop = at('acme', 'odd.test.ts', 'loop')
    mkdirSync(at('acme', 'odd.test.ts', 'folder'), { recursive: true })
    symlinkSync(loop, loop)
    symlinkSync('/dev/zero', at('acme', 'odd.test.ts', 'device'))

    expect(read(['acme'], 'odd.test.ts')).toEqual(new Set())
  })

  test('tells which clients will ask', () => {
    expect(read(['acme', 'other'], 'a.test.ts')).toEqual(new Set(['fetch']))
  })

  test('leaves a long recording to the test that asks for it', () => {
    put('acme', 'long.test.ts', 'answers', renderRecording(recording) + ' '.repeat(1 << 20))

    expect(read(['acme'], 'long.test.ts')).toEqual(new Set())
  })

  test('forgets what the test file before did not play', () => {
    read(['acme'], 'a.test.ts')
    read(['acme'], 'b.test.ts')
    expect(takeReady(at('acme', 'a.test.ts', 'answers'))).toBeUndefined()
    expect(takeReady(at('acme', 'b.test.ts', 'answers'))?.recording).toEqual(recording)
  })

  test('keeps no test file waiting for longer than its patience', () => {
    read(['acme'], 'a.test.ts', -1)
    expect(takeReady(at('acme', 'a.test.ts', 'answers'))).toBeUndefined()
  })
})
