import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository, run } from './testing/project.ts'

const namespaces = spawnSync('unshare', ['-rn', 'true']).status === 0

test('the example suite replays with the network taken away', async ({ skip }) => {
  skip(!namespaces, 'this machine cannot take the network away (unshare -rn)')
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const said = await run('unshare', ['-rn', process.execPath, vitest, 'run', '--project', 'examples'], repository)

  expect(said.code, said.stdout + said.stderr).toBe(0)
  for (const name of [
    'openai',
    'qwen',
    'deepseek',
    'zhipu',
    'siliconflow',
    'groq',
    'openrouter',
    'openllmapi',
    'local',
  ])
    expect(said.stdout).toContain(`  ${name}`)
  expect(said.stdout).not.toContain('✗')
})
