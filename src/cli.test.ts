import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, run } from './testing/project.ts'

const cli = join(repository, 'src/cli.ts')
const said = (...args: string[]) => run(process.execPath, [cli, ...args], repository)

test('what was asked for goes to standard output, what went wrong to standard error, and the exit code says which', async () => {
  const listed = await said('fixtures', 'ls', '--provider', 'groq')
  const wrong = await said('fixtures', 'lss')
  const missing = await said('fixtures', 'show', 'package.json')

  expect([listed.code, listed.stderr]).toEqual([0, ''])
  expect(listed.stdout).toMatch(/^provider +test +exchanges/)
  expect([wrong.code, wrong.stdout, wrong.stderr.split('\n').length]).toEqual([2, '', 2])
  expect([missing.code, missing.stdout, missing.stderr.split('\n').length]).toEqual([1, '', 2])
})

test('a reader that goes away early is no trouble', async () => {
  const child = spawn(process.execPath, [cli, 'fixtures', 'ls'], { cwd: repository, stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (text) => (stderr += text))
  child.stdout.destroy()
  const [code] = (await once(child, 'close')) as [number | null]

  expect([code, stderr]).toEqual([0, ''])
})

test('an old Node.js gets one sentence, before anything is loaded that it cannot read', async () => {
  const old = `Object.defineProperty(process.versions, 'node', { value: '20.20.2' })`
  const { code, stdout, stderr } = await run(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(old)}`, cli, 'fixtures', 'ls'],
    repository,
  )

  expect([code, stdout]).toEqual([1, ''])
  expect(stderr).toMatchInlineSnapshot(`
    "vitest-llm-contracts needs Node.js 22.12 or newer, and this is 20.20.2. Install a newer Node.js, or add the npm package "node" as a dev dependency and run through an npm script.
    "
  `)
})

test('nothing but the one door sets the exit code', () => {
  const source = readFileSync(cli, 'utf8')

  expect(source.startsWith('#!/usr/bin/env node\n')).toBe(true)
  expect(source.match(/process\.exit/g)).toHaveLength(1)
})
