// The stack of a bug as the sources have it: what runs is bundled, and the maps beside it know where each line is from.
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'

const PLACE = /\(?(?:file:\/\/)?(\/[^\s():]+\.cjs):(\d+):(\d+)\)?$/

/** Lines of code that has no map, a package's or Node's own, stay as they are. */
export function sourceStack(stack: string): string {
  const maps = new Map<string, SourceMap | null>()
  const mapOf = (file: string): SourceMap | null => {
    const known = maps.get(file)
    if (known !== undefined) return known
    const map = readMap(file)
    maps.set(file, map)
    return map
  }
  return stack
    .split('\n')
    .map((line) =>
      line.replace(PLACE, (whole, file: string, row: string, column: string) => {
        const found = mapOf(file)?.findEntry(Number(row) - 1, Number(column) - 1)
        if (!found || !('originalSource' in found)) return whole
        const source = found.originalSource.replace(/^(?:\.\.\/)+/, '')
        return `(${source}:${found.originalLine + 1}:${found.originalColumn + 1})`
      }),
    )
    .join('\n')
}

function readMap(file: string): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')) as SourceMapPayload)
  } catch {
    return null
  }
}
