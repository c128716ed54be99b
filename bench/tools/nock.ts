import { Readable } from 'node:stream'
import nock from 'nock'
import OpenAI from 'openai'
import { BASE_URL, contentType, wire } from '../workload.ts'
import { plainly, type Tool } from './tool.ts'
import { versionOf } from './version.ts'

// It intercepts from its import on.
nock.restore()

/** nock with a persistent reply; a stream is a `Readable`, its pieces a tick apart. */
export const nockTool: Tool = {
  name: `nock ${versionOf('nock')}`,
  how: 'persistent reply, `Readable` body',
  async begin(kind) {
    const pieces = wire[kind]
    const headers = { 'content-type': contentType[kind] }
    const { origin, pathname } = new URL(`${BASE_URL}/chat/completions`)
    nock.activate()
    const scope = nock(origin).persist().post(pathname)
    if (kind === 'json') scope.reply(200, Buffer.from(pieces[0] as Uint8Array), headers)
    else scope.reply(200, () => Readable.from(ticking(pieces)), headers)
    return {
      client: new OpenAI({ apiKey: 'none', baseURL: BASE_URL }),
      test: plainly,
      async end() {
        nock.cleanAll()
        nock.restore()
      },
    }
  },
}

async function* ticking(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) {
    await new Promise<void>((resolve) => process.nextTick(resolve))
    yield piece
  }
}
