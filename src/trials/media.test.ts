import { lacking, onEach } from './_table.test.kit.ts'
import { fails, says, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

const models = { chat: 'acme-1', audio: 'acme-ears', transcription: 'acme-pen' }

/** How many beeps a recording has: half a second each, 8,000 samples of two bytes in a second. */
function beeps({ body }: Asked): number {
  const { data } = body.messages[0].content[1].input_audio
  return (Buffer.from(data.replace(/^data:audio\/wav;base64,/, ''), 'base64').length - 44) / 8000
}

const isURI = ({ text }: Asked) => text.includes('data:audio/wav;base64,')
const deaf = () => fails(400, 'unknown variant `input_audio`')

onEach('audio.input', [
  {
    by: 'a model that counts',
    verdict: 'kept',
    answer: (asked) => says(asked, `${beeps(asked)}`),
    entry: { models },
    reason: 'takes base64',
  },
  {
    by: 'a model that spells the number out',
    verdict: 'kept',
    answer: (asked) => says(asked, `I hear ${['', '', 'two', 'three', 'four', 'five'][beeps(asked)]} beeps.`),
    entry: { models },
  },
  {
    by: 'a model that wants a data URI',
    verdict: 'kept',
    answer: (asked) => (isURI(asked) ? says(asked, `${beeps(asked)}`) : fails(400, 'The url is invalid')),
    entry: { models },
    reason: 'takes a data URI, no bare base64',
  },
  {
    by: 'a model that hears nothing',
    verdict: 'broken',
    answer: (asked) => says(asked, 'I cannot hear.'),
    entry: { models },
    reason: 'beeps and did not count them',
  },
  {
    by: 'a guess that is always the same',
    verdict: 'broken',
    answer: (asked) => says(asked, '3'),
    entry: { models, samples: 20 },
  },
  { by: 'a refusal of both forms', verdict: 'broken', answer: deaf, entry: { models }, reason: 'unknown variant' },
  { by: 'a refusal that the entry declares', verdict: 'unsupported', answer: deaf, entry: lacking('audio') },
  { by: 'an entry without a model', verdict: 'inconclusive', answer: deaf, reason: 'set ACME_AUDIO_MODEL' },
])

const format = ({ text }: Asked) => /name="response_format"\s+(\w+)/.exec(text)?.[1]
const writes = (asked: Asked) => ({ body: format(asked) === 'json' ? { text: 'Beep, beep.' } : 'Beep, beep.' })

onEach('audio.transcription', [
  {
    by: 'both forms',
    verdict: 'kept',
    answer: (asked) => (/beeps\.wav[\s\S]*acme-pen/.test(asked.text) ? writes(asked) : fails(400, 'no file')),
    entry: { models },
  },
  {
    by: 'bare text in place of JSON',
    verdict: 'broken',
    answer: () => ({ body: 'Beep, beep.' }),
    entry: { models },
    reason: 'was asked for JSON and sent none with a `text`',
  },
  {
    by: 'JSON in place of bare text',
    verdict: 'broken',
    answer: () => ({ body: { text: 'Beep, beep.' } }),
    entry: { models },
    reason: 'was asked for bare text and sent JSON',
  },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), entry: { models }, reason: 'HTTP 404' },
  { by: 'an entry without a model', verdict: 'inconclusive', answer: writes, reason: 'set ACME_TRANSCRIPTION_MODEL' },
])

const page = ({ body }: Asked) =>
  Buffer.from(body.messages[0].content[0].file.file_data.split(',')[1], 'base64').toString()
const reads = (asked: Asked) => says(asked, /code word is (\S+)\) Tj/.exec(page(asked))?.[1] ?? 'none')
const refuses = () => fails(400, 'type file is not supported')

onEach('file.pdf-input', [
  { by: 'a model that reads it', verdict: 'kept', answer: reads },
  {
    by: 'a refusal',
    verdict: 'kept',
    answer: refuses,
    reason: 'refused with HTTP 400: type file is not supported',
  },
  { by: 'a refusal that the entry declares', verdict: 'unsupported', answer: refuses, entry: lacking('pdf') },
  {
    by: 'a document that got lost',
    verdict: 'broken',
    answer: (asked) => says(asked, 'Which document?'),
    reason: 'took a PDF and did not read',
  },
  {
    by: 'a document that got lost, as the entry declares',
    verdict: 'ignored',
    answer: (asked) => says(asked, 'Which document?'),
    entry: lacking('pdf'),
  },
])
