// Empties dist first, so that a file deleted from the sources cannot linger in a published tarball. The code is joined into
// few files because a worker loads them for every isolated test file; the types stay file by file.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
const { status } = spawnSync('tsc', ['-p', '.config/tsconfig.build.json'], { stdio: 'inherit', shell: true })
if (status !== 0) process.exit(status ?? 1)

// What package.json names, and what the setup file must not hold itself: it runs anew for every test file.
const entries = ['matchers/index', 'src/cli', 'src/index', 'src/install', 'src/plugin', 'src/reporter', 'src/setup']
const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(entries.map((entry) => [entry, `${entry}.ts`])),
  external: /^[^./]/,
  platform: 'node',
})
await bundle.write({
  dir: `${root}dist`,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
})
