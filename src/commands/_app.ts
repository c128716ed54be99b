import { readFileSync } from 'node:fs'
import { featuresOf, type Feature } from '../contracts/features.ts'
import { judge } from '../contracts/judge.ts'
import { recordingFiles } from '../recording/folder.ts'
import { readRecording, type Recording } from '../recording/format.ts'
import { replayed } from '../recording/recorded.ts'
import { isForeign } from '../recording/sound.ts'
import type { Verdict } from '../contracts/contract.ts'
import { trials } from '../trials/index.ts'
import type { Exchange } from '../wire/exchange.ts'
import { nameOf } from './_fixtures.ts'
import type { Io } from './_command.ts'

/** A recording with the exchanges that can be read from it. */
export interface Read {
  readonly recording: Recording
  readonly exchanges: readonly Exchange[]
}

/** The recordings below a folder. Throws what a file that cannot be read is rejected for. */
export function recordingsBelow(folder: string, io: Io): Read[] {
  return recordingFiles(folder).flatMap((file) => {
    const text = readFileSync(file, 'utf8')
    if (isForeign(text)) return []
    const name = nameOf(file, io)
    const recording = readRecording(text, name)
    const exchanges = recording.exchanges.flatMap((_, index) => replayed(recording, index + 1, name) ?? [])
    return [{ recording, exchanges }]
  })
}

const ours = new Set(trials.map(({ id }) => id))

/** Whether a recording is of a ready-made contract, which says nothing of what the app asks for. */
export const isReadyMade = ({ recording: { test } }: Read): boolean => ours.has(test.name)

/** How an app uses a feature. */
export interface Use {
  readonly feature: Feature
  readonly requests: number
  /** The tests whose requests use it, `<file> > <name>`. */
  readonly tests: readonly string[]
}

/** The features that the app's own recorded requests use, the same request to several providers counted once. */
export function usesIn(recordings: readonly Read[]): Use[] {
  const found = new Map<Feature, { requests: Set<string>; tests: Set<string> }>()
  for (const read of recordings) {
    if (isReadyMade(read)) continue
    const { test } = read.recording
    for (const [index, { request }] of read.exchanges.entries()) {
      if (request === undefined) continue
      for (const feature of featuresOf(request)) {
        const use = found.get(feature) ?? { requests: new Set(), tests: new Set() }
        found.set(feature, use)
        use.requests.add(`${test.file} > ${test.name} ${index}`)
        use.tests.add(`${test.file} > ${test.name}`)
      }
    }
  }
  return [...found].map(([feature, { requests, tests }]) => ({ feature, requests: requests.size, tests: [...tests] }))
}

/** What is known of contracts, by id. */
export type Known = Map<string, { readonly verdict: Verdict; readonly reason?: string }>

/** What recorded answers of a provider say of each contract that can be judged on an exchange. */
export function judgedOn(recordings: readonly Read[]): Known {
  const known: Known = new Map()
  for (const exchange of recordings.flatMap(({ exchanges }) => exchanges)) {
    for (const { contract, verdict, breach } of judge(exchange)) {
      const { file, number } = exchange.evidence
      if (breach !== undefined) known.set(contract, { verdict, reason: `${breach.says} (${file}, exchange ${number})` })
      else if (verdict === 'kept' && !known.has(contract)) known.set(contract, { verdict })
    }
  }
  return known
}
