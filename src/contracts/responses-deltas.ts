import { filled, jsonText } from './_failures.ts'
import type { Sent } from './_responses.ts'
import type { Breach } from './contract.ts'
import { excerpt } from '../wire/text.ts'

/** The pairs of events, by the stem of their type: which field of `.done` repeats the deltas. */
const DONE: ReadonlyMap<string, string> = new Map([
  ['response.output_text', 'text'],
  ['response.refusal', 'refusal'],
  ['response.function_call_arguments', 'arguments'],
  ['response.custom_tool_call_input', 'input'],
  ['response.mcp_call_arguments', 'arguments'],
  ['response.code_interpreter_call_code', 'code'],
  ['response.reasoning_text', 'text'],
  ['response.reasoning_summary_text', 'text'],
])

// Clients show these from the deltas alone; for the others, `.done` alone is enough.
const SHOWN = new Set(['response.output_text', 'response.function_call_arguments'])

interface Draft {
  text: string
  count: number
}

/** The first `.done` event that differs from the deltas of its part. */
export function unlikeDone(events: readonly Sent[]): Breach | undefined {
  const drafts = new Map<string, Draft>()
  for (const { json, event, type = '' } of events) {
    const at = type.lastIndexOf('.')
    const [stem, end] = [type.slice(0, at), type.slice(at + 1)]
    const field = DONE.get(stem)
    if (field === undefined) continue
    const { output_index: output = json.item_id, content_index: content = null, summary_index: summary = null } = json
    const key = jsonText([stem, output ?? null, content, summary])
    const draft = drafts.get(key)
    if (end === 'delta') {
      const text = filled(json.delta) ?? ''
      if (draft) Object.assign(draft, { text: draft.text + text, count: draft.count + 1 })
      else drafts.set(key, { text, count: 1 })
    } else if (end === 'done') {
      const whole = json[field]
      drafts.delete(key)
      if (typeof whole !== 'string' || whole === (draft?.text ?? '') || (!draft && !SHOWN.has(stem))) continue
      return { says: differs(stem, whole, draft), path: `$.${field}`, event, bytes: excerpt(whole, 120) }
    }
  }
  return undefined
}

function differs(stem: string, whole: string, draft: Draft | undefined): string {
  const name = stem.slice('response.'.length)
  if (!draft) return `sent ${name} only in its done event, with no delta before it`
  let same = 0
  while (same < whole.length && whole[same] === draft.text[same]) same++
  const where = same === whole.length ? 'the deltas go on' : `they part at character ${same + 1}`
  return `sent ${draft.text.length} characters of ${name} in ${draft.count} deltas, but ${whole.length} in its done event: ${where}`
}
