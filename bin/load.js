// Loads the built program with the code that V8 compiled when it was built: half of a start would be compiling. What
// is not there, or is of another Node, is compiled as ever.
const { chmodSync, readFileSync, statSync, writeFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { dirname, join } = require('node:path')
const { Script } = require('node:vm')

const loaded = new Map()
const scripts = new Map()
const cacheOf = (file) => `${file}.cache`

/** Older than the program it was made from, it would be of another one. */
function kept(file) {
  try {
    return statSync(cacheOf(file)).mtimeMs >= statSync(file).mtimeMs ? readFileSync(cacheOf(file)) : undefined
  } catch {
    return undefined
  }
}

const compile = (file, cachedData) => new Script(wrap(readFileSync(file, 'utf8')), { filename: file, cachedData })

function load(file) {
  const known = loaded.get(file)
  if (known) return known.exports
  const module = { exports: {} }
  loaded.set(file, module)
  const folder = dirname(file)
  const elsewhere = createRequire(file)
  const require = (id) => (id.startsWith('./') ? load(join(folder, id)) : elsewhere(id))
  const script = compile(file, kept(file))
  scripts.set(file, script)
  script.runInThisContext()(module.exports, require, module, file, folder)
  return module.exports
}

/** Readable for whoever runs the program, whoever built it. */
function keep(file, script) {
  writeFileSync(cacheOf(file), script.createCachedData())
  chmodSync(cacheOf(file), 0o644)
}

const program = join(__dirname, '../dist/program/main.cjs')

// The build runs a few commands so, and what each of them needed is kept with what was kept before.
if (require.main === module) process.on('exit', () => scripts.forEach((script, file) => keep(file, script)))
load(program)
