import { http } from 'msw'
import { setupServer } from 'msw/node'
import OpenAI from 'openai'
import { BASE_URL, contentType, wire } from '../workload.ts'
import { plainly, type Tool } from './tool.ts'
import { versionOf } from './version.ts'

/** msw as its manual has it; pieces are a tick apart, without which they arrive as one. */
export const msw: Tool = {
  name: `msw ${versionOf('msw')}`,
  how: '`setupServer`, a tick between pieces',
  async begin(kind) {
    const pieces = wire[kind]
    const headers = { 'content-type': contentType[kind] }
    const server = setupServer(
      http.post(
        `${BASE_URL}/chat/completions`,
        () => new Response(kind === 'json' ? pieces[0] : ticking(pieces), { headers }),
      ),
    )
    server.listen()
    return {
      client: new OpenAI({ apiKey: 'none', baseURL: BASE_URL }),
      test: plainly,
      end: async () => server.close(),
    }
  },
}

function ticking(pieces: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> {
  let next = 0
  return new ReadableStream({
    async pull(controller) {
      const piece = pieces[next++]
      if (piece === undefined) return controller.close()
      await new Promise<void>((resolve) => process.nextTick(resolve))
      controller.enqueue(piece)
    },
  })
}
