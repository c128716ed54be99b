import { LlmContractsError } from '../errors.ts'
import { ageTrouble } from './age.ts'
import { addressOf, type ResolvedProvider } from '../providers/resolve.ts'
import type { RecordedRequest, Recording } from './format.ts'
import type { TestIdentity } from './identity.ts'
import { below, differences, type Difference } from './match.ts'
import { shown } from './store.ts'
import { now } from '../wire/clock.ts'

interface Looked {
  readonly provider: ResolvedProvider
  readonly file: string
  readonly recording: Recording | undefined
  readonly test: TestIdentity
  readonly root: string
  /** Whether the run selected the provider, so that it can be named. */
  readonly selected: boolean
}

const MOST_SHOWN = 5

/** What a request without a recording is told: where it was looked for, what was nearest, and the command to record it. */
export function missing(looked: Looked, asked: RecordedRequest): LlmContractsError {
  const { provider, recording, test, root } = looked
  const file = shown(looked.file, root)
  const lines = [`No recording of ${asked.method} ${asked.path} for ${provider.name} in the test "${test.name}".`]
  const nearest = nearestTo(looked, asked)
  if (recording === undefined) lines.push(`Looked for ${file}, which does not exist.`)
  else if (nearest === undefined) lines.push(`Looked in ${file}, which holds no exchange.`)
  else if (nearest.differences.length === 0) {
    lines.push(
      `${file} holds this request, and every copy of it has been played: it was asked more often than recorded.`,
    )
  } else {
    lines.push(`Nearest in ${file}: exchange ${nearest.number}, which differs at`)
    for (const { path, recorded, asked: now } of nearest.differences.slice(0, MOST_SHOWN)) {
      lines.push(`  ${path}: recorded ${recorded}, asked ${now}`)
    }
    const more = nearest.differences.length - MOST_SHOWN
    if (more > 0) lines.push(`  and ${more} more places`)
  }
  const mode = recording === undefined ? 'record' : 'rerecord'
  lines.push('', `Record it: ${toRecord(mode, test, looked.selected ? provider.name : undefined)}`)
  if (recording === undefined && test.again === undefined) {
    lines.push('A test that fails while it is recorded leaves no recording.')
  }
  return new LlmContractsError('missing-recording', lines.join('\n'))
}

/** The command that records a test with a provider: all of its providers where none is named. */
function toRecord(mode: 'record' | 'rerecord', test: TestIdentity, provider: string | undefined): string {
  if (test.again !== undefined) return `LLM_CONTRACTS=${mode} ${test.again}`
  const only = provider === undefined ? '' : ` LLM_PROVIDERS=${provider}`
  return `LLM_CONTRACTS=${mode}${only} npx vitest run ${test.file}`
}

/** What an answer is told that would have to join a recording of another origin. */
export function mixed(file: string): LlmContractsError {
  return new LlmContractsError(
    'missing-recording',
    `${file} holds answers of another origin, and those of a stand-in and of the provider must not be mixed. ` +
      'Run with LLM_CONTRACTS=rerecord to record the whole test anew.',
  )
}

/** What a test is told whose recording was made by a test file of the same stem. */
export function notIts(recording: Recording, file: string, test: TestIdentity): LlmContractsError {
  return new LlmContractsError(
    'bad-recording',
    `${file} belongs to ${recording.test.file}, and ${test.file} would share it. Give one of the two test files another name.`,
  )
}

function nearestTo(
  { provider, recording }: Looked,
  asked: RecordedRequest,
): { number: number; differences: Difference[] } | undefined {
  const here = { ...asked, path: below(asked.path, new URL(addressOf(provider)).pathname) }
  const there = recording === undefined ? '' : new URL(recording.origin.baseURL).pathname
  return (recording?.exchanges ?? [])
    .map(({ request }, index) => ({
      number: index + 1,
      differences: differences({ ...request, path: below(request.path, there) }, here),
    }))
    .sort((a, b) => a.differences.length - b.differences.length)[0]
}

/** How old a recording may be in replay. */
export interface MaxAge {
  readonly days: number
  /** `fail` the test, or `warn` below the matrix. */
  readonly then: 'warn' | 'fail'
}

/**
 * Fails a test on a recording that is too old.
 *
 * @throws {LlmContractsError} `bad-recording`, if `maxAge` says `fail`.
 */
export function mustBeFresh(recording: Recording, maxAge: MaxAge | undefined, file: string, test: TestIdentity): void {
  const trouble = maxAge?.then === 'fail' ? ageTrouble(recording.recordedAt, maxAge, now()) : undefined
  if (trouble === undefined) return
  throw new LlmContractsError(
    'bad-recording',
    `${file} ${trouble}. Record it anew: ${toRecord('rerecord', test, recording.provider)}`,
  )
}
