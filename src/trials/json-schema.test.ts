import { chunk } from '../contracts/seed.ts'
import { always, refusesAll, tryRows } from './_rows.test.kit.ts'
import { fails, says, type Asked } from './_try.test.kit.ts'

const order = '{"customer":"Ada","delivery":"courier","items":[{"name":"lamp","count":2}]}'
const cut = { finish_reason: 'length' }
const lack = { lacks: [{ capability: 'json_schema', reason: 'No.', source: 'measured', date: '2026-11-22' }] } as const
const pieces =
  (...parts: readonly string[]) =>
  (asked: Asked) => ({ ...says(asked, ''), events: [...parts.map((content) => chunk({ content })), chunk({}, 'stop')] })

tryRows([
  ['json_schema.supported-or-4xx', 'kept', 'obeys', always('{"quixotic_answer":"Paris"}'), 'obeys it'],
  ['json_schema.supported-or-4xx', 'kept', 'refuses by name', () => fails(400, 'no json_schema'), 'refuses it'],
  ['json_schema.supported-or-4xx', 'broken', 'refuses silently', refusesAll, 'without naming it'],
  ['json_schema.supported-or-4xx', 'broken', 'drops it', always('Paris'), 'accepted a schema and answered without'],
  ['json_schema.supported-or-4xx', 'broken', 'degrades', always('{"capital":"Paris"}'), 'answered without it'],
  ['json_schema.valid', 'kept', 'fits', always(order)],
  ['json_schema.valid', 'broken', 'misses a key', always('{"customer":"Ada"}'), '$.delivery is missing'],
  ['json_schema.valid', 'broken', 'sends text', always('Noted.'), 'sent text that is no JSON'],
  ['json_schema.valid', 'ignored', 'sends text, as its entry says', always('Noted.'), 'without effect', lack],
  ['json_schema.valid', 'unsupported', 'refuses, as its entry says', refusesAll, 'HTTP 400', lack],
  ['json_schema.valid', 'inconclusive', 'is cut', always('{"cust', cut), 'did not finish with stop'],
  ['json_schema.strict-no-extra', 'kept', 'keeps to the key', always('{"name":"Ada"}')],
  ['json_schema.strict-no-extra', 'broken', 'adds', always('{"name":"Ada","age":36}'), 'added age to a closed schema'],
  ['json_schema.strict-no-extra', 'broken', 'sends another type', always('{"name":1}'), '$.name must be string'],
  ['json_schema.single-document', 'kept', 'sends one', always(order)],
  ['json_schema.single-document', 'broken', 'sends two', always(order + order), 'more than one JSON document'],
  ['json_schema.single-document', 'broken', 'goes on in prose', always(`${order} Done!`), 'prose around'],
  ['json_schema.single-document', 'inconclusive', 'sends text', always('Noted.'), 'no document to be followed'],
  ['json_schema.single-document', 'inconclusive', 'sends another', always('{}'), 'not the one that was asked for'],
  ['json_schema.stream-valid', 'kept', 'streams it', always(order)],
  ['json_schema.stream-valid', 'inconclusive', 'sends it at once', pieces(order), 'came in one piece'],
  ['json_schema.stream-valid', 'broken', 'streams another', always('{"customer":"Ada"}'), '$.delivery is missing'],
])
