import { always, calling, refusesAll, tryRows } from './_rows.test.kit.ts'
import { fails, says, type Asked } from './_try.test.kit.ts'

const invoice = '{"number":"INV-2041","seller":"Acme Ltd","total":149.5,"currency":"EUR"}'
const ticket = { title: 'Checkout returns 500', priority: 'high', labels: ['checkout'] }
const lacking = (...words: readonly ('json_schema' | 'n' | 'seed' | 'stop' | 'logprobs' | 'vision')[]) => ({
  lacks: words.map((capability) => ({ capability, reason: 'No.', source: 'measured', date: '2026-11-22' })),
})
/** Answers only in one form of `response_format`. */
const inForm = (form: string | undefined) => (asked: Asked) =>
  asked.body.response_format?.type === form ? says(asked, invoice) : fails(400, 'wrong form')

tryRows([
  ['gate.json', 'kept', 'fits, asked in words alone', inForm(undefined)],
  ['gate.json', 'kept', 'fits in JSON mode', inForm('json_object'), '', { offers: ['json_object'] }],
  ['gate.json', 'kept', 'fits a schema', inForm('json_schema'), '', { offers: ['json_object', 'json_schema'] }],
  ['gate.json', 'broken', 'sends text', always('Here.'), '0 of 4'],
  ['gate.json', 'broken', 'sends the total as text', always(invoice.replace('149.5', '"149.5"')), '$.total must be'],
  ['gate.json', 'inconclusive', 'is cut', always('{"num', { finish_reason: 'length' }), 'did not finish with stop'],
  ['gate.tool', 'kept', 'calls with fitting arguments', calling(['create_ticket', ticket])],
  ['gate.tool', 'broken', 'answers in text', always('Done.'), 'called no tool'],
  ['gate.tool', 'broken', 'calls twice', calling(['create_ticket', ticket], ['create_ticket', ticket]), 'one call of'],
  ['gate.tool', 'broken', 'calls another', calling(['open_ticket', ticket]), 'called open_ticket'],
  ['gate.tool', 'broken', 'leaves the labels out', calling(['create_ticket', { ...ticket, labels: [] }]), '$.labels'],
  ['gate.tool', 'broken', 'knows no tools', refusesAll, 'refused the request'],
  ['capability.honest', 'kept', 'lacks nothing', always('Hello'), 'nothing that a chat request could probe'],
  ['capability.honest', 'kept', 'refuses', refusesAll, 'refuses json_schema and n', lacking('json_schema', 'n')],
  ['capability.honest', 'broken', 'drops', always('Hello'), 'accepted n and seed without effect', lacking('n', 'seed')],
  [
    'capability.honest',
    'broken',
    'drops one of two',
    (asked) => (asked.body.n === undefined ? says(asked, 'Hello') : refusesAll()),
    'accepted logprobs without effect',
    lacking('n', 'logprobs'),
  ],
  [
    'capability.honest',
    'broken',
    'offers a schema after all',
    always('{"quixotic_answer":"Paris"}'),
    'offers json_schema after all',
    lacking('json_schema'),
  ],
  ['capability.honest', 'broken', 'stops after all', always('one '), 'offers stop after all', lacking('stop')],
  ['capability.honest', 'broken', 'sees after all', always('Black.'), 'offers vision after all', lacking('vision')],
])
