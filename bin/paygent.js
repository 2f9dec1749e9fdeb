#!/usr/bin/env node
// Starts the program. Every Node can parse this file, however old it is, so that one that is too old
// gets a sentence and not a syntax error.
'use strict'

var fs = require('fs')
var os = require('os')
var path = require('path')

var PROGRAM = path.join(__dirname, '../dist/main.cjs')

/** The oldest Node that SQLite's driver runs on: it needs version 10 of Node-API. */
var OLDEST = [22, 14]

/** Why the program cannot run here, in Japanese and English, or '' where it can. */
function obstacle() {
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    return (
      'paygent は Linux で動作します（Windows では WSL、macOS は試用のみ）。\n' +
      'paygent runs on Linux (Windows: use WSL; macOS: to try it only).\n'
    )
  }
  var version = process.versions.node.split('.').map(Number)
  if (version[0] > OLDEST[0] || (version[0] === OLDEST[0] && version[1] >= OLDEST[1])) return unbuilt()
  var found = process.versions.node
  var needed = OLDEST.join('.')
  var own = fs.existsSync(path.join(__dirname, '../node_modules/.bin/node'))
  var japanese = own ? 'npx paygent で実行してください。' : 'Node.js を更新してください。'
  var english = own ? 'Run it as: npx paygent' : 'Update Node.js.'
  return [
    'Node.js ' + needed + ' 以上が必要です（現在：' + found + '）。' + japanese,
    'paygent needs Node.js ' + needed + ' or newer (this is ' + found + '). ' + english,
    '',
  ].join('\n')
}

/** The same for a checkout in which nobody has built the program yet. */
function unbuilt() {
  if (fs.existsSync(PROGRAM)) return ''
  return 'プログラムがまだビルドされていません。npm run build を実行してください。\nThe program is not built yet. Run: npm run build\n'
}

/**
 * The folder in which Node keeps the compiled code of the program, made where it is missing. Node runs what it finds
 * there, so a folder that is not this user's alone is not used; null then, and the program starts a little later.
 */
function cacheFolder() {
  try {
    var given = process.env.XDG_CACHE_HOME || ''
    var folder = path.join(path.isAbsolute(given) ? given : path.join(os.homedir(), '.cache'), 'paygent')
    fs.mkdirSync(folder, { recursive: true, mode: 448 /* 0700 */ })
    var found = fs.lstatSync(folder)
    return found.isDirectory() && found.uid === process.geteuid() && (found.mode & 63) === 0 ? folder : null
    // oxlint-disable-next-line no-unused-vars -- Node 8 cannot parse a catch that names nothing
  } catch (error) {
    return null
  }
}

/** Whether the command line asks for JSON; its errors are JSON, too. */
function wantsJson() {
  var args = process.argv.slice(2)
  return args.indexOf('--format=json') >= 0 || args[args.indexOf('--format') + 1] === 'json'
}

/** The last sentence of each language says what to do. */
function asJson(text) {
  var lines = text.trim().split('\n')
  var next = lines.map(function (line) {
    return line.replace(/^.*(?:。(?=.)|[.)] )/, '')
  })
  return JSON.stringify({ error: { code: 'cannot-run', message: lines.join(' '), next: next.join(' ') } }) + '\n'
}

var reason = obstacle()
if (reason !== '') {
  process.stderr.write(wantsJson() ? asJson(reason) : reason)
  process.exit(2)
}
var cache = cacheFolder()
if (cache !== null) require('module').enableCompileCache(cache)
require(PROGRAM)
