// Leads the stack of a bug back to src/, by the maps that the build writes beside the program's files. Node can do that by
// itself, and then reads every map at every start.
import { readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, resolve } from 'node:path'

/** A place in one of the program's files at the end of a stack's line, as V8 writes it. The folder may have any name. */
const PLACE = /(?<=^ +at (?:.* \()?)(\/.*\.cjs):(\d+):(\d+)(?=\)?$)/gm

/** Returns the stack, and those of its causes, with the places of the sources; a place without a map stays as it is. */
export function sourceStack(bug: unknown): string {
  if (!(bug instanceof Error)) return String(bug)
  const maps = new Map<string, SourceMap | null>()
  const stack = (bug.stack ?? String(bug)).replaceAll(PLACE, (place, file: string, line: string, column: string) => {
    const map = maps.has(file) ? maps.get(file) : mapOf(file)
    maps.set(file, map ?? null)
    const origin = map?.findOrigin(Number(line), Number(column))
    if (origin === undefined || !('fileName' in origin)) return place
    return `${resolve(dirname(file), origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}`
  })
  return bug.cause instanceof Error ? `${stack}\n[cause] ${sourceStack(bug.cause)}` : stack
}

/** Null for a file without a map that can be read: the bug itself has to be told. */
function mapOf(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')))
  } catch {
    return null
  }
}
