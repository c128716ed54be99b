import { inflateSync } from 'node:zlib'
import { lacking, onEach } from './_table.test.kit.ts'
import { fails, says, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

/** What a model sees: the colour of each image, in order, or what its URL says. */
function seen({ body }: Asked): string[] {
  const parts = (body.messages as { content: Asked['body'][string] }[]).flatMap(({ content }) =>
    Array.isArray(content) ? content : [],
  )
  return parts.flatMap(({ image_url }) => (image_url === undefined ? [] : [colour(image_url.url ?? image_url)]))
}

const COLOURS: Readonly<Record<string, string>> = {
  ff0000: 'red',
  '00a000': 'green',
  '0000ff': 'blue',
  ffff00: 'yellow',
}

function colour(url: string): string {
  const hex = /placehold\.co\/64x64\/(\w{6})\//.exec(url)?.[1]
  const bytes = Buffer.from(url.replace('data:image/png;base64,', ''), 'base64')
  const pixels = hex === undefined ? inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33))) : undefined
  return COLOURS[hex ?? pixels?.subarray(1, 4).toString('hex') ?? ''] ?? 'unknown'
}

const sees = (asked: Asked) => says(asked, seen(asked).join(', '))
const blind = (asked: Asked) => says(asked, 'I cannot see any image.')
const text = { models: { chat: 'acme-1' } }
const isURL = (asked: Asked) => asked.text.includes('placehold.co')

const ordinary = (refusal: string) =>
  [
    { by: 'a model that sees', verdict: 'kept', answer: sees },
    { by: 'a refusal', verdict: 'broken', answer: () => fails(400, 'no images'), reason: refusal },
    {
      by: 'an entry without a model that sees',
      verdict: 'inconclusive',
      answer: sees,
      entry: text,
      reason: 'set ACME_VISION_MODEL',
    },
    {
      by: 'a refusal that the entry declares',
      verdict: 'unsupported',
      answer: (asked: Asked) => (asked.body.model === 'acme-1' ? fails(400, 'no images') : sees(asked)),
      entry: { ...text, ...lacking('vision') },
    },
  ] as const

onEach('vision.data-uri', [
  ...ordinary('refused the request'),
  { by: 'an image that got lost', verdict: 'broken', answer: blind, reason: 'image and did not say so' },
  {
    by: 'an answer that names every colour',
    verdict: 'broken',
    answer: (asked) => says(asked, 'red, green, blue or yellow'),
    reason: 'image and did not say so',
  },
  {
    by: 'a guess that is always the same',
    verdict: 'broken',
    answer: (asked) => says(asked, 'red'),
    entry: { samples: 20 },
  },
])

onEach('vision.url', [
  { by: 'a model that fetches it', verdict: 'kept', answer: sees },
  {
    by: 'a refusal',
    verdict: 'kept',
    answer: () => fails(400, 'URLs are not fetched'),
    reason: 'refused with HTTP 400: URLs are not fetched',
  },
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: () => fails(400, 'URLs are not fetched'),
    entry: lacking('vision_url'),
  },
  { by: 'a URL that is taken and not fetched', verdict: 'broken', answer: blind, reason: 'took the URL of a' },
  {
    by: 'a URL that is taken in vain, as the entry declares',
    verdict: 'ignored',
    answer: blind,
    entry: lacking('vision_url'),
  },
  { by: 'an entry without a model that sees', verdict: 'inconclusive', answer: sees, entry: text },
])

onEach('vision.multi-image', [
  ...ordinary('refused the request'),
  {
    by: 'the last image alone',
    verdict: 'broken',
    answer: (asked) => says(asked, seen(asked).at(-1) ?? ''),
    reason: 'and said otherwise',
  },
  {
    by: 'images in another order',
    verdict: 'broken',
    answer: (asked) => says(asked, seen(asked).toReversed().join(' ')),
    reason: 'and said otherwise',
  },
  { by: 'a first image that got lost', verdict: 'broken', answer: blind, reason: 'did not see the first image' },
])

onEach('vision.detail', [
  ...ordinary('refused the request'),
  {
    by: 'a refusal of plain text alone',
    verdict: 'kept',
    answer: (asked) => (isPlain(asked) ? fails(400, 'expected an object') : sees(asked)),
    reason: 'refuses image_url as text with HTTP 400',
  },
  {
    by: 'a refusal of detail',
    verdict: 'broken',
    answer: (asked) => (asked.text.includes('"detail":"low"') ? fails(400, 'unknown detail') : sees(asked)),
    reason: 'unknown detail',
  },
  { by: 'detail that hides the image', verdict: 'broken', answer: blind, reason: 'came with detail "low"' },
  {
    by: 'plain text that breaks the server',
    verdict: 'broken',
    answer: (asked) => (isPlain(asked) ? { status: 500, body: { error: { message: 'oops' } } } : sees(asked)),
    reason: 'answered HTTP 500 to an image_url that is plain text',
  },
  {
    by: 'plain text that is taken in vain',
    verdict: 'broken',
    answer: (asked) => (isPlain(asked) ? blind(asked) : sees(asked)),
    reason: 'took an image_url that is plain text and did not see it',
  },
])

onEach('vision.unsupported-is-4xx', [
  { by: 'a refusal', verdict: 'kept', answer: () => fails(400, 'unknown variant image_url'), entry: text },
  { by: 'an image that got lost', verdict: 'broken', answer: blind, entry: text, reason: 'dropped the image' },
  {
    by: 'a broken server',
    verdict: 'broken',
    answer: () => ({ status: 500, body: { error: { message: 'provide the mmproj' } } }),
    entry: text,
    reason: 'answered HTTP 500 to an image: provide the mmproj',
  },
  { by: 'a chat model that sees', verdict: 'inconclusive', answer: sees, entry: text, reason: 'the chat model sees' },
  {
    by: 'an entry whose chat model is the one that sees',
    verdict: 'inconclusive',
    answer: blind,
    entry: { models: { chat: 'acme-1', vision: 'acme-1' } },
    reason: 'the chat model is the one that sees',
  },
  {
    by: 'a wrong key',
    verdict: 'inconclusive',
    answer: () => fails(401, 'Incorrect API key provided', 'invalid_api_key'),
    entry: text,
    reason: 'could not be asked',
  },
])

const usage = (prompt_tokens: number) => ({ prompt_tokens, completion_tokens: 1, total_tokens: prompt_tokens + 1 })
const counts = (extra: number) => (asked: Asked) => {
  const asks = asked.body.stream !== true || asked.body.stream_options?.include_usage === true
  return says(asked, 'red', asks ? { usage: usage(asked.text.includes('data:image') ? 20 + extra : 20) } : {})
}

onEach('vision.tokens-counted', [
  { by: 'a count that grows', verdict: 'kept', answer: counts(85), reason: '85 tokens for an image of 32 x 32 pixels' },
  {
    by: 'a count that stays',
    verdict: 'broken',
    answer: counts(0),
    reason: 'counted 20 prompt tokens with an image and 20 without',
  },
  {
    by: 'no count',
    verdict: 'inconclusive',
    answer: (asked) => ({ ...says(asked, 'red'), ...uncounted(asked) }),
    reason: 'it sent no count of prompt tokens',
  },
  { by: 'an entry without a model that sees', verdict: 'inconclusive', answer: counts(85), entry: text },
])

function isPlain(asked: Asked): boolean {
  return /"image_url":"/.test(asked.text) && !isURL(asked)
}

function uncounted(asked: Asked) {
  const { body } = says(asked, 'red')
  return body === undefined ? {} : { body: { ...(body as object), usage: undefined } }
}
