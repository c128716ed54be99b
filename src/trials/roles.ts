import { excerpt, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { assistant, BOTH, object, system, textOf, tool, toolCall, toolResult, user, WHOLE } from './_parts.ts'
import { answerTo, clearRefusal } from './_refusal.ts'
import { broken, ignored, kept, type Outcome, type Trial } from './trial.ts'

const question = user('Which city is the capital of France?')
const beginWith = (word: string) => `Begin every answer with the word ${word}.`
const endWith = (word: string) => `End every answer with the word ${word}.`

const developer = (content: string) => ({ role: 'developer', content })

/** Kept where the answer shows all words that messages of one kind asked for. */
function shows(reply: Reply, words: readonly string[], what: string): Outcome {
  const missing = words.filter((word) => !textOf(reply).includes(word))
  if (missing.length === 0) return kept()
  const says = `accepted ${what}, and the answer lacks ${listed(missing)}, which it asked for`
  return ignored(says, { bytes: excerpt(textOf(reply)) })
}

const weather = tool('get_weather', 'Tells the weather of a city.', object({ city: { type: 'string' } }))

/** What the roles of messages promise. */
export const roleTrials: readonly Trial[] = [
  {
    id: 'roles.system.obeyed',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Obeys the system message.',
    hint: 'Repeat the rule in the last message of the user.',
    source: 'OpenAI API reference, system message: "instructions that the model should follow"',
    blame: 'model',
    run: async (ask) => {
      const word = ask.nonce()
      const reply = await ask.chat({ messages: [system(beginWith(word)), question] })
      if (textOf(reply).includes(word)) return kept()
      return broken(`was told to begin with ${word} and did not say it`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'roles.developer.accepted-or-4xx',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    ways: WHOLE,
    promise: 'Obeys a developer message, or refuses the role by name.',
    hint: 'Send the role system to this provider.',
    source: 'OpenAI API reference, developer message; earendil-works/pi#1048 and #1578',
    blame: 'wire format',
    run: async (ask) => {
      const word = ask.nonce()
      const reply = await answerTo(ask, { messages: [developer(beginWith(word)), question] })
      return (
        clearRefusal(reply, /role|developer|角色/i, 'the role developer') ?? shows(reply, [word], 'the role developer')
      )
    },
  },
  {
    id: 'roles.system.multiple',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: WHOLE,
    promise: 'Takes two system messages at the beginning, and obeys both.',
    hint: 'Join the system messages into one.',
    source: 'OpenAI API reference, messages: no limit on their order; MiniMax refuses a second one',
    blame: 'wire format',
    run: async (ask) => {
      const words = [ask.nonce('first'), ask.nonce('second')] as const
      const messages = [system(beginWith(words[0])), system(endWith(words[1])), question]
      return shows(await ask.chat({ messages }), words, 'two system messages')
    },
  },
  {
    id: 'roles.system.mid-conversation',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['agent', 'strict'],
    ways: WHOLE,
    promise: 'Obeys a system message in the middle of a conversation, or refuses it.',
    hint: 'Put what changes later into a message of the user.',
    source: 'OpenAI API reference, messages: no limit on their order',
    blame: 'wire format',
    run: async (ask) => {
      const word = ask.nonce()
      const messages = [user('Hello.'), assistant('Hello!'), system(beginWith(word)), question]
      const reply = await answerTo(ask, { messages })
      const what = 'a later system message'
      return clearRefusal(reply, /system|role|order|角色/i, what) ?? shows(reply, [word], what)
    },
  },
  {
    id: 'roles.consecutive-same',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: WHOLE,
    promise: 'Takes two messages of one role in a row.',
    hint: 'Join neighbouring messages of one role.',
    source: 'OpenAI API reference, messages: no limit on their order; chat templates that demand alternation',
    blame: 'wire format',
    run: async (ask) => {
      const messages = [user('Hello.'), user('Are you there?'), assistant('Hello!'), assistant('I am.'), question]
      return answered(await ask.chat({ messages }))
    },
  },
  {
    id: 'roles.content-parts-text',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'rag'],
    ways: WHOLE,
    promise: 'Reads every text part of a message.',
    hint: 'Join the text parts into one string.',
    source: 'OpenAI API reference, user message: content as an array of parts',
    blame: 'wire format',
    run: async (ask) => {
      const words = [ask.nonce('first'), ask.nonce('second')] as const
      const parts = [
        { type: 'text', text: 'Reply with exactly these two words and nothing else:' },
        { type: 'text', text: words.join(' ') },
      ]
      const reply = await ask.chat({ messages: [user(parts)] })
      if (words.every((word) => textOf(reply).includes(word))) return kept()
      return broken('answered as if it had not read both text parts', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'roles.assistant.null-content-history',
    level: 'must',
    mode: 'live',
    needs: ['tools'],
    profiles: ['agent'],
    ways: WHOLE,
    promise: 'Takes an earlier tool call whose message has null for a content.',
    hint: 'Send an empty string in place of null.',
    source: 'OpenAI API reference, assistant message: content is optional beside tool_calls',
    blame: 'wire format',
    run: async (ask) => {
      const messages = [
        user('What is the weather in Oslo?'),
        assistant(null, { tool_calls: [toolCall('call_1', 'get_weather', '{"city":"Oslo"}')] }),
        toolResult('call_1', 'sunny, 21 degrees'),
      ]
      return answered(await ask.chat({ messages, tools: [weather] }))
    },
  },
  {
    id: 'roles.name-field',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes the name of a participant.',
    hint: 'Write the name into the text.',
    source: 'OpenAI API reference, user message: name',
    blame: 'wire format',
    run: async (ask) => answered(await ask.chat({ messages: [{ ...question, name: 'alice' }] })),
  },
]

function answered(reply: Reply): Outcome {
  if (reply.answers.length > 0) return kept()
  return broken('answered without a single choice', { path: '$.choices', bytes: excerpt(reply.text) })
}
