import { complete } from './_chat.ts'
import type { Dialect, Refusal } from './_dialect.ts'
import { type Trace, alphanumeric, hex } from './_ids.ts'
import { type JsonObject, compact, isObject, textIn } from './_json.ts'
import type { Call, Memory, More } from './_more.ts'
import { readChatRequest } from './_request.ts'

interface Refusals {
  readonly file: (id: string) => Refusal
  readonly batch: (id: string) => Refusal
}

/** Files and batches as OpenAI has them. A batch is under way at the first look, and done at the second. */
export function shop(dialect: () => Dialect, refusals: Refusals): More {
  return ({ route, text, trace, memory, ok, refused }: Call) => {
    const { files, batches } = memory
    const [, method = '', kind = '', id = '', rest = ''] =
      /^(\w+) \/(files|batches)(?:\/([^/]+))?(\/\w+)?$/.exec(route) ?? []
    const action = `${method} ${kind}${id === '' ? '' : '/id'}${rest}`
    const file = files.get(id)
    const batch = batches.get(id)
    switch (action) {
      case 'POST files':
        return () => ok(kept(memory, trace, uploadIn(text)))
      case 'GET files':
        return () => ok({ object: 'list', data: [...files.values()].map(({ about }) => about), has_more: false })
      case 'GET files/id':
        return () => (file === undefined ? refused(refusals.file(id)) : ok(file.about))
      case 'GET files/id/content':
        return () => {
          if (file === undefined) return refused(refusals.file(id))
          return { status: 200, text: file.text, headers: { 'content-type': 'application/octet-stream' } }
        }
      case 'DELETE files/id':
        return () => (files.delete(id) ? ok({ object: 'file', deleted: true, id }) : refused(refusals.file(id)))
      case 'POST batches':
        return () => {
          const asked: unknown = JSON.parse(text)
          const input = isObject(asked) ? textIn(asked['input_file_id']) : ''
          return files.has(input) ? ok(begun(memory, trace, input)) : refused(refusals.file(input))
        }
      case 'GET batches/id':
        return () => (batch === undefined ? refused(refusals.batch(id)) : ok(advanced(dialect(), memory, trace, batch)))
      default:
        return undefined
    }
  }
}

interface Upload {
  readonly purpose: string
  readonly filename: string
  readonly text: string
}

function uploadIn(form: string): Upload {
  const purpose = /name="purpose"\r\n\r\n([^\r]+)/.exec(form)?.[1] ?? ''
  const [, filename = '', text = ''] = /filename="([^"]*)"[\s\S]*?\r\n\r\n([\s\S]*?)\r\n--/.exec(form) ?? []
  return { purpose, filename, text }
}

/** The id depends on what is in the file, not on the boundary that a client drew for the form. */
function kept({ files }: Memory, { created }: Trace, { purpose, filename, text }: Upload): JsonObject {
  const seed = `${purpose} ${filename} ${text} ${files.size}`
  const id = `file-${alphanumeric({ created, seed }, 'file', 22)}`
  const bytes = Buffer.byteLength(text)
  const about: JsonObject = { object: 'file', id, purpose, filename, bytes, created_at: created, status: 'processed' }
  files.set(id, { about, text })
  return about
}

function begun({ batches }: Memory, { created }: Trace, input: string): JsonObject {
  const id = `batch_${hex({ created, seed: `${input} ${batches.size}` }, 'batch')}`
  const batch: JsonObject = {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    errors: null,
    input_file_id: input,
    completion_window: '24h',
    status: 'validating',
    output_file_id: null,
    error_file_id: null,
    created_at: created,
    request_counts: { total: 0, completed: 0, failed: 0 },
  }
  batches.set(id, batch)
  return batch
}

function advanced(dialect: Dialect, memory: Memory, trace: Trace, batch: JsonObject): JsonObject {
  if (batch['status'] === 'completed') return batch
  const next: JsonObject =
    batch['status'] === 'validating' ? { ...batch, status: 'in_progress' } : completed(dialect, memory, trace, batch)
  memory.batches.set(textIn(batch['id']), next)
  return next
}

function completed(dialect: Dialect, memory: Memory, trace: Trace, batch: JsonObject): JsonObject {
  const lines = (memory.files.get(textIn(batch['input_file_id']))?.text ?? '').split('\n').filter((line) => line !== '')
  // In another order than asked: answers are joined by custom_id.
  const answers = lines.toReversed().map((line) => answered(dialect, trace, line))
  const output = kept(memory, trace, {
    purpose: 'batch_output',
    filename: `${textIn(batch['id'])}_output.jsonl`,
    text: answers.map((answer) => `${compact(answer)}\n`).join(''),
  })
  const request_counts = { total: lines.length, completed: lines.length, failed: 0 }
  return { ...batch, status: 'completed', output_file_id: output['id'] ?? null, request_counts }
}

function answered(dialect: Dialect, { created }: Trace, line: string): JsonObject {
  const asked: unknown = JSON.parse(line)
  const { custom_id = '', body = {} } = isObject(asked) ? asked : {}
  const trace = { created, seed: line }
  const request = readChatRequest(isObject(body) ? body : {})
  const id = `batch_req_${hex(trace, 'request')}`
  if (request === undefined) return { id, custom_id, response: null, error: { message: 'no messages' } }
  const response = {
    status_code: 200,
    request_id: hex(trace, 'id'),
    body: dialect.whole(complete(dialect, request, trace)),
  }
  return { id, custom_id, response, error: null }
}
