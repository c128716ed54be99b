import { isCount, isFilled, isRecord, misfit, shown } from './_chat.ts'
import { unlikeObject } from './_body.ts'
import type { Breach, Contract } from './contract.ts'
import { apiOfUrl } from '../wire/ask.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'

const FIELDS: readonly (readonly [string, string, (value: Json | undefined) => boolean])[] = [
  ['id', 'a non-empty string', isFilled],
  ['object', '"model"', (value) => value === 'model'],
  ['created', 'an integer of seconds', isCount],
  ['owned_by', 'a string', (value) => typeof value === 'string'],
]

/** What the list of models promises. */
export const modelsContracts: readonly Contract[] = [
  {
    id: 'models.list.shape',
    level: 'should',
    mode: 'wire',
    needs: ['models'],
    promise: 'Lists its models as a `list` whose items have `id`, `object`, `created` and `owned_by`.',
    hint: 'Read `id` alone, from `data` or from a bare array.',
    source: 'OpenAI API reference, Models, List models',
    blame: 'wire format',
    applies: isList,
    check: (reply) => {
      const { json } = reply
      if (!isRecord(json)) return unlikeObject(reply)
      if (json.object !== 'list') return odd('object', json.object, '"list"', '$')
      if (!Array.isArray(json.data)) return odd('data', json.data, 'an array', '$')
      for (const [at, item] of json.data.entries()) {
        const path = `$.data[${at}]`
        if (!isRecord(item)) return { says: `sent ${shown(item)} as an item of \`data\``, path }
        const field = FIELDS.find(([key, , fits]) => !fits(item[key]))
        if (field) return odd(field[0], item[field[0]], field[1], path)
      }
      return undefined
    },
  },
]

function isList({ api, status, json, error, exchange: { request, response } }: Reply): boolean {
  if (api !== 'models' || status < 200 || status > 299 || error || response.end !== 'closed') return false
  if (request) return request.method.toUpperCase() === 'GET' && apiOfUrl(request.url) === 'models'
  return isRecord(json) && Array.isArray(json.data)
}

function odd(key: string, value: Json | undefined, wanted: string, at: string): Breach {
  return { says: misfit(key, value, wanted), path: `${at}.${key}` }
}
