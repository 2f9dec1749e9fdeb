// The stack of a bug as the sources have it: what runs is bundled, and the maps beside it know where each line is from.
import { readFileSync } from 'node:fs'
import { SourceMap, type SourceMapPayload } from 'node:module'

/** `bin/load.js` names the files so, wherever they stand. */
const PLACE = /\(?paygent\/([\w.-]+\.cjs):(\d+):(\d+)\)?$/
/** Of the bundle itself, when this runs in it. */
const HERE = new URL('.', import.meta.url)

/** Lines of code that has no map, a package's or Node's own, stay as they are. */
export function sourceStack(stack: string, folder: URL = HERE): string {
  const maps = new Map<string, SourceMap | null>()
  const mapOf = (file: string): SourceMap | null => {
    const known = maps.get(file)
    if (known !== undefined) return known
    const map = readMap(new URL(`${file}.map`, folder))
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

function readMap(file: URL): SourceMap | null {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')) as SourceMapPayload)
  } catch {
    return null
  }
}
