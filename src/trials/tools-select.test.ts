import { always, calling, tryRows } from './_rows.test.kit.ts'
import { calls, says, type Asked } from './_try.test.kit.ts'

const oslo = ['get_weather', { city: 'Oslo' }] as const
const twins = (more: object) => (asked: Asked) => {
  const call = { id: 'same', type: 'function', function: { name: 'get_weather', arguments: '{}' } }
  return says(asked, null, { tool_calls: [call, { ...call, ...more }], finish_reason: 'tool_calls' })
}
const disabled = (asked: Asked) => asked.body.parallel_tool_calls === false

tryRows([
  ['tools.parallel.multiple', 'kept', 'calls twice', calling(oslo, oslo)],
  ['tools.parallel.multiple', 'broken', 'calls once', calling(oslo), 'made one call'],
  ['tools.parallel.multiple', 'broken', 'calls nothing', always('No.'), 'made no call'],
  ['tools.parallel.multiple', 'broken', 'gives both one id', twins({}), 'the same id'],
  [
    'tools.parallel.multiple',
    'broken',
    'gives both one index',
    twins({ id: 'other', index: 0 }),
    'the same index',
    { ways: ['streamed'] },
  ],
  ['tools.parallel.disabled', 'kept', 'obeys', (asked) => calls(asked, ...(disabled(asked) ? [oslo] : [oslo, oslo]))],
  ['tools.parallel.disabled', 'broken', 'calls twice all the same', calling(oslo, oslo), 'made 2 calls although'],
  ['tools.parallel.disabled', 'inconclusive', 'never calls twice', calling(oslo), 'without the parameter either'],
  [
    'tools.parallel.disabled',
    'inconclusive',
    'calls nothing then',
    (asked) => (disabled(asked) ? says(asked, 'No.') : calls(asked, oslo, oslo)),
    'called no tool',
  ],
])
