import { isRecord } from '../wire/guards.ts'
import { excerpt, inCode } from '../wire/text.ts'
import { Refused } from './_no-answer.ts'
import { documentIn, judgeBy } from './_document.ts'
import { resume, weatherTalk } from './_history.ts'
import { answerOf, BOTH, isRefusal, object, textOf, user } from './_parts.ts'
import { AN_ORDER, order, schemaFormat } from './_schemas.ts'
import { askThinking, showsThought } from './_thinking.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'should',
  mode: 'sampled',
  needs: ['json_schema'],
  profiles: ['rag'],
  ways: BOTH,
  blame: 'gateway',
} as const

const report = object({ weather: { type: 'string' } })
const copy = object({ copy: { type: 'string' } })

/** Markdown, code, a path and an entity: what a careless layer unescapes or eats. */
const DELICATE = '**bold** `a \\d+ b` C:\\new\\table "quoted" <b>&amp;</b> # no heading'

/** What structured output promises beside thinking, tools and delicate text. */
export const jsonSchemaBesideTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'json_schema.with-thinking',
    needs: ['json_schema', 'reasoning'],
    promise: 'Keeps its JSON in the content and its reasoning out of it.',
    hint: 'Switch thinking off for structured output.',
    source: 'vercel/ai, commit 49ae04d: JSON in the reasoning and an empty content',
    run: async (ask) => {
      const reply = await askThinking(ask, { messages: [user(AN_ORDER)], response_format: schemaFormat(order) })
      if (isRefusal(reply)) throw new Refused(reply)
      if (!showsThought(reply)) return inconclusive('the answer does not show that the model thought')
      const { reasoning = '' } = answerOf(reply)
      if (textOf(reply).trim() === '' && 'value' in documentIn(reasoning)) {
        return broken('left its JSON in the reasoning and the content empty', { bytes: excerpt(reasoning) })
      }
      return judgeBy(order, reply) ?? kept()
    },
  },
  {
    ...shared,
    id: 'json_schema.after-tools',
    needs: ['json_schema', 'tools'],
    profiles: ['agent', 'rag'],
    promise: 'Answers by the schema once a tool has told it what it needs.',
    hint: 'Ask for the structured answer in a request of its own, without the tools.',
    source: '0xPlaygrounds/rig, structured_after_tool',
    run: async (ask) => {
      const word = ask.nonce()
      const talk = weatherTalk(`The weather is "${word}".`)
      const reply = await resume(ask, { ...talk, response_format: schemaFormat(report) })
      const wrong = judgeBy(report, reply)
      if (wrong !== undefined) return wrong
      if (textOf(reply).includes(word)) return kept()
      return broken(`was told ${word} by the tool and left it out`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...shared,
    id: 'json_schema.escape-fidelity',
    promise: 'Keeps Markdown, code, quotes and backslashes in a string as they were given.',
    hint: 'Send such text beside the JSON, or encode it.',
    source: 'https://github.com/zai-org/GLM-4.5/issues/52: Markdown is corrupted',
    run: async (ask) => {
      const prompt = `Copy exactly the text between the markers, character by character:\n<<<\n${DELICATE}\n>>>`
      const reply = await ask.chat({ messages: [user(prompt)], response_format: schemaFormat(copy) })
      const wrong = judgeBy(copy, reply)
      if (wrong !== undefined) return wrong
      const read = documentIn(textOf(reply))
      const said = 'value' in read && isRecord(read.value) ? read.value['copy'] : undefined
      return said === DELICATE ? kept() : broken('changed a text that it was to copy', { bytes: inCode(said, 120) })
    },
  },
]
