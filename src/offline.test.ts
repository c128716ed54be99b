import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { specs } from './providers/index.ts'
import type { Result } from './report/results.ts'
import { repository, run } from './testing/project.ts'

const namespaces = spawnSync('unshare', ['-rn', 'true']).status === 0

// What the ready-made suite finds on each stand-in must be what it was built to do: a change shows in this snapshot.
function verdictsOf(provider: string, since: number): string {
  const { results } = JSON.parse(
    readFileSync(join(repository, 'node_modules/.vitest-llm-contracts/results.json'), 'utf8'),
  ) as { results: readonly Result[] }
  const own = results.filter(
    (result) =>
      result.provider === provider &&
      result.file === 'example-tests/contracts.test.ts' &&
      result.verdict !== 'unchecked' &&
      Date.parse(result.at) >= since,
  )
  const lines = [...Map.groupBy(own, ({ verdict }) => verdict)]
    .map(
      ([verdict, all]) =>
        `${verdict} (${all.length}): ${all
          .map(({ contract }) => contract)
          .sort()
          .join(' ')}`,
    )
    .sort()
  return lines.join('\n')
}

test('the example suite replays with the network taken away', async ({ skip }) => {
  skip(!namespaces, 'this machine cannot take the network away (unshare -rn)')
  const started = Date.now()
  const vitest = join(repository, 'node_modules/vitest/vitest.mjs')
  const said = await run('unshare', ['-rn', process.execPath, vitest, 'run', '--project', 'examples'], repository)

  expect(said.code, said.stdout + said.stderr).toBe(0)
  for (const { name } of specs) {
    expect(said.stdout).toContain(`  ${name}`)
    expect(verdictsOf(name, started)).toMatchSnapshot(name)
  }
  expect(said.stdout).not.toContain('✗')
})
