import { excerpt, inCode } from '../wire/text.ts'
import { answerOf, BOTH, callsOf, finishOf, textOf, user, WHOLE } from './_parts.ts'
import { answerTo, clearRefusal } from './_refusal.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

const CONTROL = /<\/?think>|<\/?tool_call>|\[TOOL_CALLS\]|<\|[^|<>]{1,40}\|>/

/** What a plain chat completion promises. */
export const chatTrials: readonly Trial[] = [
  {
    id: 'chat.request.minimal',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['smoke', 'core'],
    ways: BOTH,
    promise: 'Answers a request that holds only the model and the messages.',
    hint: 'Find the field that it demands, and set it for this provider alone.',
    source: 'OpenAI API reference, create chat completion: model and messages are the only required fields',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user('Say hello.')] })
      if (reply.answers.length > 0) return kept()
      return broken('answered without a single choice', { path: '$.choices', bytes: excerpt(reply.text) })
    },
  },
  {
    id: 'chat.message.nonempty-on-stop',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Says something where it finishes with stop and calls no tool.',
    hint: 'Treat an empty answer as a failure worth a retry.',
    source: 'measured: 4 of 1,700 recorded answers are empty; mistralai/client-python#628',
    blame: 'model',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user('Name one colour of the rainbow.')] })
      const { refusal } = answerOf(reply)
      const finish = finishOf(reply)
      if (finish !== 'stop' || callsOf(reply).length > 0 || refusal) {
        return inconclusive(`the answer did not finish with stop but with ${finish}`)
      }
      if (textOf(reply).trim() !== '') return kept()
      return broken('finished with stop and said nothing', {
        path: '$.choices[0].message.content',
        bytes: inCode(textOf(reply)),
      })
    },
  },
  {
    id: 'chat.instruction.nonce',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Repeats a word that it cannot have known before.',
    hint: 'Look for a cache or another model behind the address.',
    source: 'contract catalogue: detects cached and faked models',
    blame: 'model',
    run: async (ask) => {
      const word = ask.nonce()
      const reply = await ask.chat({ messages: [user(`Reply with exactly this word and nothing else: ${word}`)] })
      if (textOf(reply).includes(word)) return kept()
      return broken(`was asked for the word ${word} and answered without it`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'chat.message.no-control-leak',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: BOTH,
    promise: 'Shows no marks of its own template in the answer.',
    hint: 'Take the marks out of the text, or ask the server for a parser of reasoning and tools.',
    source: 'measured: 17 of 3,269 recorded answers; MiniMax-M2#105, vllm#46042',
    blame: 'model',
    run: async (ask) => {
      const text = textOf(await ask.chat({ messages: [user('Think first, then say: what is 17 times 23?')] }))
      if (text === '') return inconclusive('the answer is empty')
      const mark = CONTROL.exec(text)?.[0]
      return mark === undefined ? kept() : broken(`showed ${inCode(mark)} in its answer`, { bytes: excerpt(text) })
    },
  },
  {
    id: 'chat.request.unknown-fields',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: WHOLE,
    promise: 'Passes over fields that it does not know, or refuses them by name.',
    hint: 'Send this provider nothing but what it documents.',
    source: 'measured: Groq refuses reasoning_content and store; jan#8136, gptel#774',
    blame: 'wire format',
    run: async (ask) => {
      const message = { ...user('Say hello.'), x_unknown: 'x' }
      for (const body of [{ messages: [message] }, { messages: [user('Say hello.')], x_unknown: 'x' }]) {
        const refused = clearRefusal(await answerTo(ask, body), /x_unknown/, 'an unknown field')
        if (refused !== undefined) return refused
      }
      return kept()
    },
  },
]
