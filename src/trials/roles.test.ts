import { expect, test } from 'vitest'
import { fails, says, testTrials, tryOn, useTrials, type Answer, type Asked, type Case } from './_try.test.kit.ts'

useTrials()

const wordsIn = (text: string) => text.match(/\b[a-z]+-\d{4}\b/g) ?? []
const heard =
  (roles: readonly string[], from = 0) =>
  (asked: Asked) => {
    const messages = asked.body.messages as { role: string; content: unknown }[]
    const read = messages.slice(from).filter(({ role }) => roles.includes(role))
    return says(asked, ['Paris', ...wordsIn(JSON.stringify(read))].join(' '))
  }
const paris = (asked: Asked) => says(asked, 'Paris')
const none = (): Answer => ({ body: { choices: [] } })
const oops: Answer = { ...fails(500, 'oops'), headers: { 'x-should-retry': 'false' } }
const takes: readonly Case[] = [
  ['an answer', paris, 'kept'],
  ['a refusal', () => fails(400, 'roles must alternate'), 'broken', 'roles must alternate'],
  ['no choice', none, 'broken', 'without a single choice'],
]

testTrials({
  'roles.system.obeyed': [
    ['the word', heard(['system']), 'kept'],
    ['an answer without it', paris, 'broken', 'did not say it'],
  ],
  'roles.developer.accepted-or-4xx': [
    ['the word', heard(['developer']), 'kept'],
    ['a refusal by name', () => fails(400, 'unknown variant `developer`'), 'kept', 'HTTP 400'],
    ['a refusal in Chinese', () => fails(400, '角色信息不正确'), 'kept'],
    ['a refusal that says nothing', () => fails(422, ''), 'broken', 'without naming it'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
    ['no effect', paris, 'broken', 'accepted the role developer'],
    ['a wrong key', () => fails(401, 'No.', 'invalid_api_key'), 'inconclusive'],
  ],
  'roles.system.multiple': [
    ['both words', heard(['system']), 'kept'],
    ['the second alone', heard(['system'], 1), 'broken', 'lacks'],
    ['a refusal', () => fails(400, 'one system message only'), 'broken', 'one system message only'],
  ],
  'roles.system.mid-conversation': [
    ['the word', heard(['system']), 'kept'],
    ['a refusal by name', () => fails(400, 'System message must be at the beginning'), 'kept', 'HTTP 400'],
    ['a refusal that says nothing', () => fails(400, 'Bad request'), 'broken', 'without naming it'],
    ['no effect', paris, 'broken', 'accepted a later system message'],
    ['a broken server', () => oops, 'broken', 'HTTP 500'],
  ],
  'roles.consecutive-same': takes,
  'roles.content-parts-text': [
    ['both words', heard(['user']), 'kept'],
    [
      'the first part alone',
      (asked) => says(asked, JSON.stringify(asked.body.messages[0].content[0].text)),
      'broken',
      'both text parts',
    ],
    ['half of it', (asked) => says(asked, wordsIn(asked.said)[0] ?? ''), 'broken', 'both text parts'],
    ['a refusal', () => fails(400, 'content must be a string'), 'broken', 'content must be a string'],
  ],
  'roles.assistant.null-content-history': takes,
  'roles.name-field': takes,
})

interface Sent {
  readonly role: string
  readonly content: unknown
  readonly name?: string
}

test.each<[id: string, read: (messages: readonly Sent[]) => unknown, expected: string]>([
  [
    'roles.consecutive-same',
    (messages) => messages.map(({ role }) => role).join(),
    'user,user,assistant,assistant,user',
  ],
  ['roles.assistant.null-content-history', (messages) => String(messages[1]?.content), 'null'],
  ['roles.name-field', (messages) => messages[0]?.name, 'alice'],
  ['roles.system.mid-conversation', (messages) => messages[2]?.role, 'system'],
])('%s sends what it is about', async (id, read, expected) => {
  const sent: unknown[] = []
  await tryOn(id, (asked) => (sent.push(read(asked.body.messages)), paris(asked)))

  expect(sent).toEqual([expected])
})
