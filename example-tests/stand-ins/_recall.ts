import { type ChatRequest, lastUser } from './_request.ts'

/** `Which word did I ask you to remember?` is answered from an earlier `Remember this word: sun-7.` */
export function recalled(request: ChatRequest): string | undefined {
  if (!/\bask(?:ed)? you to remember\b/i.test(lastUser(request).text)) return undefined
  const told = request.messages
    .filter(({ role }) => role === 'user')
    .map(({ text }) => /remember this word: ([\w-]+)/i.exec(text)?.[1])
  return told.findLast((word) => word !== undefined)
}

/** The images that a question is about: those beside it, or all of the conversation where it asks for each. */
export function imagesAskedFor(request: ChatRequest): readonly string[] {
  const asked = lastUser(request)
  if (!/\beach of the \w+ images\b/i.test(asked.text)) return asked.images
  return request.messages.flatMap(({ images }) => images)
}

/** What a model thinks before it answers: long where it is told to think at length. */
export function thought(request: ChatRequest): string {
  const short = 'This needs no long thought.'
  return /\bthink at length\b/i.test(lastUser(request).text) ? `${short} `.repeat(12).trim() : short
}
