import { join } from 'node:path'
import type { Verdict } from '../contracts/contract.ts'
import { concerns } from '../contracts/features.ts'
import { contracts } from '../contracts/index.ts'
import { specs } from '../providers/index.ts'
import type { Lack } from '../providers/spec.ts'
import { readResults, type Result } from '../report/results.ts'
import { trials } from '../trials/index.ts'
import { isReadyMade, judgedOn, recordingsBelow, usesIn, type Known, type Use } from './_app.ts'
import { command, wrongCall } from './_command.ts'
import { FIXTURES_HELP, fixturesFolder } from './_fixtures.ts'
import { renderMoves } from './_moves.ts'

const help = `
npx llm-contracts diff <from> <to>

Compares two providers: which contracts, and which of this app's own tests, are lost, won and unknown, and which features
of the app that breaks. Verdicts come from the last runs of the tests; what can be judged on an exchange is judged on the
recordings. What a feature of the app needs and the second breaks is lost, unless the first breaks it too. Exit code 1 where
a feature of the app breaks, 2 where too little is known to say that none does.

  --all                also contracts that concern none of the app's features
  --json               one line of JSON for each that differs or is unknown
  ${FIXTURES_HELP}
`

/** What became of a contract, or of a test of the app, on the way from one provider to another. */
export interface Moved {
  /** The id, or `<file> > <name>` of a test. */
  readonly contract: string
  /** `lost` also where the second breaks what the app needs and nothing is known of the first. */
  readonly move: 'lost' | 'won' | 'unknown'
  readonly from: Verdict
  readonly to: Verdict
  readonly reason?: string
  /** Names of the app's features that a contract concerns; absent for a test. */
  readonly features?: readonly string[]
}

/** A feature of the app that the second provider does not offer. */
export interface Missing {
  readonly feature: string
  readonly lack: Lack
}

const ids = new Set(
  [...contracts.filter(({ level }) => level === 'must' || level === 'should'), ...trials].map(({ id }) => id),
)

/** `diff`: what a switch from one provider to another changes for this app. */
export const compare = command(
  {
    name: 'diff',
    operands: ['<from>', '<to>'],
    options: { all: 'boolean', json: 'boolean', fixtures: 'string' },
    help,
  },
  ({ operands: [from = '', to = ''], options }, io) => {
    if (from === to) throw wrongCall(`diff compares two providers, and got ${from} twice.`)
    const folder = fixturesFolder(options.fixtures, io)
    const results = readResults(io.cwd)
    const evidence = (name: string): Evidence => {
      const recordings = recordingsBelow(join(folder, name), io)
      const own = results.filter(({ provider }) => provider === name)
      if (recordings.length > 0 || own.length > 0) return { name, recordings, results: own }
      throw wrongCall(`Nothing is known of ${name}: there is neither a recording nor a verdict of a run.`)
    }
    const [before, after] = [evidence(from), evidence(to)]
    const uses = usesIn(before.recordings.every(isReadyMade) ? recordingsBelow(folder, io) : before.recordings)
    const moved = moves(known(before), known(after), uses)
    const lacks = specs.find(({ name }) => name === to)?.lacks ?? []
    const missing = uses.flatMap(({ feature: { name, capability } }): Missing[] => {
      const lack = lacks.find((one) => one.capability === capability)
      return lack === undefined ? [] : [{ feature: name, lack }]
    })
    const isOffered = (name: string) => missing.every(({ feature }) => feature !== name)
    const told = moved.filter(
      ({ move, features }) =>
        options.all === true || features === undefined || features.some((name) => move === 'lost' || isOffered(name)),
    )
    const broken = uses
      .map(({ feature }) => feature.name)
      .filter((name) => !isOffered(name) || concernsAny(moved, 'lost', name))
    const unknown = uses
      .map(({ feature }) => feature.name)
      .filter((name) => !broken.includes(name) && concernsAny(moved, 'unknown', name))
    if (options.json === true) for (const one of told) io.out(JSON.stringify(one))
    else {
      const standIns = [before, after].filter(isStoodIn).map(({ name }) => name)
      const count = { uses: uses.length, hidden: moved.length - told.length }
      io.out(renderMoves({ from, to, moved: told, missing, broken, unknown, standIns, ...count }))
    }
    if (uses.length === 0)
      io.err('No request of the app is recorded, so nothing is known of what it needs: record its tests.')
    return broken.length > 0 ? 1 : unknown.length > 0 || uses.length === 0 ? 2 : 0
  },
)

/** What is known of a provider. */
interface Evidence {
  readonly name: string
  readonly recordings: ReturnType<typeof recordingsBelow>
  readonly results: readonly Result[]
}

function known({ recordings, results }: Evidence): Known {
  const verdicts: Known = judgedOn(recordings)
  for (const { contract, file, verdict, reason } of results) {
    const name = ids.has(contract) ? contract : `${file} > ${contract}`
    verdicts.set(name, { verdict, ...(reason === undefined ? {} : { reason }) })
  }
  return verdicts
}

const BAD = new Set<Verdict>(['broken', 'gap', 'unsupported', 'ignored'])

function moves(from: Known, to: Known, uses: readonly Use[]): Moved[] {
  const rows = new Set([...ids, ...[...from.keys(), ...to.keys()].filter((row) => row.includes(' > '))])
  return [...rows].flatMap((contract): Moved[] => {
    const [before, after] = [from.get(contract)?.verdict ?? 'unchecked', to.get(contract)?.verdict ?? 'unchecked']
    const features = uses.filter(({ feature }) => concerns(feature, contract)).map(({ feature }) => feature.name)
    const move = moveOf(before, after, features.length > 0 || !ids.has(contract))
    if (move === undefined) return []
    const reason = (move === 'won' ? from : to).get(contract)?.reason
    return [
      {
        contract,
        move,
        from: before,
        to: after,
        ...(reason === undefined ? {} : { reason }),
        ...(ids.has(contract) ? { features } : {}),
      },
    ]
  })
}

/**
 * What breaks at the first provider too is no promise that the app relies on, and cannot be lost. Of what nothing is known
 * there, only what the app needs can: it may well be what it relies on.
 */
function moveOf(before: Verdict, after: Verdict, isNeeded: boolean): Moved['move'] | undefined {
  if (BAD.has(before)) return after === 'kept' ? 'won' : undefined
  if (BAD.has(after)) return before === 'kept' || isNeeded ? 'lost' : undefined
  return before === 'kept' && after !== 'kept' ? 'unknown' : undefined
}

const concernsAny = (moved: readonly Moved[], move: Moved['move'], feature: string) =>
  moved.some((one) => one.move === move && one.features?.includes(feature) === true)

const isStoodIn = ({ recordings }: Evidence) => recordings.some(({ recording }) => recording.origin.kind === 'stand-in')
