/** Where a word of these signs begins, a regular expression: in JSON also behind an escape, such as a line's end. */
export const startOf = (signs: string): string => String.raw`(?<!(?<!\\|\\u[0-9a-fA-F]{3})[${signs}])`

// With more of the escapes in JSON inside a string.
const ESCAPED = /(?<!\\)\\+(?:u([0-9a-f]{4})|(["/]))/gi

/** The text with the signs that JSON wrote as \uXXXX, and quotes and slashes, as they are. */
export const unescaped = (text: string): string =>
  text.replace(ESCAPED, (_, code: string | undefined, sign: string) =>
    code === undefined ? sign : String.fromCharCode(parseInt(code, 16)),
  )

/** The text with a value hidden where JSON escaped some of its signs. */
export function hideEscaped(text: string, value: string, hide: (secret: string) => string): string {
  const plain = unescaped(text)
  const escapes = text.matchAll(ESCAPED)
  let escape = escapes.next().value
  let longer = 0
  const placeOf = (at: number) => {
    for (; escape !== undefined && escape.index - longer < at; escape = escapes.next().value) {
      longer += escape[0].length - 1
    }
    return at + longer
  }
  let hidden = ''
  let done = 0
  for (let at = plain.indexOf(value); at >= 0; at = plain.indexOf(value, at + value.length)) {
    const from = placeOf(at)
    const to = placeOf(at + value.length)
    hidden += text.slice(done, from) + hide(text.slice(from, to))
    done = to
  }
  return hidden + text.slice(done)
}
