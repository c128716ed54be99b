import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import OpenAI from 'openai'
import { chunk } from '../../src/contracts/seed.ts'
import { completeEntry } from '../../src/providers/entry.ts'
import { resolveProvider, type ResolvedProvider } from '../../src/providers/resolve.ts'
import { Recorder } from '../../src/recording/recorder.ts'
import { Endpoint } from '../../src/testing/endpoint.ts'
import { watch } from '../../src/wire/seen.ts'

type Answer = ConstructorParameters<typeof Endpoint>[0]

let known: readonly ResolvedProvider[] = []
const settings = { mode: 'live', root: '/', fixtures: '/', providers: [], required: [], allow: [], timing: 0 } as const
const recorder = new Recorder(
  () => settings,
  () => known,
)

/** Lets this file's clients be watched. Call it once, at the top of a test file. */
export function useRecorder(): void {
  let stop: (() => void) | undefined
  beforeAll(() => {
    stop = recorder.enable()
  })
  afterAll(() => stop?.())
}

/** SDK clients of scripted providers on loopback, by name; they are closed when the test ends. */
export async function clientsOf<N extends string>(
  answers: Readonly<Record<N, Answer>>,
  maxRetries = 2,
): Promise<Record<N, OpenAI>> {
  const opened = await Promise.all(
    Object.entries<Answer>(answers).map(async ([name, answer]) => ({
      name,
      endpoint: await new Endpoint(answer).listen(),
    })),
  )
  onTestFinished(async () => void (await Promise.all(opened.map(({ endpoint }) => endpoint.close()))))
  known = opened.map(({ name, endpoint }) =>
    resolveProvider(completeEntry({ name, baseURL: `${endpoint.origin}/v1`, keys: [], models: { chat: 'm' } }), {}),
  )
  return Object.fromEntries(
    known.map(({ name, baseURL }) => [name, new OpenAI({ apiKey: 'k', baseURL: baseURL as string, maxRetries })]),
  ) as Record<N, OpenAI>
}

/** Runs what a test does with a tape, as the setup file does. */
export async function inTest<T>(work: () => Promise<T>): Promise<T> {
  const seen = { exchanges: [], complaints: [] }
  const tape = recorder.tape({ file: 'a.test.ts', name: 'a', slug: 'a', provider: undefined }, seen)
  const { value } = await watch(() => recorder.run(tape, work), seen)
  return value
}

/** Answers with a stream of a text in pieces of five signs, whole or `cut` behind them. */
export function streams(response: ServerResponse, text: string, cut: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const events = text.match(/.{1,5}/gs)?.map((content) => `data: ${JSON.stringify(chunk({ content }))}\n\n`) ?? []
  response.write(events.join(''), () => {
    if (cut) response.destroy()
    else response.end(`data: ${JSON.stringify(chunk({}, 'stop'))}\n\ndata: [DONE]\n\n`)
  })
}

/** What a test's matcher complains of, its times left out. */
export function complaint(work: () => Promise<unknown>): Promise<string> {
  return inTest(work).then(
    () => 'it passed',
    (error: unknown) =>
      (error as Error).message
        .replaceAll(/\b\d+ ms after/g, 'N ms after')
        .replaceAll(/after \d+ ms/g, 'after N ms')
        .replaceAll(/took \d+ ms/g, 'took N ms'),
  )
}
