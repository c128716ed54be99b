import { contracts } from './index.ts'

const byId = new Map(contracts.map((contract) => [contract.id, contract]))

/** What to do where a promise broke, to stand behind "Next: "; undefined where the id is unknown. */
export function hintOf(id: string): string | undefined {
  const hint = byId.get(id)?.hint
  return hint !== undefined && /^[A-Z][a-z]/.test(hint) ? `${hint.charAt(0).toLowerCase()}${hint.slice(1)}` : hint
}
