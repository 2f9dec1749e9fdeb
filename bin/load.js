// Loads the built program with the code that V8 compiled when it was built: half of a start would be compiling. What
// is not there, is of another Node, or is not whole is compiled as ever.
const { chmodSync, readFileSync, renameSync, writeFileSync } = require('node:fs')
const { createRequire, wrap } = require('node:module')
const { basename, dirname, join } = require('node:path')
const { Script } = require('node:vm')
const { crc32 } = require('node:zlib')

const loaded = new Map()
const compiled = new Map()
const cacheOf = (file) => `${file}.cache`

/** Checksums of source and code stand before the code: V8 compares no more than the length of the one, and runs the other. */
const HEAD_BYTES = 8

function kept(file, source) {
  try {
    const cache = readFileSync(cacheOf(file))
    const code = cache.subarray(HEAD_BYTES)
    return cache.readUInt32LE(0) === crc32(source) && cache.readUInt32LE(4) === crc32(code) ? code : undefined
  } catch {
    return undefined
  }
}

/** Compiled under a name that is the same wherever the program stands: the kept code would tell of the builder's folder. */
function compile(file) {
  const source = readFileSync(file)
  const filename = `paygent/${basename(file)}`
  const script = new Script(wrap(source.toString()), { filename, cachedData: kept(file, source) })
  compiled.set(file, { script, source })
  return script
}

function load(file) {
  const known = loaded.get(file)
  if (known) return known.exports
  const module = { exports: {} }
  loaded.set(file, module)
  const folder = dirname(file)
  const elsewhere = createRequire(file)
  const require = (id) => (id.startsWith('./') ? load(join(folder, id)) : elsewhere(id))
  try {
    compile(file).runInThisContext()(module.exports, require, module, file, folder)
  } catch (error) {
    loaded.delete(file)
    throw error
  }
  return module.exports
}

/** Readable for whoever runs the program, whoever built it; there as a whole or not at all. */
function keep(file, { script, source }) {
  const code = script.createCachedData()
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUInt32LE(crc32(source), 0)
  head.writeUInt32LE(crc32(code), 4)
  const made = `${cacheOf(file)}.${process.pid}`
  writeFileSync(made, Buffer.concat([head, code]))
  chmodSync(made, 0o644)
  renameSync(made, cacheOf(file))
}

const program = join(__dirname, '../dist/program/main.cjs')

// The build runs a few commands so, and what each of them needed is kept with what was kept before.
if (require.main === module) process.on('exit', () => compiled.forEach((made, file) => keep(file, made)))
load(program)
