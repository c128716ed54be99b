import { inject } from 'vitest'
import { resolve } from 'node:path'
import { specs } from './providers/index.ts'
import { resolveProvider, selectProviders, type ResolvedProvider } from './providers/resolve.ts'
import { Recorder } from './recording/recorder.ts'
import { PROVIDED, readCosts, readMode, readRequired, type Settings } from './settings.ts'

const declared = new Map<string, ResolvedProvider>()
let builtIn: readonly ResolvedProvider[] | undefined
let own: Settings | undefined
let known: { selected: Settings['providers']; all: readonly ResolvedProvider[] } | undefined

/** The settings of this run: the plugin's, or the environment's where the setup file is used without the plugin. */
export function settings(): Settings {
  return provided() ?? (own ??= withoutPlugin())
}

// In a config file there is no worker to inject into; `defineProvider` may still be called there.
function provided(): Settings | undefined {
  try {
    return inject(PROVIDED as never)
  } catch {
    return undefined
  }
}

function withoutPlugin(): Settings {
  const root = process.cwd()
  const providers = selectProviders(undefined, process.env)
  const required = readRequired(process.env, providers)
  return {
    mode: readMode(process.env, undefined),
    root,
    fixtures: resolve(root, 'fixtures'),
    providers,
    required,
    allow: [],
    timing: 0,
    costs: readCosts(process.env, undefined),
  }
}

/** Makes a provider's address known to the recorder. */
export function declare(provider: ResolvedProvider): void {
  declared.set(provider.name, provider)
  known = undefined
}

/** Forgets the providers that the test file before this one declared. */
export function forgetDeclared(): void {
  if (declared.size === 0) return
  declared.clear()
  known = undefined
}

/** Whom a suite's title may name: the selected providers and the ones that tests declared. */
export function nameableProviders(): readonly ResolvedProvider[] {
  return [...settings().providers, ...declared.values()]
}

/** Everyone whose address is known: the selected first, then the ones tests declared, then the built-in ones. */
export function knownProviders(): readonly ResolvedProvider[] {
  const selected = settings().providers
  if (known?.selected === selected) return known.all
  // Without the environment: what is wrong in a variable of a provider that nobody selected is nobody's trouble.
  builtIn ??= specs.map((spec) => resolveProvider(spec, {}))
  const byName = new Map<string, ResolvedProvider>()
  // What listens on this machine may be anything: a local server is known only where it was selected.
  const hosted = builtIn.filter(({ name }) => name !== 'local')
  for (const provider of [...selected, ...declared.values(), ...hosted]) {
    if (!byName.has(provider.name)) byName.set(provider.name, provider)
  }
  known = { selected, all: [...byName.values()] }
  return known.all
}

/** The worker's one recorder. */
export const recorder = new Recorder(settings, knownProviders)
