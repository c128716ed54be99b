import { always, refusesAll, tryRows } from './_rows.test.kit.ts'
import { says, type Asked } from './_try.test.kit.ts'

const order = '{"customer":"Ada","delivery":"courier","items":[{"name":"lamp","count":2}]}'
const thought = { reasoning_content: 'Let me see.' }
const block = (asked: Asked) => /<<<\n(.*)\n>>>/su.exec(asked.said)?.[1] ?? ''
const word = (asked: Asked) => /"(.*)"/.exec(asked.said)?.[1] ?? ''

tryRows([
  ['json_schema.with-thinking', 'kept', 'thinks beside it', always(order, thought)],
  [
    'json_schema.with-thinking',
    'inconclusive',
    'does not think',
    always(order),
    'does not show that the model thought',
  ],
  [
    'json_schema.with-thinking',
    'broken',
    'leaves it in the reasoning',
    always('', { reasoning_content: order }),
    'left its JSON in the reasoning',
  ],
  ['json_schema.with-thinking', 'broken', 'thinks in the content', always(`<think>${order}`, thought), 'prose around'],
  ['json_schema.with-thinking', 'broken', 'refuses it', refusesAll, 'refused the request'],
  ['json_schema.after-tools', 'kept', 'tells it', (asked) => says(asked, `{"weather":"${word(asked)}"}`)],
  ['json_schema.after-tools', 'broken', 'forgets it', always('{"weather":"sunny"}'), 'and left it out'],
  ['json_schema.after-tools', 'broken', 'sends text', (asked) => says(asked, word(asked)), 'text that is no JSON'],
  ['json_schema.after-tools', 'broken', 'refuses it', refusesAll, 'refused the request'],
  ['json_schema.escape-fidelity', 'kept', 'copies it', (asked) => says(asked, JSON.stringify({ copy: block(asked) }))],
  [
    'json_schema.escape-fidelity',
    'broken',
    'eats backslashes',
    (asked) => says(asked, JSON.stringify({ copy: block(asked).replaceAll('\\', '') })),
    'changed a text',
  ],
  ['json_schema.escape-fidelity', 'broken', 'sends it bare', (asked) => says(asked, block(asked)), ''],
])
