// Empties dist first, so that a file deleted from the sources cannot linger in a published tarball. The code is joined into
// few files because every file costs a worker about as long as a test; the types stay file by file.
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
  preserveEntrySignatures: 'allow-extension',
})

/** What some modules load at once, themselves included. */
function loadedBy(files, context) {
  const found = new Set()
  const visit = (id) => {
    if (found.has(id)) return
    found.add(id)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) visit(next)
  }
  for (const file of files) visit(`${root}${file}.ts`)
  return found
}

// What a worker loads anyway is one file for each thing that not everybody has: Vitest itself, which commands run without,
// and the SDK, msw and node:http, which only few commands need. What the main process loads too stays apart, and small.
let inWorker, inMain
function chunkOf(id, context) {
  inWorker ??= loadedBy(['src/install', 'src/index', 'matchers/index'], context)
  inMain ??= loadedBy(['src/plugin', 'src/reporter'], context)
  if (!inWorker.has(id)) return null
  const loaded = [...loadedBy([id.slice(root.length, -'.ts'.length)], context)]
  if (loaded.includes('vitest')) return 'worker'
  if (loaded.some((other) => /^(openai|msw|node:http)(\/|$)/.test(other))) return 'client'
  return inMain.has(id) ? 'base' : 'readers'
}

await bundle.write({
  dir: `${root}dist`,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkOf, debugName: 'worker' }] },
})
