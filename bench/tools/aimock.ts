import { LLMock } from '@copilotkit/aimock'
import OpenAI from 'openai'
import { answer, text, tokens } from '../workload.ts'
import { plainly, type Tool } from './tool.ts'
import { versionOf } from './version.ts'

/** aimock, which is an HTTP server and composes its answers from a text: its chunks are slices of equal length. */
export const aimock: Tool = {
  name: `aimock ${versionOf('@copilotkit/aimock')}`,
  how: 'loopback server in this process, fixture in memory',
  async begin() {
    const { id, created, model, usage } = answer
    const chunkSize = Math.floor(text.length / tokens.length)
    const content = text.slice(0, tokens.length * chunkSize)
    const mock = new LLMock({ port: 0, logLevel: 'silent', chunkSize })
    mock.on({ userMessage: 'tides' }, { content, id, created, model, usage })
    await mock.start()
    return {
      client: new OpenAI({ apiKey: 'none', baseURL: `${mock.url}/v1` }),
      test: plainly,
      end: () => mock.stop(),
    }
  },
}
