import type { Findings } from '../recording/ledger.ts'

const MOST_NAMED = 3

/**
 * What a full run found unused, as the line below the matrix; empty where everything is in use.
 *
 * @example
 * ```ts
 * renderUnused(findings) // 'Unused: 1 recording (fixtures/groq/chat/asks.json). To remove it: npx llm-contracts …'
 * ```
 */
export function renderUnused({ unused, unplayed }: Findings): string {
  const exchanges = unplayed.reduce((sum, { exchanges }) => sum + exchanges.length, 0)
  const parts = [
    ...(unused.length === 0 ? [] : [`${unused.length} ${unused.length === 1 ? 'recording' : 'recordings'}`]),
    ...(exchanges === 0 ? [] : [`${exchanges} ${exchanges === 1 ? 'exchange' : 'exchanges'}`]),
  ]
  if (parts.length === 0) return ''
  const files = [...unused, ...unplayed].map(({ file }) => file)
  const more = files.length - MOST_NAMED
  const named = files.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  return `Unused: ${parts.join(' and ')} (${named}). To remove: npx llm-contracts fixtures prune`
}
