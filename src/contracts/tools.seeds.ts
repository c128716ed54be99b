import type { Exchange } from '../wire/exchange.ts'
import type { Seed } from './contract.ts'
import { completion, whole } from './seed.ts'

const tool = (name: string, properties: object = {}) => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties, additionalProperties: false } },
})
const tools = [tool('get_weather', { city: { type: 'string' } }), tool('ping')]

/** A call as OpenAI writes it. */
const call = (more: object = {}, fn: object = {}) => ({
  id: 'call_1',
  type: 'function',
  function: { name: 'get_weather', arguments: '{"city":"Paris"}', ...fn },
  ...more,
})

const answer = (calls: readonly unknown[], ask: object = {}, finish = 'tool_calls', message: object = {}): Exchange =>
  whole(completion({ content: null, tool_calls: calls, ...message }, {}, { finish_reason: finish }), {
    ask: { tools, ...ask },
  })

const clean = answer([call()])
const ping = (text: string) => answer([call({}, { name: 'ping', arguments: text })])
const named = { tool_choice: { type: 'function', function: { name: 'get_weather' } } }

/** The seeded defects of tool calls in whole answers. */
export const toolsSeeds: readonly Seed[] = [
  { contract: 'tools.call.id-nonempty', clean, defect: answer([call({ id: '' })]) },
  {
    contract: 'tools.call.id-unique',
    clean: answer([call(), call({ id: 'call_2' })]),
    defect: answer([call(), call()]),
  },
  { contract: 'tools.call.type', clean, defect: answer([call({ type: undefined })]) },
  { contract: 'tools.call.name-known', clean, defect: answer([call({}, { name: 'get_wether' })]) },
  { contract: 'tools.args.string', clean, defect: answer([call({}, { arguments: { city: 'Paris' } })]) },
  { contract: 'tools.args.json', clean, defect: answer([call({}, { arguments: '{"city":"Par' })]) },
  { contract: 'tools.args.object', clean, defect: answer([call({}, { arguments: '["Paris"]' })]) },
  { contract: 'tools.args.empty-object', clean: ping('{}'), defect: ping(''), also: ['tools.args.json'] },
  {
    contract: 'tools.message.content-null',
    clean,
    defect: answer([call()], {}, 'tool_calls', { content: '' }),
  },
  {
    contract: 'tools.none.omitted',
    clean: whole(completion()),
    defect: whole(completion({ tool_calls: [] })),
  },
  {
    contract: 'tool_choice.required.finish',
    clean: answer([call()], { tool_choice: 'required' }),
    defect: answer([call()], { tool_choice: 'required' }, 'stop'),
  },
  {
    contract: 'tool_choice.named.finish',
    clean: answer([call()], named, 'stop'),
    defect: answer([call()], named, 'tool_call'),
  },
]
