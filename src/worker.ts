import { inject } from 'vitest'
import { resolve } from 'node:path'
import { specs } from './providers/index.ts'
import { resolveProvider, selectProviders, type ResolvedProvider } from './providers/_resolve.ts'
import { Recorder } from './recording/recorder.ts'
import { PROVIDED, readMode, readRequired, type Settings } from './settings.ts'

const declared = new Map<string, ResolvedProvider>()
let builtIn: readonly ResolvedProvider[] | undefined
let own: Settings | undefined

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
  }
}

/** Makes a provider's address known to the recorder. */
export function declare(provider: ResolvedProvider): void {
  declared.set(provider.name, provider)
}

/** Everyone whose address is known: the selected first, then the ones tests declared, then the built-in ones. */
export function knownProviders(): readonly ResolvedProvider[] {
  // Without the environment: what is wrong in a variable of a provider that nobody selected is nobody's trouble.
  builtIn ??= specs.map((spec) => resolveProvider(spec, {}))
  const known = new Map<string, ResolvedProvider>()
  for (const provider of [...settings().providers, ...declared.values(), ...builtIn]) {
    if (!known.has(provider.name)) known.set(provider.name, provider)
  }
  return [...known.values()]
}

/** The worker's one recorder. */
export const recorder = new Recorder(settings, knownProviders)
