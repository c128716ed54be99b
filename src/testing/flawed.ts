import { renderRecording } from '../recording/format.ts'
import { exchangeOf, recordingOf, streamOf } from './called.ts'

const [request, response] = ['exchanges[0].request', 'exchanges[0].response']

/** What a hand that edits a recording may put where, none of which can be replayed. */
const edits: readonly (readonly [path: string, value: unknown])[] = [
  ['format', '1'],
  ['provider', 5],
  ['test', null],
  ['test.name', undefined],
  ['recordedAt', 5],
  ['recordedAt', ['2026-11-22']],
  ['origin', undefined],
  ['origin.kind', 'fake'],
  ['origin.baseURL', ['https://acme.invalid']],
  ['origin.sdk', undefined],
  ['origin.package', 1],
  ['origin.modelsAsked', undefined],
  ['origin.modelsAnswered', [1]],
  ['exchanges', {}],
  ['exchanges', [null]],
  ['exchanges[1]', 'POST'],
  [request, null],
  [`${request}.method`, undefined],
  [`${request}.headers`, undefined],
  [`${request}.headers.content-type`, 5],
  [`${request}.parts`, {}],
  [`${request}.parts`, [null]],
  [`${request}.parts`, [{ name: 'file', text: 5 }]],
  [response, undefined],
  [`${response}.status`, '200'],
  [`${response}.status`, 700],
  [`${response}.headers`, ['a']],
  [`${response}.headers`, null],
  [`${response}.headers.x trace`, 'a'],
  [`${response}.headers.x-trace-id`, 'a\nb'],
  [`${response}.headers.x-trace-id`, 'café – 1'],
  [`${response}.headers.x-trace-id`, null],
  [`${response}.end`, 'open'],
  [`${response}.broke`, { code: 'ECONNRESET' }],
  [`${response}.layout`, 5],
  [`${response}.layout`, 'indented-3'],
  [`${response}.base64`, 5],
  [`${response}.ms`, undefined],
  ['exchanges[1].response.stream', {}],
  ['exchanges[1].response.stream', 'abc'],
  ['exchanges[1].response.stream', null],
  ['exchanges[1].response.stream[1]', null],
  ['exchanges[1].response.stream[1]', [5, { base64: 5 }]],
  ['exchanges[2].failure', { code: 'ECONNRESET', ms: 3 }],
  ['exchanges[2].failure', null],
  ['exchanges[2].failure.ms', 'soon'],
  ['exchanges[2].response', null],
]

/** The texts of recordings that were edited by hand, each with its edit. */
export const flawed: readonly { readonly edit: string; readonly text: string }[] = edits.map(([path, value]) => {
  const failure = { code: 'ECONNRESET', message: 'read ECONNRESET', ms: 3 }
  const { request } = exchangeOf('hey')
  const recording = structuredClone(
    recordingOf([exchangeOf('hi'), exchangeOf('ho', streamOf('Hel', 'lo')), { request, failure }]),
  )
  const keys = path.split(/[.[\]]+/).filter((key) => key !== '')
  const last = keys.pop() ?? ''
  let at = recording as unknown as Record<string, unknown>
  for (const key of keys) at = at[key] as Record<string, unknown>
  at[last] = value
  return { edit: `${path}: ${JSON.stringify(value) ?? 'absent'}`, text: renderRecording(recording) }
})
