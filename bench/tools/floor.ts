import OpenAI from 'openai'
import { BASE_URL, contentType, inMemory, wire } from '../workload.ts'
import { plainly, type Tool } from './tool.ts'

/** What everything is compared with: the SDK's own `fetch` option and an answer in memory. */
export const floor: Tool = {
  name: 'floor',
  how: "the SDK's `fetch` option, answer in memory",
  async begin(kind) {
    const pieces = wire[kind]
    const headers = { 'content-type': contentType[kind] }
    const fetch = async () => new Response(kind === 'json' ? pieces[0] : inMemory(pieces), { headers })
    return { client: new OpenAI({ apiKey: 'none', baseURL: BASE_URL, fetch }), test: plainly, end: async () => {} }
  },
}
