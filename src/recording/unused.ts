import { existsSync, readFileSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { recordingFiles } from './folder.ts'
import type { Recording } from './format.ts'
import { sha256 } from '../wire/digest.ts'
import type { Findings, PlayedInPart, Unused } from './ledger.ts'

/** One test file that ran, in one project. Paths are absolute. */
export interface RanFile {
  readonly file: string
  readonly root: string
  readonly fixtures: string
  /** Who was selected, and who was asked. */
  readonly providers: readonly string[]
  /** Of the tests that passed: the recordings they played, and the exchanges in them that they did not. */
  readonly played: readonly { readonly file: string; readonly unplayed: readonly number[] }[]
  /** The titles, outermost first, of each test that did not pass, so that nothing can be said of what it needs. */
  readonly undecided: readonly string[]
}

/**
 * What a full run did not use. A recording counts only where its test file is gone, or ran and has no test that could
 * have wanted it: of files and providers that did not run, and of tests that failed or were skipped, nothing is said.
 * An exchange counts where no test that played its recording played it.
 */
export function findUnused(root: string, ran: readonly RanFile[], at: Date): Findings {
  const name = (path: string) => relative(root, path).split(sep).join('/')
  const fixtures = [...new Set(ran.map((file) => file.fixtures))]
  const played = new Map<string, readonly number[]>()
  for (const { file, unplayed } of ran.flatMap((file) => file.played)) {
    const before = played.get(file) ?? unplayed
    played.set(
      file,
      before.filter((number) => unplayed.includes(number)),
    )
  }
  const unused: Unused[] = []
  for (const file of fixtures.flatMap(recordingFiles)) {
    if (played.has(file)) continue
    const text = readFileSync(file)
    const why = whyUnused(
      text,
      ran.filter((one) => file.startsWith(one.fixtures + sep)),
    )
    if (why !== undefined) unused.push({ file: name(file), sha256: sha256(text), why })
  }
  const unplayed: PlayedInPart[] = [...played]
    .filter(([file, exchanges]) => exchanges.length > 0 && existsSync(file))
    .map(([file, exchanges]) => ({ file: name(file), sha256: sha256(readFileSync(file)), exchanges }))
  return {
    at: at.toISOString(),
    providers: [...new Set(ran.flatMap(({ providers }) => providers))],
    fixtures: fixtures.map(name),
    tests: [...new Set(ran.map(({ file }) => name(file)))],
    unused,
    unplayed,
  }
}

/** What stands for the test file in the recordings that a command makes, and plays. */
export const commandFile = (command: string): string => `llm-contracts-${command}`

function whyUnused(text: Buffer, ran: readonly RanFile[]): Unused['why'] | undefined {
  const recording = read(text)
  if (recording === undefined) return undefined
  const { provider, test } = recording
  if (test.file === commandFile('gate')) return undefined
  const own = ran.filter(({ file, root }) => file === resolve(root, test.file))
  if (own.length === 0) {
    return ran.some(({ root }) => existsSync(resolve(root, test.file))) ? undefined : 'its test file is gone'
  }
  const wanted = own.some(({ undecided }) => undecided.some((titles) => mayBeNamed(test.name, titles)))
  return wanted || !own.some(({ providers }) => providers.includes(provider)) ? undefined : 'no test plays it'
}

// A recording bears its test's titles without the provider's name, which may be any word of them.
function mayBeNamed(name: string, titles: string): boolean {
  const words = wordsOf(name)
  let found = 0
  for (const word of wordsOf(titles)) if (word === words[found]) found++
  return found === words.length
}

const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')

// What is no recording, or a broken one, is left to `verify`.
function read(text: Buffer): Recording | undefined {
  try {
    const recording = JSON.parse(text.toString()) as Recording
    const { test, exchanges } = recording
    return Array.isArray(exchanges) && [test.file, test.name].every((field) => typeof field === 'string')
      ? recording
      : undefined
  } catch {
    return undefined
  }
}
