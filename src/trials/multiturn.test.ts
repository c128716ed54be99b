import { fails, says, testTrials, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const told = ({ body }: Asked) =>
  (body.messages as { content: string }[]).flatMap(({ content }) => /code word: (\S+)/.exec(content)?.[1] ?? [])
const echo = (asked: Asked) => /else: (.*)$/s.exec(asked.said)?.[1] ?? ''

testTrials({
  'multiturn.memory': [
    ['the word', (asked) => says(asked, told(asked).join()), 'kept'],
    ['another word', (asked) => says(asked, 'I know none.'), 'broken', 'did not know it in the third'],
  ],
  'multiturn.order-preserved': [
    ['the words in order', (asked) => says(asked, told(asked).join(', ')), 'kept'],
    ['the words in reverse', (asked) => says(asked, told(asked).toReversed().join(', ')), 'broken', 'another order'],
    ['some of the words', (asked) => says(asked, told(asked).slice(1).join(', ')), 'broken', 'did not know all'],
    ['a refusal', () => fails(400, 'no history'), 'broken', 'no history'],
  ],
  'unicode.roundtrip': [
    ['the signs', (asked) => says(asked, echo(asked)), 'kept'],
    ['composed signs', (asked) => says(asked, echo(asked).normalize('NFC')), 'broken', 'other signs'],
    ['a sign cut in two', (asked) => says(asked, `${echo(asked)} \uFFFD`), 'broken', 'U+FFFD'],
  ],
})
