import { createHash } from 'node:crypto'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { complete, streamOf } from './_chat.ts'
import { PromptCache } from './_cache.ts'
import type { Dialect, Refusal } from './_dialect.ts'
import { embed, embeddingsBody } from './_embedding.ts'
import type { Trace } from './_ids.ts'
import { type Json, type JsonObject, isObject } from './_json.ts'
import { type Answered, type Memory, blank } from './_more.ts'
import { lastUser, promptTokens, readChatRequest, tokensIn } from './_request.ts'

/** Sent as the key, it is refused; every other key is accepted. */
const badKey = 'llm-contracts-bad-key'
/** Asked for, it does not exist. */
const unknownModel = 'no-such-model'
/** In the last user message, it draws the provider's rate-limit answer. */
const exhausted = 'Answer as if my rate limit were exhausted.'
/** In the last user message, it draws the provider's answer to a blocked prompt. */
const blocked = 'Answer as if my prompt were blocked.'
/** Tokens a prompt may have: small, so that an overflow test stays cheap. */
export const contextLimit = 20_000
/** Tokens a text may have to become a vector, as most embedding models take. */
const embeddingLimit = 8192

export interface StandIn {
  /** As a client wants it, base path included. */
  readonly baseURL: string
  /** Requests answered so far. */
  readonly hits: number
  close(): Promise<void>
}

/**
 * Starts a loopback server that speaks one provider's dialect. Nothing it says was measured on the real host: every
 * answer carries `x-llm-contracts-origin: stand-in`.
 */
export async function startStandIn(dialect: Dialect, port = 0): Promise<StandIn> {
  let hits = 0
  const seen = new Map<string, number>()
  const memory = blank()
  const cache = new PromptCache()
  const server = createServer((request, response) => {
    hits += 1
    respond(dialect, seen, memory, cache, request, response).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  const address = server.address()
  const bound = typeof address === 'object' ? address?.port : undefined
  return {
    baseURL: `http://127.0.0.1:${bound}${dialect.basePath}`,
    get hits() {
      return hits
    },
    close: () =>
      new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

async function respond(
  dialect: Dialect,
  seen: Map<string, number>,
  memory: Memory,
  cache: PromptCache,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += String(chunk)
  const what = `${dialect.name} ${request.method} ${request.url} ${text}`
  const nth = (seen.get(what) ?? 0) + 1
  seen.set(what, nth)
  const trace = {
    seed: createHash('sha256').update(`${what}#${nth}`).digest('hex'),
    created: Math.floor(Date.now() / 1000),
  }
  const answered = decide(dialect, trace, memory, cache, request, text)
  const kind = 'stream' in answered ? 'stream' : answered.status === 200 ? 'whole' : 'refused'
  const headers = { ...dialect.headers(trace, kind), 'x-llm-contracts-origin': 'stand-in' }
  if ('stream' in answered) {
    response.writeHead(200, { ...headers, 'content-type': dialect.contentType.stream })
    for await (const piece of answered.stream) {
      if (response.closed) return
      response.write(piece)
    }
    response.end()
    return
  }
  const body = Buffer.from(answered.text)
  response.writeHead(answered.status, {
    ...headers,
    'content-type': dialect.contentType.json,
    ...answered.headers,
    'content-length': body.length,
  })
  response.end(body)
}

function decide(
  dialect: Dialect,
  trace: Trace,
  memory: Memory,
  cache: PromptCache,
  request: IncomingMessage,
  text: string,
): Answered {
  const { refusals } = dialect
  const refused = ({ body, text: asIs, ...rest }: Refusal): Answered => ({ ...rest, text: asIs ?? dialect.body(body) })
  const ok = (body: Json): Answered => ({ status: 200, text: dialect.body(body) })
  const method = request.method ?? 'GET'
  const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const route = pathname.startsWith(`${dialect.basePath}/`)
    ? `${method} ${pathname.slice(dialect.basePath.length)}`
    : ''
  const more = dialect.more?.({ route, text, trace, memory, ok, refused })
  if (more === undefined && !['POST /chat/completions', 'POST /embeddings', 'GET /models'].includes(route)) {
    return refused(refusals.path(trace, method, pathname))
  }
  const key = /^Bearer\s+(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (refusals.key !== undefined && (key === '' || key === badKey)) return refused(refusals.key(trace, key))
  if (more !== undefined) return more()
  if (route === 'GET /models') return ok((dialect.modelList ?? modelList)(dialect.models, trace))

  const raw = parsed(text)
  if (raw === undefined) {
    return refused(refusals.json?.(trace) ?? refusals.other(trace, 'a request body that is not a JSON object'))
  }
  const model = typeof raw['model'] === 'string' ? raw['model'] : ''
  if (model === '' && refusals.model !== undefined) return refused(refusals.other(trace, 'a request without a model'))
  if (model === unknownModel && refusals.model !== undefined) return refused(refusals.model(trace, model))
  return route === 'POST /embeddings' ? embeddings(raw) : chat(raw)

  function embeddings(raw: JsonObject): Answered {
    const native = dialect.embeddings(model, trace)
    if (typeof native !== 'number') return refused(native)
    const inputs = [raw['input'] ?? ''].flat()
    const { embeddingBatch: batch } = dialect
    if (batch !== undefined && inputs.length > batch.limit) return refused(batch.refusal(trace))
    const tokens = Math.max(0, ...inputs.map((input) => (typeof input === 'string' ? tokensIn(input) : 0)))
    if (tokens > embeddingLimit) return refused(refusals.overflow(trace, tokens, embeddingLimit))
    const done = embed(raw, native)
    if (done === 'empty') return refused(refusals.other(trace, 'an empty input'))
    if (done === 'dimensions') return refused(refusals.other(trace, `a vector of other than 1 to ${native} dimensions`))
    return ok((dialect.embeddingsBody ?? embeddingsBody)(done, trace))
  }

  function chat(raw: JsonObject): Answered {
    const read = readChatRequest(raw)
    if (read === undefined) return refused(refusals.other(trace, 'a request without messages'))
    const no = dialect.refuse?.(read, trace)
    if (no !== undefined) return refused(no)
    const tokens = promptTokens(read)
    if (tokens > contextLimit) return refused(refusals.overflow(trace, tokens, contextLimit))
    if (refusals.rate !== undefined && lastUser(read).text.includes(exhausted))
      return refused(refusals.rate(trace, model))
    if (refusals.filter !== undefined && lastUser(read).text.includes(blocked))
      return refused(refusals.filter(trace, read.stream))
    const completion = complete(dialect, dialect.adapt?.(read) ?? read, trace, cache.read(dialect, read))
    if (read.stream) return { stream: streamOf(dialect, completion) }
    return { status: 200, text: (dialect.wholeBody ?? dialect.body)(dialect.whole(completion)) }
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function modelList(models: readonly string[], { created }: Trace): JsonObject {
  const data = models.map((id): Json => ({ id, object: 'model', created, owned_by: 'stand-in' }))
  return { object: 'list', data }
}
