import type { Recording } from '../recording/format.ts'

/** A recording of acme without exchanges, of the test with this name. */
export const emptyRecording = (name: string): Recording => ({
  format: 1,
  provider: 'acme',
  test: { file: 'a.test.ts', name },
  recordedAt: '2026-01-02T03:04:05.000Z',
  origin: {
    kind: 'live',
    baseURL: 'https://acme.example/v1',
    sdk: 'fetch',
    package: 'p 1',
    modelsAsked: [],
    modelsAnswered: [],
  },
  exchanges: [],
})
