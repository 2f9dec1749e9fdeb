// A bug's stack names the sources, not the bundle that runs.
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { sourceStack } from '../../src/cli/stack.js'

const FOLDER = new URL('../../dist/program/', import.meta.url)

/** Where the bundle has a text, as a stack would say it. */
function placeOf(text: string): string {
  const before = readFileSync(new URL('main.cjs', FOLDER), 'utf8').split(text)[0]?.split('\n') ?? []
  return `paygent/main.cjs:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`
}

describe('the stack of a bug', () => {
  it('leads back to file and line of the source', () => {
    const stack = sourceStack(`Error: x\n    at run (${placeOf('if (namesNoCommand(error)')})`, FOLDER)
    expect(stack).toMatch(/^Error: x\n {4}at run \(src\/cli\/main\.ts:\d+:\d+\)$/)
  })

  it.each([
    'Error: /tmp/x.cjs:1:1',
    '    at Module._compile (node:internal/modules/cjs/loader:1554:14)',
    '    at work (/nowhere/dist/program/main.cjs:10:5)',
    '    at work (paygent/nowhere.cjs:10:5)',
  ])('%s stays', (line) => expect(sourceStack(line, FOLDER)).toBe(line))
})
