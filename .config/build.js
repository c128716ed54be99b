// Empties dist first, so that a file deleted from the sources cannot linger in a published tarball. The code is joined into
// few files because every file costs a worker about as long as a test; the types stay file by file.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { resolve } from 'node:path'
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
  // The SDK is loaded ahead by a module that others load with the package.
  checks: { ineffectiveDynamicImport: false },
  // Grouping chunks demands it; no entry has got an extra name by it.
  preserveEntrySignatures: 'allow-extension',
})

/** What some modules load at once, themselves included. */
function loadedBy(ids, context) {
  const found = new Set()
  const visit = (id) => {
    if (found.has(id)) return
    found.add(id)
    for (const next of context.getModuleInfo(id)?.importedIds ?? []) visit(next)
  }
  ids.forEach(visit)
  return found
}

const idsOf = (...names) => names.map((name) => resolve(root, `${name}.ts`))

// Joined is what is loaded together: by the main process, by the setup file for every test file, or by the package only; and
// apart what loads something heavy, or Vitest itself, which commands run without.
const HEAVY = ['vitest', 'openai']
let inMain, inSetup, inWorker
function chunkOf(id, context) {
  inMain ??= loadedBy(idsOf('src/plugin', 'src/reporter'), context)
  inSetup ??= loadedBy(idsOf('src/install'), context)
  inWorker ??= loadedBy(idsOf('src/install', 'src/index', 'matchers/index'), context)
  if (!inWorker.has(id)) return null
  const loaded = loadedBy([id], context)
  const heavy = HEAVY.filter((name) => loaded.has(name))
  return [inMain.has(id) ? 'shared' : inSetup.has(id) ? 'setup' : 'package', ...heavy].join('-')
}

await bundle.write({
  dir: `${root}dist`,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name].js',
  codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: chunkOf, debugName: 'worker' }] },
})
