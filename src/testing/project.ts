import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root. */
export const repository: string = fileURLToPath(new URL('../..', import.meta.url))

/** What a command said. */
export interface Said {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end, with Node.js of this process first on the path and no variable of ours set but `env`. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Said> {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(CI$|LLM_|VITEST|NODE_ENV|TEST$|FORCE_COLOR)/.test(name)),
  )
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`
  const child = spawn(command, args, {
    cwd,
    env: { ...inherited, PATH: path, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => (stdout += text))
  child.stderr.on('data', (text) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** A project of a user in a temporary folder, with this package's built files and the repository's dependencies. */
export class Project implements Disposable {
  readonly root: string

  constructor(files: Readonly<Record<string, string>>) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))
    const modules = join(this.root, 'node_modules')
    mkdirSync(modules)
    for (const name of packages(join(repository, 'node_modules'))) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(join(repository, 'node_modules', name), join(modules, name))
    }
    for (const part of ['dist', 'package.json']) {
      cpSync(join(repository, part), join(modules, 'vitest-llm-contracts', part), { recursive: true })
    }
    this.write({ 'package.json': '{ "type": "module" }', ...files })
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.root, name)), { recursive: true })
      writeFileSync(join(this.root, name), text)
    }
  }

  /** `vitest run` in the project. */
  vitest(env: Readonly<Record<string, string>> = {}, ...args: string[]): Promise<Said> {
    const bin = join(this.root, 'node_modules', 'vitest', 'vitest.mjs')
    return run(process.execPath, [bin, 'run', ...args], this.root, env)
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true })
  }
}

function packages(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.') && name !== 'vitest-llm-contracts')
    .flatMap((name) =>
      name.startsWith('@') ? readdirSync(join(modules, name)).map((inner) => `${name}/${inner}`) : [name],
    )
}
