import { always, calling, refusesAll, tryRows } from './_rows.test.kit.ts'
import { says, type Asked } from './_try.test.kit.ts'

const asks = calling(['get_weather', { city: 'Oslo' }])
const last = (asked: Asked) => asked.body.messages.at(-1)
const turn = (asked: Asked) => asked.body.messages.find((one: { tool_calls?: unknown }) => one.tool_calls !== undefined)
const thought = { reasoning_content: 'Let me see.' }
const made = [{ id: 'a', type: 'function', function: { name: 'get_weather', arguments: '{}' } }]
const thinks = (asked: Asked, more: object = thought) =>
  says(asked, null, { ...more, tool_calls: made, finish_reason: 'tool_calls' })
/** Thinks and calls; `follows` judges the turn that is sent back. */
const policy =
  (refuses: (said: Record<string, unknown>) => boolean, more: object = thought) =>
  (asked: Asked) => {
    if (last(asked).role !== 'tool') return thinks(asked, more)
    return refuses(turn(asked)) ? refusesAll() : says(asked, 'Sunny')
  }
const without = (said: Record<string, unknown>) => said['reasoning_content'] === undefined

tryRows([
  ['roundtrip.reasoning-policy', 'kept', 'does not care', policy(() => false), 'reasoning_content may be sent back'],
  ['roundtrip.reasoning-policy', 'broken', 'demands it', policy(without), 'sending it back is required'],
  [
    'roundtrip.reasoning-policy',
    'broken',
    'forbids it',
    policy((said) => !without(said)),
    'with its own reasoning_content: it is forbidden',
  ],
  [
    'roundtrip.reasoning-policy',
    'broken',
    'calls it reasoning, and forbids the usual name',
    policy((said) => !without(said), { reasoning: 'Let me see.' }),
    'with reasoning_content: it is forbidden',
  ],
  ['roundtrip.reasoning-policy', 'broken', 'refuses both', policy(() => true), 'refused the request'],
  ['roundtrip.reasoning-policy', 'broken', 'refuses the question', refusesAll, 'refused the request'],
  ['roundtrip.reasoning-policy', 'inconclusive', 'shows no thought', asks, 'shows no reasoning text'],
  ['roundtrip.reasoning-policy', 'inconclusive', 'never calls', always('Sunny', thought), 'called no tool'],
  [
    'roundtrip.reasoning-policy',
    'gap',
    'demands it, as its entry says',
    policy(without),
    'Must go back.',
    {
      gaps: [
        { contract: 'roundtrip.reasoning-policy', reason: 'Must go back.', source: 'measured', date: '2026-11-22' },
      ],
    },
  ],
])
