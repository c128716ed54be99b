/**
 * The known word that a misspelt one most likely means; undefined where none is close.
 *
 * @example
 * ```ts
 * nearest('vison', ['vision', 'tools']) // 'vision'
 * ```
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const asked = word.toLowerCase()
  let best: { word: string; distance: number } | undefined
  for (const candidate of known) {
    const distance = edits(asked, candidate.toLowerCase())
    if (distance < (best?.distance ?? Infinity)) best = { word: candidate, distance }
  }
  return best !== undefined && best.distance <= Math.max(1, Math.floor(word.length / 3)) ? best.word : undefined
}

/**
 * Words as a sentence lists them.
 *
 * @example
 * ```ts
 * either(['intl', 'cn', 'us']) // 'intl, cn or us'
 * ```
 */
export function either(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 0; i < from.length; i++) {
    const next = [i + 1]
    for (let j = 0; j < to.length; j++) {
      const swap = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1)
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
