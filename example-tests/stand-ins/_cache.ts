import type { Dialect } from './_dialect.ts'
import { type ChatRequest, tokensIn } from './_request.ts'

/** The prompts that one stand-in has read. */
export class PromptCache {
  readonly #prompts: string[] = []

  /** Tokens of a prompt that an earlier one began with, as the dialect counts them. */
  read({ caches }: Dialect, { model, messages }: ChatRequest): number {
    if (caches === undefined) return 0
    const prompt = `${model}\n${messages.map(({ role, text }) => `${role}: ${text}`).join('\n')}`
    const longest = Math.max(0, ...this.#prompts.map((earlier) => tokensIn(prompt.slice(0, common(earlier, prompt)))))
    this.#prompts.push(prompt)
    const cached = Math.floor(longest / caches.step) * caches.step
    return cached < caches.from ? 0 : cached
  }
}

/** Length of the beginning that two texts share. */
function common(one: string, other: string): number {
  let at = 0
  while (at < one.length && one[at] === other[at]) at += 1
  return at
}
