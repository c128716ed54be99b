import { always, calling, fallsOver, inTurn, refusesAll, tryRows } from './_rows.test.kit.ts'
import { calls, fails, says, type Asked } from './_try.test.kit.ts'

const weather = calling(['get_weather', { city: 'Oslo' }])
const called = [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }]
const forced = (asked: Asked) =>
  asked.body.tool_choice !== undefined && !['auto', 'none'].includes(asked.body.tool_choice)
const thought = { reasoning_content: 'Let me think.' }
const thinks = (asked: Asked, text: string | null, more = {}) => says(asked, text, { ...thought, ...more })
const thinksAndCalls = (asked: Asked) => thinks(asked, null, { tool_calls: called, finish_reason: 'tool_calls' })
/** What OpenAI does with each choice. */
const obeys = (asked: Asked) => {
  if (forced(asked)) return weather(asked)
  return asked.body.tool_choice === 'none' ? says(asked, 'No.') : weather(asked)
}

tryRows([
  ['tool_choice.auto', 'kept', 'calls', weather],
  ['tool_choice.auto', 'kept', 'answers in text', always('It is sunny.')],
  ['tool_choice.auto', 'inconclusive', 'is cut', always('It', { finish_reason: 'length' }), 'cut by its limit'],
  [
    'tool_choice.auto',
    'broken',
    'calls and finishes with stop',
    (asked) => says(asked, null, { tool_calls: called }),
    'called a tool and finished with stop',
  ],
  [
    'tool_choice.auto',
    'broken',
    'finishes with tool_calls without a call',
    always('Hm', { finish_reason: 'tool_calls' }),
    'called no tool and finished with tool_calls',
  ],
  ['tool_choice.auto', 'broken', 'says nothing', always(''), 'nor said anything'],
  ['tool_choice.none', 'kept', 'answers in text', always('It is sunny.')],
  ['tool_choice.none', 'broken', 'calls', weather, 'although tool_choice was none'],
  ['tool_choice.none', 'broken', 'finishes oddly', always('x', { finish_reason: 'tool_calls' }), 'stop was due'],
  ['tool_choice.none', 'inconclusive', 'is cut', always('It', { finish_reason: 'length' }), 'cut by its limit'],
  [
    'tool_choice.none',
    'broken',
    'says nothing',
    (asked) => says(asked, null),
    'said nothing at all',
    { ways: ['whole'] },
  ],
  ['tool_choice.required', 'kept', 'calls', weather],
  ['tool_choice.required', 'broken', 'answers in text', always('Hello'), 'where a call was required'],
  ['tool_choice.named', 'kept', 'calls that one', calling(['get_capital', { country: 'Norway' }])],
  ['tool_choice.named', 'broken', 'calls the other', weather, 'called get_weather where get_capital alone'],
  [
    'tool_choice.named',
    'broken',
    'calls it twice',
    calling(['get_capital', {}], ['get_capital', {}]),
    'called get_capital and get_capital',
  ],
  ['tool_choice.named', 'broken', 'answers in text', always('Oslo'), 'answered in text where get_capital'],
  ['tool_choice.null', 'kept', 'takes it for left out', weather],
  ['tool_choice.null', 'inconclusive', 'never calls', always('No.'), 'called no tool'],
  ['tool_choice.null', 'broken', 'refuses it', inTurn(weather, refusesAll), 'refused tool_choice null'],
  ['tool_choice.null', 'broken', 'breaks over it', inTurn(weather, fallsOver), 'HTTP 500 to tool_choice null'],
  ['tool_choice.null', 'broken', 'takes it for none', inTurn(weather, always('No.')), 'did not with null'],
  ['tool_choice.honest-fallback', 'kept', 'obeys', obeys],
  [
    'tool_choice.honest-fallback',
    'kept',
    'refuses what it does not honour',
    (asked) => (forced(asked) ? fails(400, 'tool_choice must be auto') : obeys(asked)),
    'refuses required and a named function',
  ],
  [
    'tool_choice.honest-fallback',
    'broken',
    'refuses without naming it',
    (asked) => (forced(asked) ? refusesAll() : obeys(asked)),
    'refused required without naming it',
  ],
  [
    'tool_choice.honest-fallback',
    'broken',
    'takes required for auto',
    (asked) => (asked.body.tool_choice === 'required' ? says(asked, 'Hello') : obeys(asked)),
    'took tool_choice required for auto',
  ],
  [
    'tool_choice.honest-fallback',
    'broken',
    'takes a name for auto',
    (asked) => (typeof asked.body.tool_choice === 'object' ? says(asked, 'Hello') : obeys(asked)),
    'took tool_choice a named function for auto',
  ],
  ['tool_choice.honest-fallback', 'broken', 'takes none for auto', weather, 'took tool_choice none for auto'],
  [
    'tool_choice.honest-fallback',
    'kept',
    'slips once',
    (asked) => (asked.nth === 1 ? says(asked, 'Hello') : obeys(asked)),
  ],
  ['tool_choice.with-thinking', 'kept', 'does both', thinksAndCalls],
  ['tool_choice.with-thinking', 'inconclusive', 'never thinks', weather, 'no answer shows that the model thinks'],
  ['tool_choice.with-thinking', 'inconclusive', 'refuses tools', refusesAll, 'no answer shows that the model thinks'],
  [
    'tool_choice.with-thinking',
    'kept',
    'refuses the two together, and knows no reasoning_effort',
    (asked) => {
      if (asked.body.reasoning_effort !== undefined) return fails(400, 'unknown field reasoning_effort')
      return forced(asked) ? fails(400, 'Thinking mode does not support this') : thinksAndCalls(asked)
    },
    'refuses the two together',
  ],
  [
    'tool_choice.with-thinking',
    'broken',
    'refuses without a reason',
    (asked) => (forced(asked) ? refusesAll() : thinksAndCalls(asked)),
    'without saying why',
  ],
  ['tool_choice.with-thinking', 'broken', 'drops the choice', (asked) => thinks(asked, 'Sunny'), 'dropped the forced'],
  [
    'tool_choice.with-thinking',
    'broken',
    'drops the thinking',
    (asked) => (forced(asked) ? weather(asked) : thinksAndCalls(asked)),
    'dropped the thinking',
  ],
  ['tool_choice.required-no-tools', 'kept', 'refuses it', refusesAll],
  ['tool_choice.required-no-tools', 'broken', 'takes it', always('Hello'), 'accepted tool_choice required without'],
  ['tool_choice.unknown-name', 'kept', 'refuses it', refusesAll],
  ['tool_choice.unknown-name', 'broken', 'takes it', (asked) => calls(asked, ['get_weather', {}]), 'not offered'],
  ['tool_choice.bogus', 'kept', 'refuses it', refusesAll],
  ['tool_choice.bogus', 'broken', 'takes it', always('Hello'), 'accepted tool_choice "bogus"'],
])
