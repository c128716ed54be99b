import { onEach } from './_table.test.kit.ts'
import { fails, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const lists = (...ids: readonly string[]) => ({
  body: { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) },
})

onEach('models.list.contains-configured', [
  {
    by: 'a list of all three',
    verdict: 'kept',
    answer: ({ method, path }) =>
      `${method} ${path}` === 'GET /v1/models'
        ? lists('acme-1', 'acme-v', 'acme-e', 'other')
        : fails(404, 'no such path'),
    reason: '4 models',
  },
  {
    by: 'a bare array',
    verdict: 'kept',
    answer: () => ({ body: ['acme-1', 'acme-v', 'acme-e'].map((id) => ({ id })) }),
  },
  {
    by: 'a list without one of them',
    verdict: 'broken',
    answer: () => lists('acme-1', 'acme-v'),
    reason: 'listed 2 models, but not acme-e',
  },
  { by: 'an empty list', verdict: 'broken', answer: () => lists(), reason: 'listed no model' },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), reason: 'HTTP 404' },
])

const gives =
  (status: number, id?: string) =>
  ({ path }: Asked) => {
    const asked = decodeURIComponent(path.replace('/v1/models/', ''))
    return asked === 'acme/1' ? { body: { id: id ?? asked, object: 'model' } } : { ...lists(), status }
  }
const entry = { models: { chat: 'acme/1' } }

onEach('models.retrieve', [
  { by: 'the model, and 404 for nobody', verdict: 'kept', answer: gives(404), entry },
  { by: 'another model', verdict: 'broken', answer: gives(404, 'acme-2'), entry, reason: 'sent another' },
  {
    by: 'a model for any id',
    verdict: 'broken',
    answer: gives(200),
    entry,
    reason: 'answered HTTP 200 for a model that nobody has',
  },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), entry, reason: 'refused the request' },
])
