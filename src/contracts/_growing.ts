import type { Json } from '../wire/exchange.ts'
import { parseJson } from '../wire/guards.ts'

/** JSON that arrives in parts: each sign is looked at once, and a document parsed once, when its brackets close. */
export interface Growing {
  add(part: string): void
  /** True while nothing but white space came. */
  isBlank(): boolean
  /** The value where what came so far is one whole document. */
  value(): Json | undefined
}

// A number or a word such as `null` needs no more.
const LONGEST_WORD = 64

/** Nothing so far: `const text = growing(); text.add('{"a"'); text.add(':1}'); text.value() // { a: 1 }`. */
export function growing(): Growing {
  let text = ''
  let state: 'blank' | 'word' | 'open' | 'closed' | 'broken' = 'blank'
  let [depth, isQuoted, isEscaped] = [0, false, false]
  let whole: Json | undefined
  const take = (char: string) => {
    if (isEscaped) isEscaped = false
    else if (isQuoted) {
      if (char === '\\') isEscaped = true
      else if (char === '"') isQuoted = false
    } else if (/\s/.test(char)) return
    else if (state === 'closed') state = 'broken'
    else if (char === '"') isQuoted = true
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    else if (state === 'blank') state = 'word'
    if (state === 'broken' || state === 'word') return
    state = depth < 0 ? 'broken' : depth > 0 || isQuoted ? 'open' : 'closed'
  }
  return {
    add(part) {
      text += part
      for (const char of part) {
        if (state === 'broken') break
        take(char)
      }
      if (state === 'broken') text = ''
    },
    isBlank: () => state === 'blank',
    value() {
      if (state === 'word') return text.length > LONGEST_WORD ? undefined : parseJson(text)
      if (state !== 'closed') return undefined
      whole ??= parseJson(text)
      if (whole === undefined) state = 'broken'
      return whole
    },
  }
}
