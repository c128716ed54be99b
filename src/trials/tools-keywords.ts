import type { Json } from '../wire/exchange.ts'
import { listed } from '../wire/text.ts'
import { isRefusal, object, tool, user, WHOLE, wordsOf } from './_parts.ts'
import { crash, provoke, refusal } from './_provoke.ts'
import { broken, kept, type Trial } from './trial.ts'

const text = { type: 'string' }

/** One schema for each keyword that a tool's parameters may use. */
const KEYWORDS: Readonly<Record<string, { readonly [key: string]: Json }>> = {
  $ref: { ...object({ item: { $ref: '#/$defs/item' } }), $defs: { item: object({ name: text }) } },
  anyOf: object({ item: { anyOf: [text, { type: 'integer' }] } }),
  'type array': object({ item: { type: ['string', 'null'] } }),
  enum: object({ item: { type: 'string', enum: ['', 'lamp'] } }),
  const: object({ item: { const: 'lamp' } }),
  minItems: object({ item: { type: 'array', items: text, minItems: 1 } }),
  pattern: object({ item: { type: 'string', pattern: '^[a-z]+$' } }),
  format: object({ item: { type: 'string', format: 'date' } }),
  default: object({ item: { type: 'string', default: 'lamp' } }),
  nested: object({ item: object({ inner: object({ innermost: object({ name: text }) }) }) }),
  'no properties': { type: 'object', properties: {} },
}

/** What the parameters of a tool may be written with. */
export const toolsKeywordTrials: readonly Trial[] = [
  {
    id: 'tools.param-schema.keywords',
    level: 'should',
    mode: 'live',
    needs: ['tools'],
    profiles: ['agent', 'strict'],
    ways: WHOLE,
    promise: 'Accepts the usual keywords in the parameters of a tool, or refuses them by name.',
    hint: 'Rewrite the parameters without the keyword for this provider alone.',
    source: 'https://github.com/pydantic/pydantic-ai/issues/3617 ($defs); i-am-bee/beeai-framework#1215 (minItems)',
    blame: 'gateway',
    run: async (ask) => {
      const refused: string[] = []
      const silent: string[] = []
      for (const [keyword, parameters] of Object.entries(KEYWORDS)) {
        const offered = tool('save_item', 'Saves an item.', parameters)
        const reply = await provoke(ask, {
          messages: [user('Use the tool save_item for the item "lamp".')],
          tools: [offered],
        })
        const crashed = crash(reply, `a tool whose parameters use ${keyword}`)
        if (crashed !== undefined) return crashed
        if (!isRefusal(reply)) continue
        refused.push(keyword)
        if (!names(wordsOf(reply), keyword)) silent.push(`${keyword} (${refusal(reply)})`)
      }
      if (silent.length > 0) return broken(`refused ${listed(silent)} without saying that the parameters are why`)
      return kept(refused.length === 0 ? 'accepts all that were tried' : `refuses ${listed(refused)}, by name`)
    },
  },
]

const names = (words: string, keyword: string) =>
  words.toLowerCase().includes(keyword.toLowerCase()) || /schema|parameters|propert/i.test(words)
