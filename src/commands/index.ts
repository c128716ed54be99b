import { packageVersion } from '../package.ts'
import { nearest } from '../providers/nearest.ts'
import { asksForHelp, type Command, type Io } from './_command.ts'

interface Entry {
  /** One or two words. */
  readonly name: string
  readonly about: string
  readonly load: () => Promise<Command>
}

const COMMANDS: readonly Entry[] = [
  {
    name: 'judge',
    about: 'Judges recordings or a HAR file by every contract, without a run',
    load: async () => (await import('./judge.ts')).judgePath,
  },
  {
    name: 'contracts',
    about: 'Lists the contracts that can be judged, by id, level and promise',
    load: async () => (await import('./contracts.ts')).listContracts,
  },
  { name: 'fixtures ls', about: 'Lists the recordings', load: async () => (await import('./ls.ts')).ls },
  {
    name: 'gate',
    about: 'Says whether traffic may be moved to a provider',
    load: async () => (await import('./gate.ts')).gate,
  },
  {
    name: 'features',
    about: 'Lists what this app asks of its providers',
    load: async () => (await import('./features.ts')).listFeatures,
  },
  {
    name: 'diff',
    about: 'Compares two providers: what a switch breaks for this app',
    load: async () => (await import('./compare.ts')).compare,
  },
  {
    name: 'fixtures show',
    about: 'Prints one recording readably, a stream event by event',
    load: async () => (await import('./show.ts')).show,
  },
  {
    name: 'fixtures verify',
    about: 'Reads every recording again: format, secrets, replayable, in its place',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'fixtures prune',
    about: 'Removes what the last full run did not use',
    load: async () => (await import('./prune.ts')).prune,
  },
  {
    name: 'fixtures diff',
    about: 'Compares two recordings, or two folders of them, by meaning',
    load: async () => (await import('./diff.ts')).diff,
  },
  {
    name: 'fixtures import',
    about: 'Makes a recording of a HAR file',
    load: async () => (await import('./import.ts')).importHar,
  },
]

/**
 * Calls the command that the words name, and returns the exit code: 0, 1 for trouble found, 2 for a wrong call.
 *
 * @example
 * ```ts
 * await call(['fixtures', 'ls', '--provider', 'groq'], io)
 * ```
 */
export async function call(args: readonly string[], io: Io): Promise<number> {
  const [first = '', second = ''] = args
  const entry = COMMANDS.find(({ name }) => name === first || name === `${first} ${second}`)
  if (entry !== undefined) {
    const run = await entry.load()
    return run(args.slice(entry.name.split(' ').length), io)
  }
  if (first === '--version' || first === '-v') {
    io.out(packageVersion())
    return 0
  }
  if (first === 'help' || asksForHelp(args)) {
    io.out(renderOverview())
    return 0
  }
  io.err(isGroup(first) && isNoWord(second) ? renderOverview() : renderUnknown(first, second))
  return 2
}

const isNoWord = (word: string) => word === '' || word.startsWith('-')
const isGroup = (word: string) => word === '' || COMMANDS.some(({ name }) => name.startsWith(`${word} `))

function renderOverview(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length))
  return [
    'npx llm-contracts <command>',
    '',
    ...COMMANDS.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    '',
    'Each command explains itself with --help.',
  ].join('\n')
}

function renderUnknown(first: string, second: string): string {
  const names = COMMANDS.map(({ name }) => name)
  const verb = nearest(
    isGroup(first) ? second : first,
    names.map((name) => name.split(' ').at(-1) ?? name),
  )
  const meant = names.find((name) => name.endsWith(` ${verb}`)) ?? nearest(`${first} ${second}`.trim(), names)
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  const asked = isGroup(first) ? `${first} ${second}` : first
  return `llm-contracts has no command "${asked}"${hint}. See: npx llm-contracts --help`
}
