// An install from the lock file needs no compiler and names no host.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8'))

interface Entry {
  readonly version?: string
  readonly gypfile?: boolean
  readonly hasInstallScript?: boolean
  readonly resolved?: string
}
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Entry>> }
const manifest = read('package.json') as {
  readonly allowScripts: Readonly<Record<string, boolean>>
  readonly dependencies: Readonly<Record<string, string>>
}

// npm 10 and 11 compile a package that has a binding.gyp unless its entry says so; npm drops the line when it relocks.
it('keeps npm from compiling SQLite, whose compiled part is in the package', () => {
  expect(packages['node_modules/better-sqlite3']).toMatchObject({ gypfile: false })
})

it('allows the script of the package that brings Node, and needs no other', () => {
  expect(manifest.allowScripts).toEqual({ node: true, 'better-sqlite3': false })
  const withScript = Object.keys(packages).filter((path) => packages[path]?.hasInstallScript)
  expect(withScript).toEqual(['node_modules/node'])
})

it('names no host', () => {
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})
