import { counted, inCode } from '../wire/text.ts'
import { filled, isRecord, list, num, position } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { at, byIndex, chunksOf, isChatStream, spotsIn, type Chunk, type Spot } from './_stream.ts'
import type { Breach, Check, Contract } from './contract.ts'

const wire = { mode: 'wire', needs: ['stream'], blame: 'wire format' } as const
const chunkObject = 'OpenAI API reference, the chat completion chunk object'

const hasChunks = (reply: Reply): boolean => isChatStream(reply) && chunksOf(reply).length > 0
const deltasOf = (reply: Reply): Spot[] =>
  chunksOf(reply)
    .flatMap(({ json, event }) => spotsIn(json, event))
    .filter(({ choice }) => isRecord(choice.delta))
const hasDeltas = (reply: Reply): boolean => isChatStream(reply) && deltasOf(reply).length > 0
const repeats = (key: string) => (reply: Reply) =>
  isChatStream(reply) && chunksOf(reply).filter(({ json }) => json[key] !== undefined).length > 1

/** The chunks of a chat stream and the deltas in them. */
export const streamChunkContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'stream.chunk.object',
    level: 'should',
    promise: 'Names every chunk an object "chat.completion.chunk".',
    hint: 'Do not dispatch on object in your client: tell chunks by their choices.',
    source: `${chunkObject}: object`,
    applies: hasChunks,
    check: (reply) => {
      const bad = chunksOf(reply).filter(({ json }) => json.object !== 'chat.completion.chunk')
      return odd(bad, 'object', (said) => `sent ${counted(bad.length, 'chunk')} ${said}`)
    },
  },
  {
    ...wire,
    id: 'stream.chunk.id-constant',
    level: 'should',
    promise: 'Gives all chunks of one answer the same id, which is not empty.',
    hint: 'Do not join chunks by id in your client; keep the first id that is not empty.',
    source: `${chunkObject}: id ("each chunk has the same ID")`,
    applies: hasChunks,
    check: (reply) => {
      const bad = chunksOf(reply).filter(({ json }) => filled(json.id) === undefined)
      return odd(bad, 'id', (said) => `sent ${counted(bad.length, 'chunk')} ${said}`) ?? varies('id')(reply)
    },
  },
  {
    ...wire,
    id: 'stream.chunk.created-constant',
    level: 'may',
    promise: 'Gives all chunks of one answer the same created time.',
    hint: 'Take the time of the first chunk.',
    source: `${chunkObject}: created ("each chunk has the same timestamp")`,
    applies: repeats('created'),
    check: varies('created'),
  },
  {
    ...wire,
    id: 'stream.chunk.model-constant',
    level: 'may',
    promise: 'Names the same model in all chunks of one answer.',
    hint: 'Take the last model that is not empty.',
    source: `${chunkObject}: model`,
    applies: repeats('model'),
    check: varies('model'),
  },
  {
    ...wire,
    id: 'stream.chunk.choices-array',
    level: 'must',
    promise: 'Has an array of choices, maybe empty, in every chunk that is no error.',
    hint: 'Ask the provider to send choices: [] where a chunk has none; official clients read choices[0] unguarded.',
    source: `${chunkObject}: choices; measured: every recorded chunk but errors keeps it`,
    applies: hasChunks,
    check: (reply) => {
      const bad = chunksOf(reply).filter(({ json }) => !Array.isArray(json.choices))
      return odd(bad, 'choices', (said) => `sent ${counted(bad.length, 'chunk')} ${said} instead of an array`)
    },
  },
  {
    ...wire,
    id: 'stream.delta.role-first',
    level: 'should',
    promise: 'Gives the first delta of each choice the role "assistant".',
    hint: 'Take the role as "assistant" where none comes.',
    source: `${chunkObject}: delta.role`,
    applies: (reply) => hasDeltas(reply) && reply.stream?.malformed.length === 0,
    check: (reply) => {
      const bad = byIndex(deltasOf(reply)).find(([first]) => first?.said.role !== 'assistant')?.[0]
      if (bad === undefined) return undefined
      return { says: `began choice ${bad.index} ${as('role', bad.said.role)}`, ...at(bad, '.delta.role') }
    },
  },
  {
    ...wire,
    id: 'stream.delta.role-once',
    level: 'may',
    promise: 'Gives the role of each choice once.',
    hint: 'Do not begin a new message at each role in your client.',
    source: `${chunkObject}: delta.role, as OpenAI sends it; measured: about half of the providers repeat it`,
    applies: hasDeltas,
    check: (reply) => {
      const roles = byIndex(deltasOf(reply)).map((spots) => spots.filter(({ said }) => filled(said.role)))
      const [, second, ...more] = roles.find(({ length }) => length > 1) ?? []
      if (second === undefined) return undefined
      return { says: `gave the role of choice ${second.index} ${more.length + 2} times`, ...at(second, '.delta.role') }
    },
  },
  {
    ...wire,
    id: 'stream.delta.role-not-empty',
    level: 'should',
    promise: 'Never gives an empty role.',
    hint: 'Ignore an empty role in your client: some validate it against the known roles and fail.',
    source: `${chunkObject}: delta.role (an enumeration); measured: all of 1,139 recorded streams keep it`,
    applies: hasDeltas,
    check: (reply) => {
      const bad = deltasOf(reply).find(({ said }) => said.role === '')
      return bad && { says: `gave choice ${bad.index} the role ""`, ...at(bad, '.delta.role') }
    },
  },
  {
    ...wire,
    id: 'stream.delta.content-type',
    level: 'must',
    promise: 'Sends the content of a delta as a string or null, or leaves it out.',
    hint: 'Join the text parts yourself, or ask for an answer without reasoning parts.',
    source: `${chunkObject}: delta.content (string or null)`,
    applies: hasDeltas,
    check: (reply) => {
      const bad = deltasOf(reply).find(
        ({ said: { content = null } }) => content !== null && typeof content !== 'string',
      )
      return bad && { says: `sent content as ${kind(bad.said.content)}`, ...at(bad, '.delta.content') }
    },
  },
  {
    ...wire,
    id: 'stream.n.by-index',
    level: 'should',
    needs: ['n'],
    promise: 'Marks each choice of several with its own index.',
    hint: 'Send one request for each choice instead of n.',
    source: `${chunkObject}: choices[].index`,
    applies: (reply) => hasDeltas(reply) && askedChoices(reply) > 1,
    check: (reply) => mixed(reply, askedChoices(reply)),
  },
]

