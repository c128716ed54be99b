import { parseArgs } from 'node:util'
import { LlmContractsError } from '../errors.ts'
import { nearest } from '../providers/nearest.ts'

/** What a command may touch besides files. */
export interface Io {
  /** Prints a text and a line feed to standard output: what was asked for. */
  readonly out: (text: string) => void
  /** The same to standard error: what went wrong. */
  readonly err: (text: string) => void
  /** Where relative paths begin: the project. */
  readonly cwd: string
}

/** A command: takes what stands behind its name, and returns the exit code. */
export type Command = (args: readonly string[], io: Io) => Promise<number>

/** The options of a command by name: `string` takes a value, `boolean` is a switch. */
type Options = Readonly<Record<string, 'string' | 'boolean'>>

type Values<O extends Options> = { readonly [K in keyof O]?: O[K] extends 'string' ? string : boolean }

/** What a command was given. */
export interface Given<O extends Options> {
  readonly options: Values<O>
  readonly operands: readonly string[]
}

interface Spec<O extends Options> {
  /** As it is called: `fixtures show`. */
  readonly name: string
  /** What stands behind the name: `<must>` or `[may]`. */
  readonly operands: readonly string[]
  readonly options: O
  /** What `--help` prints. */
  readonly help: string
}

/**
 * Makes a command. It prints its help if asked, and its trouble as one sentence: exit code 2 for a wrong call, 1 for
 * any other trouble.
 *
 * @example
 * ```ts
 * const spec = { name: 'fixtures ls', operands: [], options: { provider: 'string' }, help } as const
 * const ls = command(spec, ({ options }, io) => 0)
 * ```
 */
export function command<const O extends Options>(
  spec: Spec<O>,
  run: (given: Given<O>, io: Io) => number | Promise<number>,
): Command {
  return async (args, io) => {
    try {
      if (asksForHelp(args)) {
        io.out(spec.help.trim())
        return 0
      }
      return await run(read(spec, args), io)
    } catch (error) {
      if (!(error instanceof LlmContractsError)) throw error
      io.err(error.message)
      return error.code === 'bad-option' ? 2 : 1
    }
  }
}

/** The error of a wrong call. */
export function wrongCall(message: string): LlmContractsError {
  return new LlmContractsError('bad-option', message)
}

/** Whether the words before a `--` ask for help. */
export function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? args.length : end).some((word) => word === '--help' || word === '-h')
}

function read<O extends Options>(spec: Spec<O>, args: readonly string[]): Given<O> {
  const { name, operands, options } = spec
  const known = Object.fromEntries(Object.entries(options).map(([option, type]) => [option, { type }]))
  const see = `See: npx llm-contracts ${name} --help`
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...args], options: known, allowPositionals: true, strict: true }),
  )
  const missing = operands.find((operand, index) => operand.startsWith('<') && positionals[index] === undefined)
  if (missing !== undefined) throw wrongCall(`${name} needs ${missing}. ${see}`)
  const extra = positionals[operands.length]
  if (extra !== undefined) throw wrongCall(`${name} does not know what to do with "${extra}". ${see}`)
  return { options: values as Values<O>, operands: positionals }

  function parsed<T>(parse: () => T): T {
    try {
      return parse()
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      const option = /'(?:-\w, )?(-[^' ]*)/.exec(message)?.[1] ?? ''
      if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') {
        const meant = nearest(option.replace(/^-+/, ''), Object.keys(options))
        const hint = meant === undefined ? '' : ` (did you mean --${meant}?)`
        throw wrongCall(`${name} has no option ${option}${hint}. ${see}`)
      }
      if (code !== 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') throw error
      const needs = options[option.slice(2)] === 'string'
      throw wrongCall(`${name}: ${option} ${needs ? 'needs a value' : 'takes no value'}. ${see}`)
    }
  }
}
