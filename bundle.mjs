// Builds the program: src/ and its pure JavaScript packages as few files, since a start that opens 150 of them pays 1 ms
// for each. Nothing is minified, and the maps lead the stack of a bug back to src/. SQLite's driver brings a compiled
// part, and the shop's drivers and the tables of iconv-lite are large and seldom needed: these stay packages.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import ts from 'typescript'
import manifest from './package.json' with { type: 'json' }

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const PACKAGES = Object.keys(manifest.dependencies)

/**
 * Packages that are loaded at their first use, and not with the file that names them. string-width builds the list of all
 * emoji when it is loaded (20 ms), and most texts do not need it; a text without a table needs no cli-table3 (3 ms).
 */
const LATE = {
  'string-width': `module.exports = (...args) => require('string-width').default(...args)`,
  'cli-table3': `module.exports = function (options) { return new (require('cli-table3'))(options) }`,
}
const late = {
  name: 'late',
  resolveId: (id, user) => (id in LATE && (user ?? '').startsWith(join(ROOT, 'src/')) ? `\0late:${id}` : null),
  load: (id) => LATE[id.replace('\0late:', '')],
}

/** A module that this many late parts need goes into one shared file: each file costs a start 0.4 ms. */
const SHARED_BY = 20

/** @param names of the chunks beside the entry */
async function build(entry, chunkFileNames, cleanDir) {
  const bundle = await rolldown({
    cwd: ROOT,
    input: entry,
    platform: 'node',
    external: (id) => PACKAGES.some((name) => id === name || id.startsWith(`${name}/`)),
    plugins: [late],
    checks: { ineffectiveDynamicImport: false },
  })
  const { output } = await bundle.write({
    dir: 'dist',
    format: 'cjs',
    // With `import()` Node would take another way to load each of them, and keep no compiled code.
    dynamicImportInCjs: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    cleanDir,
    entryFileNames: '[name].cjs',
    chunkFileNames,
    codeSplitting: {
      groups: [
        // What the entry imports stays with it.
        { name: 'start', tags: ['$initial'], priority: 1 },
        { name: 'shared', minShareCount: SHARED_BY },
      ],
    },
  })
  await bundle.close()
  return output
}

const LIBRARY = 'src/cli/simulator-library.ts'
// Each by itself: with common chunks the program would open more files at its start.
const output = [
  ...(await build({ main: 'src/cli/main.ts' }, '[name].cjs', true)),
  ...(await build({ 'simulator-library': LIBRARY }, 'simulator-library-[name].cjs', false)),
]

/** The types of the library are those that its entry writes out; they may need no other file. */
const { outputText: types, diagnostics = [] } = ts.transpileDeclaration(readFileSync(join(ROOT, LIBRARY), 'utf8'), {
  fileName: LIBRARY,
  reportDiagnostics: true,
  compilerOptions: {},
})
if (diagnostics.length > 0 || /\bimport\b/.test(types)) throw new Error(`the types of ${LIBRARY} need other files`)
writeFileSync(join(ROOT, 'dist/simulator-library.d.cts'), types)

// The man page is made by the program's own command tree, in a build apart, so that the program's files stay as they are.
const man = await rolldown({
  cwd: ROOT,
  input: { man: 'src/cli/man.ts' },
  platform: 'node',
  external: PACKAGES,
  logLevel: 'silent',
})
await man.write({ dir: 'build/man', format: 'esm', entryFileNames: '[name].mjs', cleanDir: true })
await man.close()
const { manPage } = await import('./build/man/man.mjs')
writeFileSync(join(ROOT, 'dist/paygent.1'), manPage(manifest.version))

/** The licences of the packages in the bundle ask to be passed on with it. */
const PACKAGE_OF = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//
const folders = output.flatMap(({ moduleIds = [] }) => moduleIds.flatMap((id) => PACKAGE_OF.exec(id)?.[1] ?? []))
const licences = [...new Set(folders)].toSorted().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : license
  return `${name} ${version}\n\n${text}\n`
})
writeFileSync(join(ROOT, 'dist/licences.txt'), licences.join(`\n${'-'.repeat(80)}\n\n`))
