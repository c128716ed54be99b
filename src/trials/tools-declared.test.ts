import { always, calling, fallsOver, inTurn, refusesAll, tryRows } from './_rows.test.kit.ts'
import { calls, fails, says, type Asked } from './_try.test.kit.ts'

const named = (asked: Asked): string => asked.body.tools[0].function.name
const isBad = (asked: Asked) => !/^[\w-]{1,64}$/.test(named(asked))
const weather = calling(['get_weather', { city: 'Oslo' }])
const both = { offers: ['json_object'] } as const
const schema = { offers: ['json_schema', 'json_object'] } as const
const wantsJson = (asked: Asked) => asked.said.includes('as JSON')
const uses = (asked: Asked, word: string) => JSON.stringify(asked.body.tools).includes(word)

tryRows([
  ['tools.empty-array', 'kept', 'accepts it', always('Hello'), 'accepts tools: []'],
  ['tools.empty-array', 'kept', 'refuses it', () => fails(400, '[] is too short'), 'HTTP 400: [] is too short'],
  ['tools.empty-array', 'broken', 'breaks over it', fallsOver, 'answered HTTP 500 to tools: []'],
  [
    'tools.name.charset',
    'kept',
    'takes good names and refuses a bad one',
    (asked) => (isBad(asked) ? refusesAll() : calls(asked, [named(asked), { city: 'Oslo' }])),
  ],
  ['tools.name.charset', 'broken', 'refuses good names', refusesAll, 'refused the tool name get_weather-2'],
  ['tools.name.charset', 'broken', 'breaks over a name', fallsOver, 'to the tool name get_weather-2'],
  [
    'tools.name.charset',
    'broken',
    'renames',
    (asked) => calls(asked, [named(asked).replaceAll('-', '_'), {}]),
    'renamed get_weather-2 to get_weather_2',
  ],
  [
    'tools.name.charset',
    'broken',
    'cuts a long name',
    (asked) => calls(asked, [named(asked).slice(0, 32), {}]),
    'renamed get_weather_of_a_city',
  ],
  [
    'tools.name.charset',
    'broken',
    'takes any name',
    (asked) => calls(asked, [named(asked), {}]),
    'accepted the tool name "get weather!"',
  ],
  ['tools.duplicate-names', 'kept', 'refuses them', refusesAll],
  ['tools.duplicate-names', 'broken', 'takes them', weather, 'accepted two tools of one name'],
  ['tools.duplicate-names', 'broken', 'breaks over them', fallsOver, 'HTTP 500'],
  ['tools.with-response-format', 'inconclusive', 'offers no format', weather, 'no response_format is known'],
  [
    'tools.with-response-format',
    'kept',
    'honours both',
    (asked) =>
      wantsJson(asked) && asked.body.response_format.type === 'json_object'
        ? says(asked, '{"capital": "Paris"}')
        : weather(asked),
    '',
    both,
  ],
  [
    'tools.with-response-format',
    'kept',
    'honours both, with a schema',
    (asked) =>
      wantsJson(asked) && asked.body.response_format.type === 'json_schema'
        ? says(asked, '{"capital": "Paris"}')
        : weather(asked),
    '',
    schema,
  ],
  ['tools.with-response-format', 'kept', 'refuses both', refusesAll, 'refuses both together', both],
  ['tools.with-response-format', 'kept', 'refuses both at last', inTurn(weather, refusesAll), 'refuses both', both],
  ['tools.with-response-format', 'broken', 'never calls', always('{}'), 'called no tool beside', both],
  ['tools.with-response-format', 'inconclusive', 'always calls', weather, 'where JSON was asked for', both],
  [
    'tools.with-response-format',
    'broken',
    'drops the format',
    (asked) => (wantsJson(asked) ? says(asked, 'Paris') : weather(asked)),
    'sent text that is no JSON beside tools',
    both,
  ],
  ['tools.param-schema.keywords', 'kept', 'accepts all', always('Saved.'), 'accepts all'],
  [
    'tools.param-schema.keywords',
    'kept',
    'refuses one by name',
    (asked) => (uses(asked, 'minItems') ? fails(400, 'minItems is not permitted') : says(asked, 'Saved.')),
    'refuses minItems, by name',
  ],
  [
    'tools.param-schema.keywords',
    'kept',
    'refuses one as a schema',
    (asked) => (uses(asked, '$defs') ? fails(400, 'Invalid schema') : says(asked, 'Saved.')),
    'refuses $ref, by name',
  ],
  [
    'tools.param-schema.keywords',
    'broken',
    'refuses one silently',
    (asked) => (uses(asked, 'const') ? refusesAll() : says(asked, 'Saved.')),
    'refused const (HTTP 400: Bad request',
  ],
  [
    'tools.param-schema.keywords',
    'broken',
    'breaks over one',
    (asked) => (uses(asked, 'pattern') ? fallsOver() : says(asked, 'Saved.')),
    'to a tool whose parameters use pattern',
  ],
])
