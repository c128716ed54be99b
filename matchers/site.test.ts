import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository, run } from '../src/testing/project.ts'
import { framesOf, placed, siteBelow } from './site.ts'

const setup = `
import { aroundEach, expect } from 'vitest'
import { matchers } from '${repository}matchers/index.ts'
import { forgottenSites } from '${repository}matchers/matcher.ts'
import { placed } from '${repository}matchers/site.ts'
import { watch } from '${repository}src/wire/seen.ts'
expect.extend(matchers)
if (!process.env.NO_SCOPE) aroundEach(async (run) => {
  const { seen } = await watch(run)
  for (const one of forgottenSites(seen)) throw placed(new Error(one.matcher + ' was not awaited'), one)
})
`

// A caret stands under the place that Vitest must show.
const failing = `
import { expect, test } from 'vitest'
const replying = (content: string) => Response.json({ choices: [{ message: { content }, finish_reason: 'stop' }] })
const helper = async (thing: unknown) => {
  await Promise.resolve()
  await expect(thing).toReturnValidJson()
  //                  ^
}
test('plain', async () => {
  await expect(replying('Sure!')).toReturnValidJson()
  //                              ^
})
test('of .not', async () => {
  await expect(replying('{}')).not.toReturnValidJson()
  //                               ^
})
test('of expect.soft', async () => {
  await expect.soft(replying('Sure!')).toReturnValidJson()
  //                                   ^
  await expect.soft(replying('Sure!')).toStreamChunks()
  //                                   ^
})
test('of the expect of a test, with a message', async ({ expect }) => {
  await expect(replying('Sure!'), 'nightly').toReturnValidJson()
  //                                         ^
})
test('in a helper', () => helper(replying('Sure!')))
test('of the machinery', async () => {
  await expect(42).toReturnValidJson()
  //               ^
})
test('behind .resolves', async () => {
  await expect(Promise.resolve(replying('Sure!'))).resolves.toReturnValidJson()
  //                                              ^
})
test('behind expect.poll', async () => {
  await expect.poll(() => replying('Sure!'), { timeout: 60 }).toReturnValidJson()
  //                                                          ^
})
test('that nobody awaits', () => {
  void expect(replying('{}')).toReturnValidJson()
  //                          ^
})
`

const places = failing.split('\n').flatMap((line, at) => {
  const column = /^ *\/\/ +\^/.exec(line)?.[0].length
  return column === undefined ? [] : [`a.test.ts:${at}:${column}`]
})

const installed = [
  { name: 'this repository', vitest: join(repository, 'node_modules/vitest') },
  { name: 'OTHER_VITEST', vitest: process.env['OTHER_VITEST'] ?? '' },
]

describe.each(installed)('with the Vitest of $name', ({ vitest }) => {
  test.for(['in a scope', 'without a scope'])('a failure shows the line of the test, %s', async (scope, { skip }) => {
    skip(
      !existsSync(vitest),
      'NOT CHECKED: set OTHER_VITEST to the folder of another, such as node_modules/vitest of 4.1',
    )
    const { stdout, stderr, code } = await inProject(vitest, scope === 'in a scope' ? {} : { NO_SCOPE: '1' })
    const shown = [...`${stdout}${stderr}`.matchAll(/^ ❯ (?:\w+ )?(a\.test\.ts:\d+:\d+)\n((?: +\d*\|.*\n)+)/gm)]
    // Without a scope Vitest itself reports a forgotten failure, as an unhandled rejection; this one passes.
    const expected = scope === 'in a scope' ? places : places.slice(0, -1)

    expect(code).toBe(1)
    expect(shown.map(([, place]) => String(place)).toSorted()).toEqual(expected.toSorted())
    expect(shown.filter(([, , frame]) => !frame?.includes('^'))).toEqual([])
  })
})

test('a site has the frames below a function, and none above', () => {
  const callee = () => siteBelow(callee)
  const frames = framesOf(callee()).split('\n')

  expect(frames[0]).toContain('site.test.ts')
  expect(frames.join('\n')).not.toContain('callee')
})

test('an error keeps its own frames where a site has none of the user', () => {
  const error = new RangeError('no')
  const { stack } = error
  placed(error, { stack: 'Error\n    at go (/app/node_modules/vitest/x.js:1:2)\n    at node:internal/process:3:4' })
  expect(error.stack).toBe(stack)
  expect(placed(error, { stack: 'Error\n    at /app/a.test.ts:5:6' }).stack).toBe(
    'RangeError: no\n    at /app/a.test.ts:5:6',
  )
})

async function inProject(vitest: string, env: Readonly<Record<string, string>>) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-site-')))
  try {
    mkdirSync(join(root, 'node_modules'))
    symlinkSync(vitest, join(root, 'node_modules/vitest'))
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(root, 'vitest.config.js'), `export default { test: { setupFiles: ['./setup.js'] } }`)
    writeFileSync(join(root, 'setup.js'), setup)
    writeFileSync(join(root, 'a.test.ts'), failing)
    return await run(process.execPath, [join(vitest, 'vitest.mjs'), 'run'], root, env)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
