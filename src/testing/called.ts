import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { renderRecording, type Recording } from '../recording/format.ts'

/** A temporary folder with some files in it. */
export class Folder implements Disposable {
  readonly path: string = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))

  constructor(files: Readonly<Record<string, string | Recording>> = {}) {
    this.write(files)
  }

  write(files: Readonly<Record<string, string | Recording>>): void {
    for (const [name, content] of Object.entries(files)) {
      const file = join(this.path, name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, typeof content === 'string' ? content : renderRecording(content))
    }
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8')
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** What a command said, and its exit code. */
export interface Called {
  readonly code: number
  readonly out: string
  readonly err: string
}

interface Io {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly cwd: string
}

/** Calls a command in a folder. */
export async function called(
  command: (args: readonly string[], io: Io) => Promise<number>,
  cwd: string,
  ...args: string[]
): Promise<Called> {
  const [out, err]: [string[], string[]] = [[], []]
  const code = await command(args, { cwd, out: (text) => void out.push(text), err: (text) => void err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

/** A recording of one test of `a.test.ts` with the provider acme, changed as a test needs it. */
export function recordingOf(exchanges: Recording['exchanges'], changes: Partial<Recording> = {}): Recording {
  return {
    format: 1,
    provider: 'acme',
    test: { file: 'a.test.ts', name: 'asks' },
    recordedAt: '2026-11-22T12:00:00.000Z',
    origin: {
      kind: 'live',
      baseURL: 'https://acme.invalid/v1',
      sdk: 'OpenAI/JS 7.57.0',
      package: 'vitest-llm-contracts 0.1.0',
      modelsAsked: ['acme-1'],
      modelsAnswered: ['acme-1'],
    },
    exchanges,
    ...changes,
  }
}

/** A chat request and its answer. */
export function exchangeOf(
  content: string,
  response: Partial<Recording['exchanges'][number]['response'] & object> = {},
): Recording['exchanges'][number] {
  return {
    request: {
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: { messages: [{ content, role: 'user' }], model: 'acme-1' },
    },
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: chat(content),
      ms: 12,
      end: 'closed',
      ...response,
    },
  }
}

/** A chat completion that says a text. */
export function chat(content: string) {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
  return { id: 'c1', object: 'chat.completion', created: 1, model: 'acme-1', choices }
}

/** A stream that says some texts, one a piece, from the tenth millisecond on. */
export function streamOf(...texts: string[]): {
  readonly headers: Readonly<Record<string, string>>
  readonly stream: readonly [ms: number, text: string][]
  readonly ms: number
} {
  const pieces = texts.map((content, index): [number, string] => {
    const choices = [{ index: 0, delta: { content }, finish_reason: index === texts.length - 1 ? 'stop' : null }]
    const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'acme-1', choices }
    return [10 + index, `data: ${JSON.stringify(chunk)}\n\n`]
  })
  const stream = [...pieces, [10 + texts.length, 'data: [DONE]\n\n'] as [number, string]]
  return { headers: { 'content-type': 'text/event-stream' }, stream, ms: 10 + texts.length }
}
