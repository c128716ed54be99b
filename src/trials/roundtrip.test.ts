import { always, calling, refusesAll, tryRows } from './_rows.test.kit.ts'
import { calls, fails, says, type Asked } from './_try.test.kit.ts'

const city = ['get_weather', { city: 'Oslo' }] as const
const asks = calling(city)
const asksTwice = calling(city, ['get_weather', { city: 'Lima' }])
const last = (asked: Asked) => asked.body.messages.at(-1)
const turn = (asked: Asked) => asked.body.messages.find((one: { tool_calls?: unknown }) => one.tool_calls !== undefined)
const results = (asked: Asked): string =>
  asked.body.messages
    .filter(({ role }: { role: string }) => role === 'tool')
    .map(({ content }: { content: string }) => content)
    .join(' ')
/** Calls first, and tells what the tool told. */
const tells = (first: (asked: Asked) => ReturnType<typeof says>) => (asked: Asked) =>
  last(asked).role === 'tool' ? says(asked, results(asked)) : first(asked)
const demands = (asked: Asked) =>
  turn(asked) !== undefined && turn(asked).reasoning_content === undefined
    ? fails(400, 'The reasoning_content must be passed back')
    : tells(asks)(asked)
const answersCalls = ({ body: { messages } }: Asked, at: number) => messages.at(at).tool_call_id

tryRows([
  ['roundtrip.basic', 'kept', 'repeats the result', tells(asks)],
  ['roundtrip.basic', 'kept', 'demands the reasoning back', demands],
  ['roundtrip.basic', 'inconclusive', 'never calls', always('Sunny'), 'called no tool'],
  [
    'roundtrip.basic',
    'broken',
    'ignores the result',
    (asked) => (last(asked).role === 'tool' ? says(asked, 'Sunny') : asks(asked)),
    'answered without it',
  ],
  [
    'roundtrip.basic',
    'broken',
    'refuses the result',
    (asked) => (last(asked).role === 'tool' ? refusesAll() : asks(asked)),
    'refused the request',
  ],
  [
    'roundtrip.basic',
    'kept',
    'looks at the id of the call',
    (asked) =>
      last(asked).role === 'tool' && answersCalls(asked, -1) === turn(asked).tool_calls[0].id
        ? says(asked, results(asked))
        : asks(asked),
  ],
  ['roundtrip.parallel-results', 'kept', 'repeats both', tells(asksTwice)],
  ['roundtrip.parallel-results', 'inconclusive', 'calls once', tells(asks), 'no two calls at once'],
  [
    'roundtrip.parallel-results',
    'broken',
    'reads the last alone',
    (asked) => (last(asked).role === 'tool' ? says(asked, last(asked).content) : asksTwice(asked)),
    'answered without it',
  ],
  [
    'roundtrip.parallel-results',
    'broken',
    'wants the order of the calls',
    (asked) => {
      if (last(asked).role !== 'tool') return asksTwice(asked)
      return answersCalls(asked, -1) === 'call_2' ? says(asked, results(asked)) : refusesAll()
    },
    'refused the request',
  ],
  ['roundtrip.error-result', 'kept', 'says so', always('The service is down.')],
  ['roundtrip.error-result', 'kept', 'tries again', asks],
  ['roundtrip.error-result', 'broken', 'says nothing', always(' '), 'said nothing after'],
  ['roundtrip.agent-loop-terminates', 'kept', 'answers in turn 2', tells(asks), 'answered in turn 2'],
  ['roundtrip.agent-loop-terminates', 'inconclusive', 'never calls', always('Sunny'), 'called no tool'],
  ['roundtrip.agent-loop-terminates', 'broken', 'repeats its call', asks, 'made the same call again'],
  [
    'roundtrip.agent-loop-terminates',
    'broken',
    'never stops',
    (asked) => calls(asked, ['get_weather', { city: `${asked.body.messages.length}` }]),
    'was still calling tools after 4 turns',
  ],
  [
    'roundtrip.agent-loop-terminates',
    'kept',
    'is required to call in the first turn alone',
    (asked) => (asked.body.tool_choice === 'required' ? asks(asked) : tells(always('Sunny'))(asked)),
    'answered in turn 2',
    { offers: ['forced_tools'] },
  ],
  [
    'roundtrip.agent-loop-terminates',
    'kept',
    'refuses to be required',
    (asked) => (asked.body.tool_choice === 'required' ? refusesAll() : tells(asks)(asked)),
    'answered in turn 2',
    { offers: ['forced_tools'] },
  ],
  ['roundtrip.large-result', 'kept', 'reads it whole', tells(asks)],
  [
    'roundtrip.large-result',
    'broken',
    'reads its beginning',
    (asked) => says(asked, results(asked).slice(0, 4000)),
    'answered without it',
  ],
])
