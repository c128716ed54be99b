import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { booth, useBooths } from '../testing/booth.ts'
import { repository } from '../testing/project.ts'
import { renderRecording } from './format.ts'
import { loadRecording } from './store.ts'

useBooths()

test('a recording run killed at any of 50 moments leaves only files that parse and replay', async () => {
  const body = JSON.stringify({ data: Array.from({ length: 4000 }, (_, n) => `line ${n}`) })
  const b = await booth((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body))
  const script = join(repository, 'src/testing/recording-run.ts')
  for (let kill = 0; kill < 50; kill++) {
    const run = spawn(process.execPath, [script, b.root, b.url('')], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(run, 'close')
    await once(run.stdout, 'data')
    await sleep((kill * 37) % 53)
    run.kill('SIGKILL')
    await ended
    const folder = join(b.root, 'fixtures/acme/a')
    const names = readdirSync(folder)
    for (const name of names.filter((one) => one.endsWith('.json'))) {
      const recording = loadRecording(join(folder, name), b.root)
      expect(recording?.exchanges.length, name).toBe(1)
      expect(renderRecording(recording as NonNullable<typeof recording>)).toContain('line 3999')
    }
  }
  for (const test of ['test-0', 'test-1', 'test-2', 'test-3']) {
    const ask = () => fetch(b.url(), { method: 'POST', body: `{"test":"${test}"}` }).then((response) => response.text())
    const { value, seen } = await b.attempt('replay', ask, test)
    expect(seen.complaints).toEqual([])
    expect(value).toBe(body)
  }
})
