import { always, calling, fallsOver, inTurn, refusesAll, tryRows } from './_rows.test.kit.ts'
import { fails, says, type Asked } from './_try.test.kit.ts'

const idOf = (asked: Asked): string => asked.body.messages[1].tool_calls[0].id
const argsOf = (asked: Asked): string => asked.body.messages[1].tool_calls[0].function.arguments
const told = ({ body }: Asked): string => {
  const { content } = body.messages[2]
  return typeof content === 'string' ? content : content.map(({ text }: { text: string }) => text).join('')
}
const sunny = always('Sunny')
const needsReasoning = (asked: Asked) =>
  asked.body.messages[1].reasoning_content === undefined
    ? fails(400, 'The reasoning_content must be passed back')
    : says(asked, 'Sunny')

tryRows([
  ['roundtrip.foreign-ids', 'kept', 'accepts them', sunny, 'accepts all 4 forms'],
  ['roundtrip.foreign-ids', 'kept', 'demands the reasoning back', needsReasoning, 'accepts all 4 forms'],
  [
    'roundtrip.foreign-ids',
    'kept',
    'refuses some',
    (asked) => (/^[\w-]+$/.test(idOf(asked)) ? says(asked, 'Sunny') : refusesAll()),
    'refuses functions.x:0',
  ],
  [
    'roundtrip.foreign-ids',
    'broken',
    'breaks over one',
    (asked) => (idOf(asked).startsWith('toolu') ? fallsOver() : says(asked, 'Sunny')),
    'HTTP 500 to a history with an id of the form toolu',
  ],
  ['roundtrip.foreign-ids', 'broken', 'sends no choice', () => ({ body: { choices: [] } }), 'without a choice'],
  ['roundtrip.content-shapes', 'kept', 'reads both', (asked) => says(asked, told(asked))],
  [
    'roundtrip.content-shapes',
    'broken',
    'refuses the list',
    (asked) => (typeof asked.body.messages[2].content === 'string' ? says(asked, told(asked)) : refusesAll()),
    'refused a tool result that is a list',
  ],
  [
    'roundtrip.content-shapes',
    'broken',
    'breaks over the list',
    (asked) => (typeof asked.body.messages[2].content === 'string' ? says(asked, told(asked)) : fallsOver()),
    'HTTP 500 to a tool result that is a list',
  ],
  [
    'roundtrip.content-shapes',
    'broken',
    'does not see the list',
    (asked) => says(asked, typeof asked.body.messages[2].content === 'string' ? told(asked) : 'Nothing.'),
    'did not see a tool result that is a list',
  ],
  ['roundtrip.orphan-call', 'kept', 'answers', always('Hello'), 'answers all the same'],
  [
    'roundtrip.orphan-call',
    'kept',
    'refuses it',
    () => fails(400, 'must be followed by'),
    'HTTP 400: must be followed',
  ],
  ['roundtrip.orphan-call', 'broken', 'breaks over it', fallsOver, 'HTTP 500 to a call without a result'],
  ['roundtrip.orphan-call', 'broken', 'sends no choice', () => ({ body: { choices: [] } }), 'with no choice'],
  ['roundtrip.unknown-tool-call-id', 'kept', 'refuses it', refusesAll],
  ['roundtrip.unknown-tool-call-id', 'broken', 'accepts it', sunny, 'accepted a tool result of an unknown id'],
  ['roundtrip.unknown-tool-call-id', 'broken', 'breaks over it', fallsOver, 'HTTP 500'],
  [
    'roundtrip.unknown-tool-call-id',
    'broken',
    'accepts a result without an id',
    inTurn(refusesAll, sunny),
    'accepted a tool result without an id',
  ],
  ['roundtrip.empty-args-history', 'kept', 'accepts both', sunny],
  [
    'roundtrip.empty-args-history',
    'broken',
    'refuses the empty text',
    (asked) => (argsOf(asked) === '' ? refusesAll() : says(asked, 'Sunny')),
    'refused a history with the arguments ""',
  ],
  [
    'roundtrip.empty-args-history',
    'broken',
    'breaks over the empty object',
    (asked) => (argsOf(asked) === '{}' ? fallsOver() : says(asked, 'Sunny')),
    'HTTP 500 to a history with the arguments "{}"',
  ],
  ['roundtrip.poisoned-args-history', 'kept', 'names them', () => fails(400, 'Invalid JSON in function.arguments')],
  ['roundtrip.poisoned-args-history', 'broken', 'refuses silently', refusesAll, 'without naming them'],
  ['roundtrip.poisoned-args-history', 'broken', 'accepts them', sunny, 'accepted arguments in the history'],
  ['roundtrip.poisoned-args-history', 'broken', 'breaks over them', fallsOver, 'HTTP 500 to arguments'],
  ['roundtrip.no-tools-second-turn', 'kept', 'answers', sunny],
  ['roundtrip.no-tools-second-turn', 'broken', 'refuses it', refusesAll, 'refused the request'],
  ['roundtrip.no-tools-second-turn', 'broken', 'says nothing', always(''), 'said nothing once'],
  [
    'roundtrip.no-tools-second-turn',
    'broken',
    'is sent no tools, and calls one',
    (asked) => (asked.body.tools === undefined ? calling(['get_weather', {}])(asked) : says(asked, 'Sunny')),
    'said nothing once',
  ],
])
