import { printable } from '../wire/text.ts'
import type { RecordedExchange, RecordedResponse, Recording } from '../recording/format.ts'
import { contentOf, replayed } from '../recording/recorded.ts'
import { readReply } from '../wire/reply.ts'
import type { Answer, Reply } from '../wire/types.ts'
import { command } from './_command.ts'
import { openRecording } from './_fixtures.ts'
import { BRIEF, counted, renderFlat, renderJson, renderText, WHOLE, type Cut } from './_look.ts'
import { renderStream } from './_stream.ts'

const help = `
npx llm-contracts fixtures show [--full] <file>

Prints a recording readably: each request, each response, and a stream event by event with the milliseconds after which
each arrived. What a terminal would obey is escaped.

  --full  long texts and lists whole, and every event as it was
`

/** `fixtures show`: one recording, readably. */
export const show = command(
  { name: 'fixtures show', operands: ['<file>'], options: { full: 'boolean' }, help },
  ({ operands: [operand = ''], options: { full } }, io) => {
    const { name, recording } = openRecording(operand, io)
    io.out(renderRecording(recording, name, full === true ? WHOLE : BRIEF))
    return 0
  },
)

function renderRecording(recording: Recording, name: string, cut: Cut): string {
  const { exchanges } = recording
  const parts = exchanges.map((exchange, index) =>
    [
      `--- exchange ${index + 1} of ${exchanges.length} ---`,
      renderRequest(exchange.request, cut),
      renderAnswer(recording, index + 1, name, cut),
    ].join('\n\n'),
  )
  return [renderHead(recording, name), ...parts].join('\n\n')
}

function renderHead({ provider, test, recordedAt, origin }: Recording, name: string): string {
  const { kind, baseURL, sdk, modelsAsked, modelsAnswered } = origin
  const time = recordedAt.slice(0, 16).replace('T', ' ')
  const source = kind === 'live' ? 'live' : 'from a stand-in'
  return [
    name,
    `${provider}, ${test.file} > ${test.name}`,
    `recorded ${time} UTC ${source} at ${baseURL} by ${sdk} with ${origin.package}`,
    `asked ${list(modelsAsked)}, answered by ${list(modelsAnswered)}`,
  ]
    .map(printable)
    .join('\n')
}

const list = (models: readonly string[]) => (models.length === 0 ? 'no model' : models.join(', '))

function renderRequest(request: RecordedExchange['request'], cut: Cut): string {
  const { method, path, headers } = request
  const content = contentOf(request)
  const head = [`${method} ${path}`, ...renderHeaders(headers)].map(printable).join('\n')
  if (content === undefined) return head
  return `${head}\n\n${typeof content === 'string' ? renderText(content, cut) : renderJson(content, cut)}`
}

const renderHeaders = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).map(([name, value]) => `${name}: ${value}`)

function renderAnswer(recording: Recording, number: number, name: string, cut: Cut): string {
  const { response, failure } = recording.exchanges[number - 1] as RecordedExchange
  if (failure !== undefined) {
    return printable(
      `No response: the connection failed after ${failure.ms} ms with ${failure.code} (${failure.message})`,
    )
  }
  const head = [renderStatus(response), ...renderHeaders(response.headers).map(printable)].join('\n')
  const exchange = replayed(recording, number, name)
  const reply = exchange === undefined ? undefined : readReply(exchange)
  const body = reply === undefined ? '' : renderBody(response, reply, cut)
  return body === '' ? head : `${head}\n\n${body}`
}

const ENDS = { closed: 'closed', aborted: 'cut off by the server', cancelled: 'cancelled by the client' } as const

function renderStatus({ status, ms, end, stream }: RecordedResponse): string {
  const what = stream === undefined ? '' : `, a stream of ${counted(stream.length, 'piece')}`
  return `HTTP ${status} after ${ms} ms${what}, ${ENDS[end]}`
}

function renderBody({ base64, body }: RecordedResponse, reply: Reply, cut: Cut): string {
  if (base64 !== undefined) return `${counted(Buffer.from(base64, 'base64').length, 'byte')} that are no text`
  if (reply.stream === undefined) {
    if (body !== undefined && typeof body !== 'string') return renderJson(body, cut)
    return reply.json === undefined ? renderText(reply.text, cut) : renderJson(reply.json, cut)
  }
  const { events } = reply.stream
  const summary = renderSummary(reply, cut)
  const stream = renderStream(reply.exchange.response.pieces, cut)
  const count = counted(events.length, 'event')
  return [stream, summary.length === 0 ? count : `${count}, joined:`, ...summary.map((line) => `  ${line}`)].join('\n')
}

function renderSummary({ answers, usage, error, stream }: Reply, cut: Cut): string[] {
  const long = { ...cut, text: cut.text * 10 }
  const lines = answers.flatMap((answer) => {
    const label = answers.length > 1 ? `[${answer.index}] ` : ''
    return renderFacts(answer, long).map((line) => label + line)
  })
  if (usage !== undefined)
    lines.push(`usage ${usage.promptTokens} prompt + ${usage.completionTokens} completion tokens`)
  if (error !== undefined) lines.push(`error ${renderFlat(error.message ?? null, long)}`)
  if (stream?.tail) lines.push(`unfinished ${renderFlat(stream.tail, long)}`)
  return lines
}

function renderFacts({ text, refusal, reasoning, toolCalls, finishReasons }: Answer, cut: Cut): string[] {
  const said = Object.entries({ text, refusal, reasoning }).flatMap(([what, value]) =>
    value === undefined ? [] : [`${what} ${renderFlat(value, cut)}`],
  )
  const calls = toolCalls.map((call) => printable(`tool call ${call.name}(${call.arguments.slice(0, cut.text)})`))
  const reasons = finishReasons.length === 0 ? [] : [printable(`finish_reason ${finishReasons.join(', ')}`)]
  return [...said, ...calls, ...reasons]
}
