import { always, calling, tryRows } from './_rows.test.kit.ts'
import { calls, says, type Asked } from './_try.test.kit.ts'

const ticket = { title: 'Checkout returns 500', priority: 'high', labels: ['checkout'] }
const record = { payload: '[1, 2, 3]', filter: { field: 'colour' }, tags: ['red'] }

const strict = {
  title: { title: 'Broken lamp', floor: 3, urgency: 'high' },
  place: { place: { city: 'Oslo' }, comment: null },
  people: { people: [{ name: 'Ada' }] },
  price: { price: { amount: 12.5, currency: 'EUR' } },
  answer: { answer: { number: 7 } },
}
const submits = (asked: Asked) => {
  const [first] = Object.keys(asked.body.tools[0].function.parameters.properties)
  return calls(asked, ['submit', strict[first as keyof typeof strict]])
}
const noted = (asked: Asked, change: (text: string) => string) =>
  calls(asked, ['save_note', { note: { text: change(/<<<\n(.*)\n>>>/su.exec(asked.said)?.[1] ?? '') } }])
const weather = calling(['get_weather', { city: 'Oslo' }])

tryRows([
  ['tools.call.forced', 'kept', 'calls', weather],
  ['tools.call.forced', 'broken', 'answers in text', always('It is sunny.'), 'called none ["It is sunny."]'],
  ['tools.args.schema-valid', 'kept', 'sends what was declared', calling(['create_ticket', ticket])],
  [
    'tools.args.schema-valid',
    'broken',
    'makes up a priority',
    calling(['create_ticket', { ...ticket, priority: 'urgent' }]),
    '$.priority must be one of "low", "normal", "high", was "urgent"',
  ],
  [
    'tools.args.schema-valid',
    'broken',
    'breaks its arguments off',
    calling(['create_ticket', '{"title": "Che']),
    'sent JSON that breaks off',
  ],
  ['tools.args.schema-valid', 'inconclusive', 'calls nothing', always('No.'), 'called no tool and finished with stop'],
  [
    'tools.args.schema-valid',
    'inconclusive',
    'calls a stranger',
    calling(['other', {}]),
    'other, which is not offered',
  ],
  ['tools.args.strict-always-valid', 'kept', 'fits every schema', submits],
  ['tools.args.strict-always-valid', 'broken', 'sends nothing', calling(['submit', {}]), '$.title is missing'],
  [
    'tools.args.strict-always-valid',
    'inconclusive',
    'calls for one schema alone',
    (asked) => (asked.said.includes('Broken lamp') ? submits(asked) : says(asked, 'No.')),
    'for 1 of 5 schemas',
  ],
  ['tools.args.no-double-encoding', 'kept', 'keeps every type', calling(['save_record', record])],
  [
    'tools.args.no-double-encoding',
    'broken',
    'encodes the object twice',
    calling(['save_record', { ...record, filter: '{"field":"colour"}' }]),
    'sent an object as a string',
  ],
  [
    'tools.args.no-double-encoding',
    'broken',
    'encodes the list twice',
    calling(['save_record', { ...record, tags: '["red"]' }]),
    'sent a list as a string',
  ],
  [
    'tools.args.no-double-encoding',
    'broken',
    'parses the text',
    calling(['save_record', { ...record, payload: [1, 2, 3] }]),
    'parsed a text',
  ],
  [
    'tools.args.no-double-encoding',
    'inconclusive',
    'leaves an argument out',
    calling(['save_record', { payload: '[1, 2, 3]', filter: { field: 'colour' } }]),
    'left an argument out',
  ],
  ['tools.args.no-double-encoding', 'broken', 'sends a list', calling(['save_record', []]), 'that are no object'],
  ['tools.args.no-double-encoding', 'broken', 'sends no JSON', calling(['save_record', 'red']), 'that are no JSON'],
  [
    'tools.args.no-double-encoding',
    'inconclusive',
    'calls a stranger',
    calling(['other', {}]),
    'in place of save_record',
  ],
  ['tools.args.unicode-exact', 'kept', 'keeps the text', (asked) => noted(asked, (text) => text)],
  [
    'tools.args.unicode-exact',
    'broken',
    'drops the joiner of an emoji',
    (asked) => noted(asked, (text) => text.replaceAll('\u200d', '')),
    'another text',
  ],
  ['tools.args.unicode-exact', 'broken', 'leaves the text out', calling(['save_note', {}]), 'another text'],
  ['tools.args.unicode-exact', 'inconclusive', 'calls nothing', always('No.'), 'called no tool'],
  ['tools.message.no-text-call-leak', 'kept', 'calls', weather],
  [
    'tools.message.no-text-call-leak',
    'broken',
    'writes the call as XML',
    always('Sure. <tool_call>{"name": "get_weather"}'),
    'wrote a tool call into the text',
  ],
  [
    'tools.message.no-text-call-leak',
    'broken',
    'calls and writes the call as JSON too',
    (asked) => {
      const made = [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }]
      return says(asked, '{"arguments": {"city": "Oslo"}}', { tool_calls: made, finish_reason: 'tool_calls' })
    },
  ],
  ['tools.message.no-text-call-leak', 'inconclusive', 'answers in text', always('It is sunny.'), 'called no tool'],
  ['tools.select.one-of-many', 'kept', 'picks the one', calling(['create_ticket', ticket])],
  ['tools.select.one-of-many', 'broken', 'picks another', calling(['get_weather', {}]), 'called get_weather where'],
  ['tools.select.one-of-many', 'broken', 'picks none', always('Done.'), 'called no tool where'],
  ['tools.irrelevance', 'kept', 'answers in text', always('velmira')],
  ['tools.irrelevance', 'broken', 'calls', weather, 'called get_weather, which'],
  ['tools.stream.parity', 'kept', 'does the same', calling(['create_ticket', ticket])],
  ['tools.stream.parity', 'inconclusive', 'never calls', always('Done.'), 'no tool in either way'],
  [
    'tools.stream.parity',
    'broken',
    'does not call in a stream',
    (asked) => (asked.body.stream ? says(asked, 'Done.') : calls(asked, ['create_ticket', ticket])),
    'called create_ticket in a whole answer and nothing in a stream',
  ],
  [
    'tools.stream.parity',
    'broken',
    'loses arguments in a stream',
    (asked) => calls(asked, ['create_ticket', asked.body.stream ? {} : ticket]),
    '$.title is missing',
  ],
  [
    'tools.stream.parity',
    'broken',
    'loses arguments in a whole answer',
    (asked) => calls(asked, ['create_ticket', asked.body.stream ? ticket : {}]),
    '$.title is missing',
  ],
  ['tools.stream.parity', 'inconclusive', 'fits in neither way', calling(['create_ticket', {}]), 'in neither way'],
])
