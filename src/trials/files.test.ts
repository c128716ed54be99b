import { expect, test, vi } from 'vitest'
import { onEach } from './_table.test.kit.ts'
import { fails, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

// A batch that never ends is not waited for.
vi.mock('node:timers/promises', () => ({ setTimeout: () => Promise.resolve() }))

useTrials()

type Route = (asked: Asked) => Answer | undefined

/** A provider of files and batches; `routes` stand before its own. */
function shop(routes: Readonly<Record<string, Route>> = {}) {
  let held = true
  let looks = 0
  let lines: { custom_id: string }[] = []
  const file = { id: 'file-1', object: 'file' }
  const batch = (status: string, more = {}) => ({ body: { id: 'batch_1', object: 'batch', status, ...more } })
  const own: Readonly<Record<string, Route>> = {
    'POST /files': ({ text }) => {
      lines = [...text.matchAll(/^\{.*\}$/gm)].map(([line]) => JSON.parse(line))
      return /name="purpose"\s+batch/.test(text) ? { body: file } : fails(400, 'no purpose')
    },
    'GET /files': () => ({ body: { object: 'list', data: held ? [file] : [] } }),
    'GET /files/file-1': () => (held ? { body: file } : fails(404, 'No such File object')),
    'DELETE /files/file-1': () => {
      held = false
      return { body: { ...file, deleted: true } }
    },
    'DELETE /files/file-2': () => ({ body: { id: 'file-2', deleted: true } }),
    'POST /batches': ({ body }) => (body.input_file_id === 'file-1' ? batch('validating') : fails(400, 'no file')),
    'GET /batches/batch_1': () =>
      (looks += 1) < 3 ? batch('in_progress') : batch('completed', { output_file_id: 'file-2' }),
    'GET /files/file-2/content': () => ({ body: lines.map((line) => answered(line.custom_id)).join('\n') }),
    'POST /batches/batch_1/cancel': () => batch('cancelling'),
  }
  return (asked: Asked): Answer => {
    const route = `${asked.method} ${asked.path.replace('/v1', '')}`
    return routes[route]?.(asked) ?? own[route]?.(asked) ?? fails(404, `no ${route}`)
  }
}

const answered = (custom_id: string, response: object = { status_code: 200, body: { choices: [{ index: 0 }] } }) =>
  JSON.stringify({ id: 'batch_req_1', custom_id, response, error: null })

onEach('files.lifecycle', [
  { by: 'a provider that keeps and deletes files', verdict: 'kept', answer: shop() },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), reason: 'refused the request' },
  {
    by: 'a file without an id',
    verdict: 'broken',
    answer: shop({ 'POST /files': () => ({ body: {} }) }),
    reason: 'took a file and gave it no id',
  },
  {
    by: 'a list without the file',
    verdict: 'broken',
    answer: shop({ 'GET /files': () => ({ body: { data: [] } }) }),
    reason: 'did not list a file that it had taken',
  },
  {
    by: 'another file',
    verdict: 'broken',
    answer: shop({ 'GET /files/file-1': () => ({ body: { id: 'file-9' } }) }),
    reason: 'was asked for a file and sent another',
  },
  {
    by: 'a deletion that is not confirmed',
    verdict: 'broken',
    answer: shop({ 'DELETE /files/file-1': () => ({ body: {} }) }),
    reason: 'did not say that it deleted a file',
  },
  {
    by: 'a file that outlives its deletion',
    verdict: 'broken',
    answer: shop({ 'DELETE /files/file-1': () => ({ body: { deleted: true } }) }),
    reason: 'answered HTTP 200 for a file that it had deleted',
  },
])

const ends = (status: string, more = {}): Record<string, Route> => ({
  'GET /batches/batch_1': () => ({ body: { id: 'batch_1', status, ...more } }),
})

onEach('batches.lifecycle', [
  { by: 'a batch that is answered whole', verdict: 'kept', answer: shop() },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), reason: 'refused the request' },
  {
    by: 'a file without an id',
    verdict: 'broken',
    answer: shop({ 'POST /files': () => ({ body: {} }) }),
    reason: 'gave it no id',
  },
  {
    by: 'a batch that takes too long',
    verdict: 'inconclusive',
    answer: shop(ends('in_progress')),
    reason: 'the batch was still "in_progress" after 13 looks, and was cancelled',
  },
  {
    by: 'a batch that fails',
    verdict: 'broken',
    answer: shop(ends('failed', { errors: { data: [{ message: 'no quota for batches' }] } })),
    reason: 'ended a batch as "failed"',
  },
  {
    by: 'a batch without answers',
    verdict: 'broken',
    answer: shop(ends('completed')),
    reason: 'completed a batch without a file of answers',
  },
  {
    by: 'an answer too few',
    verdict: 'broken',
    answer: shop({ 'GET /files/file-2/content': () => ({ body: answered('one') }) }),
    reason: 'answered one where ',
  },
  {
    by: 'a line without an answer',
    verdict: 'broken',
    answer: (() => {
      let ids: string[] = []
      return shop({
        'POST /files': ({ text }) => {
          ids = [...text.matchAll(/"custom_id":"([^"]+)"/g)].map(([, id = '']) => id)
          return undefined
        },
        'GET /files/file-2/content': () => ({ body: ids.map((id) => answered(id, { status_code: 500 })).join('\n') }),
      })
    })(),
    reason: 'wrote a line without an answer',
  },
])

test('nothing that a batch made is left over', async () => {
  const gone: string[] = []
  const answer = shop()
  await tryOn('batches.lifecycle', (asked) => {
    if (asked.method === 'DELETE') gone.push(asked.path)
    return answer(asked)
  })

  expect(gone).toEqual(['/v1/files/file-1', '/v1/files/file-2'])
})

test('a batch that takes too long is cancelled', async () => {
  const paths: string[] = []
  const answer = shop(ends('in_progress'))
  await tryOn('batches.lifecycle', (asked) => {
    paths.push(`${asked.method} ${asked.path}`)
    return answer(asked)
  })

  expect(paths).toContain('POST /v1/batches/batch_1/cancel')
})
