// The program as few files, built from src/ and its pure JavaScript packages: a start that opens 150 of them pays 1 ms
// for each. Nothing is minified, and the maps beside it lead the lines of a bug's stack back to src/. The shop's drivers
// stay packages, and so do the tables of iconv-lite: only what is loaded late can be of no cost to everybody else.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const PROGRAM = join(ROOT, 'dist/program')

/**
 * Loaded when first called, though their users name them at the top. commander wants child_process for commands that are
 * programs of their own, of which there are none (7 ms of each start); string-width builds the list of all emoji (23 ms),
 * which most texts do not need; most commands meet nothing but ASCII on the wire and no CSV (5 ms), add no entry to the
 * audit trail (5 ms), and need not know whether stdin is a terminal where stderr is none (6 ms). SQLite's driver looks for
 * its compiled part in a dozen places (3 ms), and npm puts it in one.
 */
const LATE = {
  'node:child_process': {
    user: /node_modules.commander/,
    code: `module.exports = { spawn: (...args) => require('child_process').spawn(...args) }`,
  },
  'node:tty': { user: /src.cli/, code: `module.exports = { isatty: (fd) => require('tty').isatty(fd) }` },
  'node:crypto': {
    user: /src.mirror/,
    code: `module.exports = {
      createHash: (name) => require('crypto').createHash(name),
      randomUUID: () => require('crypto').randomUUID(),
    }`,
  },
  'iconv-lite': {
    user: /src.(gateway|mirror|simulator)/,
    code: `const late = require('node:module').createRequire(__filename)
    module.exports = {
      encode: (...args) => late('iconv-lite').encode(...args),
      decode: (...args) => late('iconv-lite').decode(...args),
    }`,
  },
  bindings: {
    user: /better-sqlite3/,
    code: `const native = require('node:module').createRequire(__filename)
    module.exports = (name) => native('better-sqlite3/build/Release/' + name)`,
  },
  'string-width': {
    user: /src.ui/,
    code: `module.exports = (...args) => require('string-width').default(...args)`,
  },
}
const MARK = '\0late:'
const isLate = (id, user = '') => LATE[id]?.user.test(user) === true
const PACKAGES = /^(iconv-lite|mysql2|pg)(\/|$)/
const late = {
  name: 'late',
  resolveId: (id, user) => (isLate(id, user) ? MARK + id : null),
  load: (id) => (id.startsWith(MARK) ? LATE[id.slice(MARK.length)].code : null),
}

const bundle = await rolldown({
  cwd: ROOT,
  input: { main: 'src/cli/main.ts' },
  platform: 'node',
  external: (id, user) => PACKAGES.test(id) && !isLate(id, user),
  plugins: [late],
  checks: { ineffectiveDynamicImport: false },
})
await bundle.write({
  dir: PROGRAM,
  format: 'cjs',
  // Node warns of `import()` in code that is compiled as `bin/load.js` does it.
  dynamicImportInCjs: false,
  sourcemap: true,
  cleanDir: true,
  entryFileNames: '[name].cjs',
  chunkFileNames: '[name].cjs',
  // What every start needs in one file.
  codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] },
})
await bundle.close()

// Compiled once here rather than at every start, by the very Node that will run it: what these commands need.
const COMMANDS = [
  ['--help'],
  ['orders', '--no-such-option'],
  ['import', join(ROOT, 'fixtures/manual-orders.csv')],
  ['bulk-sale', '--orders', '852,853', '--yes'],
  ['orders'],
  ['show', '852'],
  ['bulk-sale', '--all', '--dry-run'],
  ['export'],
  ['status'],
]
const cwd = mkdtempSync(join(tmpdir(), 'paygent-build-'))
const env = {
  PATH: process.env.PATH,
  PAYGENT_ENVIRONMENT: 'simulator',
  PAYGENT_DB: 'paygent.db',
  PAYGENT_STATE_DIR: 'state',
}
for (const args of COMMANDS) {
  const { error, status, stderr } = spawnSync(process.execPath, ['--', join(ROOT, 'bin/load.js'), ...args], {
    cwd,
    env,
  })
  if (error || ![0, 2, 3].includes(status)) throw error ?? new Error(`${args.join(' ')}: ${status} ${stderr}`)
}
rmSync(cwd, { recursive: true })
