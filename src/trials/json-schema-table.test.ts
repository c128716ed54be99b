import { always, calling, fallsOver, inTurn, refusesAll, tryRows } from './_rows.test.kit.ts'
import { fails, says, type Asked } from './_try.test.kit.ts'

const cut = { finish_reason: 'length' }

const schemaOf = (asked: Asked) => asked.body.response_format.json_schema?.schema?.properties?.value ?? {}
const one = (asked: Asked) => {
  const fits: Record<string, unknown> = { integer: 100, string: 'red' }
  return says(asked, JSON.stringify({ value: fits[schemaOf(asked).type] ?? null }))
}

tryRows([
  ['json_schema.keyword-matrix', 'kept', 'enforces some', one, 'enforced: type'],
  ['json_schema.keyword-matrix', 'kept', 'leaves some out', one, 'accepted, not enforced: minLength'],
  [
    'json_schema.keyword-matrix',
    'kept',
    'rejects one',
    (asked) => (schemaOf(asked).pattern === undefined ? one(asked) : fails(400, 'pattern')),
    'rejected: pattern',
  ],
  ['json_schema.keyword-matrix', 'broken', 'enforces none', always('{"value":{}}'), 'enforced no keyword at all'],
  ['json_schema.keyword-matrix', 'broken', 'rejects all', refusesAll, 'refused the request'],
  ['json_schema.keyword-matrix', 'inconclusive', 'is always cut', always('{', cut), 'no answer was finished'],
  ['json_schema.bad-request-400', 'kept', 'refuses all', refusesAll],
  ['json_schema.bad-request-400', 'broken', 'takes one', inTurn(refusesAll, always('{}')), 'without a schema'],
  [
    'json_schema.bad-request-400',
    'broken',
    'breaks over one',
    inTurn(refusesAll, refusesAll, fallsOver),
    'HTTP 500 to',
  ],
  ['json_schema.bad-request-400', 'broken', 'takes all', calling(['x', {}]), 'a json_schema without a name'],
])
