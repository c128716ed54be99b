import { readdirSync, rmdirSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** The files below a folder that recordings could be in, sorted; none where the folder is missing. */
export function recordingFiles(folder: string): string[] {
  return filesBelow(folder).filter((file) => file.endsWith('.json'))
}

/** The files below a folder whose names match, sorted; none where the folder is missing. */
export function filesNamed(folder: string, pattern: RegExp): string[] {
  return filesBelow(folder).filter((file) => pattern.test(file))
}

/** Files that a recording was being written to when its run was killed. */
export function draftsBelow(folder: string): string[] {
  return filesBelow(folder).filter((file) => file.endsWith('.draft'))
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

/** Whether a path lies below a folder. */
export function liesBelow(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !/^([a-z]:|[\\/])/i.test(way)
}

/** Removes the folder of a deleted file and the ones above it that became empty, up to `top`, which stays. */
export function removeEmptyFolders(file: string, top: string): void {
  for (let folder = dirname(file); liesBelow(folder, top); folder = dirname(folder)) {
    try {
      rmdirSync(folder)
    } catch {
      return // not empty
    }
  }
}
