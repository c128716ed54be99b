import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Answer } from '../wire/types.ts'
import type { Seed } from './contract.ts'
import { chunk, stream } from './seed.ts'
import type { Reader } from './_reread.ts'

const parameters = { type: 'object', properties: { city: { type: 'string' } } }
const tools = [{ type: 'function', function: { name: 'get_weather', parameters } }]

/** The first delta of a call as OpenAI writes it. */
const begin = (index: unknown, more: object = {}, fn: object = {}) => ({
  index,
  id: `call_${String(index)}`,
  type: 'function',
  function: { name: 'get_weather', arguments: '', ...fn },
  ...more,
})
/** A later one. */
const next = (index: unknown, text: unknown, more: object = {}, fn: object = {}) => ({
  index,
  function: { arguments: text, ...fn },
  ...more,
})

const answer = (calls: readonly object[], finish = 'tool_calls'): Exchange =>
  stream(
    [
      chunk({ role: 'assistant', content: null }),
      ...calls.map((call) => chunk({ tool_calls: [call] })),
      chunk({}, finish),
      'data: [DONE]',
    ],
    { ask: { tools } },
  )

const clean = answer([begin(0), next(0, '{"city":'), next(0, '"Paris"}')])
/** The arguments of a call in two deltas. */
const args = (index: unknown, city: string) => [next(index, '{"city":'), next(index, `"${city}"}`)]
const two = answer([begin(0), ...args(0, 'Paris'), begin(1), ...args(1, 'Rome')])
const empty = stream(
  [
    chunk({ role: 'assistant', content: '' }),
    chunk({ content: 'Hi', tool_calls: [] }),
    chunk({}, 'stop'),
    'data: [DONE]',
  ],
  { ask: { tools } },
)

/** The seeded defects of streamed tool calls; those of client contracts lie in the reader, see below. */
export const toolsStreamSeeds: readonly Seed[] = [
  {
    contract: 'tools.stream.index-int',
    clean,
    defect: answer([begin(0), next(0, '{"city":'), next('0', '"Paris"}')]),
  },
  {
    contract: 'tools.stream.index-stable',
    clean: two,
    defect: answer([begin(0), ...args(0, 'Paris'), begin(2), ...args(2, 'Rome')]),
  },
  {
    contract: 'tools.stream.first-delta-complete',
    clean,
    defect: answer([begin(0, { type: undefined }), next(0, '{"city":'), next(0, '"Paris"}')]),
  },
  {
    contract: 'tools.stream.id-not-overwritten',
    clean,
    defect: answer([begin(0), next(0, '{"city":'), next(0, '"Paris"}', { id: 'call_9' })]),
    also: ['tools.stream.index-stable'],
  },
  {
    contract: 'tools.stream.no-empty-string-continuation',
    clean,
    defect: answer([begin(0), next(0, '{"city":'), next(0, '"Paris"}', { id: '' })]),
  },
  {
    contract: 'tools.stream.args-string',
    clean,
    defect: answer([begin(0, {}, { arguments: null }), next(0, '{"city":'), next(0, '"Paris"}')]),
  },
  {
    contract: 'tools.stream.args-concat-json',
    clean,
    defect: answer([begin(0), next(0, '{"city":'), next(0, '"Par')]),
  },
  {
    contract: 'tools.stream.args-incremental',
    clean,
    defect: answer([begin(0, {}, { arguments: '{"city":"Paris"}' })]),
  },
  {
    contract: 'tools.stream.finish-tool-calls',
    clean,
    defect: answer([begin(0), next(0, '{"city":'), next(0, '"Paris"}')], 'stop'),
  },
  {
    contract: 'tools.stream.parallel-distinct',
    clean: two,
    defect: answer([begin(0), ...args(0, 'Paris'), begin(0, { id: 'call_1' }), ...args(0, 'Rome')]),
    also: ['tools.stream.index-stable'],
  },
  { contract: 'tools.stream.empty-array-delta', clean: empty, defect: empty },
  { contract: 'tools.stream.no-early-execution', clean, defect: clean },
  { contract: 'tools.stream.split-name', clean, defect: clean },
]

const misread =
  (change: (answer: Answer, exchange: Exchange) => Answer): Reader =>
  (exchange) => {
    const reply = readReply(exchange)
    return { ...reply, answers: reply.answers.map((answer) => change(answer, exchange)) }
  }

const textOf = ({ response }: Exchange) => response.pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join('')
const hasEmpty = (exchange: Exchange) => textOf(exchange).includes('"tool_calls":[]')

/** Readers with a fault that a client contract is there to find: its seed's defect is the clean bytes read by one. */
export const toolsStreamWrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  'tools.stream.empty-array-delta': {
    'takes every tool_calls for a call': misread((answer, exchange) => {
      const toolCalls = [...answer.toolCalls, { index: 0, id: undefined, name: '', arguments: '' }]
      return hasEmpty(exchange) ? { ...answer, toolCalls } : answer
    }),
    'drops the text beside it': misread((answer, exchange) =>
      hasEmpty(exchange) ? { ...answer, text: undefined } : answer,
    ),
  },
  'tools.stream.no-early-execution': {
    'takes arguments that can be parsed for finished ones': misread((answer) =>
      answer.toolCalls.some(({ arguments: text }) => text.endsWith('}'))
        ? { ...answer, finishReasons: ['tool_calls'] }
        : answer,
    ),
  },
  'tools.stream.split-name': {
    'lets the last part of a name overwrite the first': misread((answer, exchange) => {
      const name = [...textOf(exchange).matchAll(/"name":"(\w+)"/g)].at(-1)?.[1] ?? ''
      return { ...answer, toolCalls: answer.toolCalls.map((call) => ({ ...call, name })) }
    }),
    'keeps the first part alone': misread((answer, exchange) => {
      const name = /"name":"(\w+)"/.exec(textOf(exchange))?.[1] ?? ''
      return { ...answer, toolCalls: answer.toolCalls.map((call) => ({ ...call, name })) }
    }),
  },
}
