import { isRecord, list, str } from '../wire/guards.ts'
import { counted, excerpt, listed } from '../wire/text.ts'
import { answerTo, granted } from './_honest.ts'
import { WHOLE } from './_parts.ts'
import { broken, kept, type Trial } from './trial.ts'

const base = { mode: 'live', ways: WHOLE, blame: 'wire format' } as const satisfies Partial<Trial>

/** What is promised of the list of models. */
export const modelTrials: readonly Trial[] = [
  {
    ...base,
    id: 'models.list.contains-configured',
    level: 'should',
    needs: ['models'],
    profiles: ['smoke', 'core'],
    promise: 'Lists the models that are asked for.',
    hint: 'Take the id from the list, or treat the one that you have as an alias that may move.',
    source: 'OpenAI API reference, list models',
    blame: 'configuration',
    run: async (ask) => {
      const { json, text } = await granted(ask, 'GET', '/models')
      const items = isRecord(json) ? list(json.data) : list(json)
      const ids = items.flatMap((item) => (isRecord(item) ? (str(item.id) ?? []) : []))
      if (ids.length === 0) return broken('listed no model', { path: '$.data', bytes: excerpt(text) })
      const wanted = [...new Set(Object.values(ask.target.models).filter((id) => id !== undefined))]
      const missing = wanted.filter((id) => !ids.includes(id))
      if (missing.length === 0) return kept(counted(ids.length, 'model'))
      return broken(`listed ${counted(ids.length, 'model')}, but not ${listed(missing)}`, { path: '$.data' })
    },
  },
  {
    ...base,
    id: 'models.retrieve',
    level: 'may',
    needs: ['models', 'model_lookup'],
    profiles: ['strict'],
    promise: 'Gives a model by its id, and 404 for an id that nobody has.',
    hint: 'Look the model up in the list of all models.',
    source: 'OpenAI API reference, retrieve model',
    run: async (ask) => {
      const { model } = ask.target
      const { json, text } = await granted(ask, 'GET', `/models/${encodeURIComponent(model)}`)
      if (!isRecord(json) || json.id !== model) {
        return broken(`was asked for the model ${model} and sent another`, { path: '$.id', bytes: excerpt(text) })
      }
      const nobody = await answerTo(ask, 'GET', '/models/no-such-model')
      if (nobody.status === 404) return kept()
      return broken(`answered HTTP ${nobody.status} for a model that nobody has`, { bytes: excerpt(nobody.text) })
    },
  },
]
