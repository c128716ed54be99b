/**
 * The line of a recording's text, counted from 1, on which a path such as `exchanges[0].response` begins, as the recorder
 * lays it out; of a path that is not there, the line of the part of it that is.
 */
export function lineOf(text: string, path: string): number {
  const lines = text.split('\n')
  let [at, indent] = [0, '']
  for (const key of path.split(/[.[\]]+/).filter((key) => key !== '')) {
    indent += '  '
    const found = /^\d+$/.test(key) ? itemAt(lines, at, indent, Number(key)) : keyAt(lines, at, indent, key)
    if (found === undefined) break
    at = found
  }
  return at + 1
}

function keyAt(lines: readonly string[], from: number, indent: string, key: string): number | undefined {
  return inside(lines, from, indent).find((at) => lines[at]?.startsWith(`${indent}"${key}":`))
}

function itemAt(lines: readonly string[], from: number, indent: string, index: number): number | undefined {
  return inside(lines, from, indent)[index]
}

/** The lines on which what lies directly inside a value begins. */
function inside(lines: readonly string[], from: number, indent: string): number[] {
  const found: number[] = []
  for (let at = from + 1; lines[at]?.startsWith(indent) === true; at++) {
    if (/^[^ \]}]/.test(lines[at]?.slice(indent.length) ?? '')) found.push(at)
  }
  return found
}
