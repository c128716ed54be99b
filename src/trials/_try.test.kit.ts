import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { completeEntry } from '../providers/entry.ts'
import { Provider } from '../providers/provider.ts'
import { resolveProvider } from '../providers/resolve.ts'
import type { ProviderSpec } from '../providers/spec.ts'
import { Recorder } from '../recording/recorder.ts'
import { chunk, completion } from '../contracts/seed.ts'
import { Endpoint, type Got } from '../testing/endpoint.ts'
import type { Json } from '../wire/exchange.ts'
import { watch } from '../wire/seen.ts'
import { decide, type Decision } from './decide.ts'
import { trials } from './index.ts'
import { runTrial } from './run.ts'
import type { Way } from './trial.ts'

/** A request as a scripted provider gets it. */
export interface Asked extends Got {
  /** The body parsed; an empty object where it is not a JSON object. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test knows what its trial sends
  readonly body: { readonly [key: string]: any }
  /** Text of the last message. */
  readonly said: string
  /** Which request of the try this is, from 1. */
  readonly nth: number
}

/** What a scripted provider answers: a body, or the events of a stream. */
export interface Answer {
  /** 0 for a connection that breaks. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** An object becomes a `data:` line; a string is a line of its own, such as `data: [DONE]`. */
  readonly events?: readonly unknown[]
  /** Milliseconds before each event. */
  readonly pause?: number
}

let current: Recorder | undefined

/** Lets this file's trials be tried over loopback. Call it once, at the top of a test file. */
export function useTrials(): void {
  let stop: (() => void) | undefined
  beforeAll(() => {
    const settings = {
      mode: 'live',
      root: '/',
      fixtures: '/',
      providers: [],
      required: [],
      allow: [],
      timing: 0,
    } as const
    current = new Recorder(
      () => settings,
      () => known,
    )
    stop = current.enable()
  })
  afterAll(() => stop?.())
}

let known: readonly ReturnType<typeof resolveProvider>[] = []

/** Tries one trial on a scripted provider, over real HTTP, and decides. */
export async function tryOn(
  id: string,
  answer: (asked: Asked) => Answer | Promise<Answer>,
  {
    ways,
    samples = 4,
    ...entry
  }: Partial<Pick<ProviderSpec, 'lacks' | 'gaps' | 'offers' | 'models' | 'reasoning' | 'keyOptional'>> & {
    ways?: readonly Way[]
    samples?: number
  } = {},
): Promise<Decision> {
  const trial = trials.find((one) => one.id === id)
  if (trial === undefined) throw new Error(`There is no trial ${id}.`)
  let nth = 0
  await using endpoint = await new Endpoint(async (response, got) => {
    const body = parsed(got.text)
    const last = (body.messages as { content?: unknown }[] | undefined)?.at(-1)?.content
    await write(
      response,
      await answer({
        ...got,
        body,
        said: typeof last === 'string' ? last : JSON.stringify(last ?? ''),
        nth: (nth += 1),
      }),
    )
  }).listen()
  const spec = completeEntry({
    name: 'acme',
    baseURL: `${endpoint.origin}/v1`,
    models: { chat: 'acme-1', vision: 'acme-v', embedding: 'acme-e' },
    ...entry,
  })
  const resolved = resolveProvider(spec, {})
  known = [resolved]
  const recorder = current as Recorder
  const seen = { exchanges: [], complaints: [] as Error[] }
  const tape = recorder.tape({ file: 'a.test.ts', name: id, slug: id, provider: 'acme' }, seen)
  const target = new Provider(resolved, () => 'live')
  const run = () => runTrial(trial, target, ways ?? trial.ways, { samples, threshold: 0.5 })
  const { value } = await watch(() => recorder.run(tape, run), seen)
  const [complaint] = seen.complaints
  if (complaint !== undefined) throw complaint
  return decide(trial, spec, value)
}

/** What a scripted provider answers to a trial, the verdict, and a part of its reason. */
export type Case = readonly [
  title: string,
  answer: (asked: Asked) => Answer | Promise<Answer>,
  verdict: Decision['verdict'],
  reason?: string,
  options?: Parameters<typeof tryOn>[2],
]

/** Declares a test for each case of each trial. */
export function testTrials(table: Readonly<Record<string, readonly Case[]>>): void {
  describe.each(Object.entries(table))('%s', (id, cases) => {
    const titled = cases.map((one) => ({ title: one[0], one }))
    test.each(titled)('$title', async ({ one: [, answer, verdict, reason, options] }) => {
      const said = await tryOn(id, answer, options)

      expect(said).toMatchObject({ verdict, ...(reason && { reason: expect.stringContaining(reason) }) })
    })
  })
}

/** A chat completion that says `text`, in the way that was asked for. */
export function says(asked: Pick<Asked, 'body'>, text: string | null, more: Record<string, unknown> = {}): Answer {
  const { finish_reason = 'stop', usage, ...message } = more
  if (asked.body.stream !== true) {
    return { body: completion({ content: text, ...message }, usage === undefined ? {} : { usage }, { finish_reason }) }
  }
  const { tool_calls, ...delta } = message as { tool_calls?: object[] }
  return {
    events: [
      chunk({ role: 'assistant', content: '', ...delta }),
      ...(text === null ? [] : [...(text.match(/[\s\S]{1,8}/gu) ?? [])].map((part) => chunk({ content: part }))),
      ...(tool_calls ?? []).map((call, index) => chunk({ tool_calls: [{ index, ...call }] })),
      chunk({}, finish_reason as string),
      ...(usage === undefined ? [] : [{ ...chunk({}), choices: [], usage }]),
      'data: [DONE]',
    ],
  }
}

/** A chat completion that calls functions: `calls({ body }, ['get_weather', { city: 'Oslo' }])`; text stands as arguments. */
export function calls(asked: Pick<Asked, 'body'>, ...made: readonly (readonly [name: string, args: Json])[]): Answer {
  const tool_calls = made.map(([name, args], index) => ({
    id: `call_${index + 1}`,
    type: 'function',
    function: { name, arguments: typeof args === 'string' ? args : JSON.stringify(args) },
  }))
  return says(asked, null, { tool_calls, finish_reason: 'tool_calls' })
}

/** An error as OpenAI writes it. */
export const fails = (
  status: number,
  message: string,
  code: string | null = null,
  param: string | null = null,
): Answer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param, code } },
})

function parsed(text: string): Asked['body'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

async function write(
  response: ServerResponse,
  { status = 200, headers = {}, body, events, pause }: Answer,
): Promise<void> {
  if (status === 0) return void response.destroy()
  const type =
    events === undefined ? (typeof body === 'string' ? 'text/plain' : 'application/json') : 'text/event-stream'
  response.writeHead(status, { 'content-type': type, ...headers })
  if (events === undefined) return void response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}))
  for (const event of events) {
    if (pause !== undefined) await sleep(pause)
    response.write(typeof event === 'string' ? `${event}\n\n` : `data: ${JSON.stringify(event)}\n\n`)
  }
  response.end()
}