const askedChoices = ({ asked }: Reply): number => num(asked?.body.n) ?? 1

function mixed(reply: Reply, n: number): Breach | undefined {
  const spots = deltasOf(reply)
  const stray = spots.find(({ choice }) => (position(choice.index) ?? n) >= n)
  if (stray)
    return { says: `sent a choice ${as('index', stray.choice.index)}, of ${n} asked for`, ...at(stray, '.index') }
  const groups = byIndex(spots)
  // Fewer choices than asked for is another promise; several that end under one index are joined.
  const ends =
    groups.length >= n ? [] : groups.map((group) => group.filter(({ choice }) => filled(choice.finish_reason)))
  const joined = ends.find(({ length }) => length >= n)?.[1]
  if (joined) return { says: `sent ${n} choices under the one index ${joined.index}`, ...at(joined, '.index') }
  const seen = new Set<string>()
  const twice = spots.find(({ event, index }) => seen.size === seen.add(`${event} ${index}`).size)
  return twice && { says: `sent two choices of index ${twice.index} in one chunk`, ...at(twice, '.index') }
}

const as = (key: string, value: Json | undefined): string =>
  value === undefined ? `without ${key}` : `with ${key} ${inCode(value, 40)}`

const kind = (value: Json | undefined): string =>
  Array.isArray(value) ? `an array of ${list(value).length}` : isRecord(value) ? 'an object' : inCode(value, 40)

function odd([first]: readonly Chunk[], key: string, says: (as: string) => string): Breach | undefined {
  return first && { says: says(as(key, first.json[key])), path: `$.${key}`, event: first.event }
}

function varies(key: string): Check {
  return (reply) => {
    const [first, ...rest] = chunksOf(reply).filter(({ json }) => json[key] !== undefined)
    const other = rest.find(({ json }) => json[key] !== first?.json[key])
    if (first === undefined || other === undefined) return undefined
    const says = `changed ${key} in its stream from ${inCode(first.json[key], 40)} to ${inCode(other.json[key], 40)}`
    return { says, path: `$.${key}`, event: other.event }
  }
}
