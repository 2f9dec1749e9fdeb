// The only place that reads the environment and builds adapters. Everything below it is handed what it needs.
import { systemClock } from '../clock.js'
import type { Config, Variables } from '../config/config.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { Clock } from '../ports.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import type { Screen } from '../ui/screen.js'
import { logFault } from './log-place.js'
import type { Terminal } from './terminal.js'
import { readFileSync, statSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

/** Options that every command takes; page 3.1. */
export interface CommonOptions {
  readonly format?: 'table' | 'json' | 'csv'
  readonly encoding?: 'utf8' | 'sjis'
  readonly db?: string
  readonly settings?: string
  /** The older name of `settings`. Node looks for a file of its own after `--env-file`, and ends where there is none. */
  readonly envFile?: string
  readonly lang?: string
  readonly quiet?: boolean
  readonly verbose?: boolean
  readonly color?: boolean
  readonly ascii?: boolean
}

export interface Context {
  readonly config: Config
  readonly clock: Clock
  readonly terminal: Terminal
  /** For what goes to stdout and to stderr. */
  readonly screen: Screen
  readonly errorScreen: Screen
  readonly format: 'table' | 'json' | 'csv'
  readonly options: CommonOptions
  readonly mirrorPath: string
  openMirror(mode: 'create' | 'write' | 'read'): Mirror
}

const environment = (): Variables => process.env

/** For a program of ours that is started with settings of its own; the language is the user's all the same. */
export const environmentWithoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PAYGENT_(?!LANG$)/.test(name)))

/**
 * Reads the settings and checks them.
 * @param version of the program, for the audit trail
 * @throws AppError for a setting that is wrong or, without a terminal, must be set
 */
export async function openContext(options: CommonOptions, terminal: Terminal, version: string): Promise<Context> {
  const { readConfig } = await import('../config/config.js')
  const variables = variablesOf(options)
  if (!terminal.canAsk) requireSet(variables)
  const config = readConfig(variables)
  const misplaced = logFault(config, settingsFileOf(options))
  if (misplaced !== null) throw misplaced
  const { openMirror } = await import('../mirror/open.js')
  const stamp = { environment: config.environment, merchantId: merchantIdOf(config) }
  const identity = { ...whoRuns(), version }
  const stateDir = stateDirOf(config)
  const { statuses, methods } = config
  const opened = { stamp, clock: systemClock, identity, stateDir, statuses, methods }
  return {
    config,
    clock: systemClock,
    terminal,
    screen: screenOf(options, config.lang, terminal.width),
    errorScreen: screenOf(options, config.lang, terminal.errorWidth),
    format: options.format ?? 'table',
    options,
    mirrorPath: config.dbPath,
    openMirror: (mode) => openMirror(config.dbPath, { mode, ...opened }),
  }
}

/** The language before anything is checked, so that even a usage error comes in the right one. */
export function earlyLanguage(args: readonly string[]): 'ja' | 'en' {
  const given = valueOf(args, '--lang')
  const settings = valueOf(args, '--settings') ?? valueOf(args, '--env-file')
  let stored: string | undefined
  try {
    stored = variablesOf(settings === undefined ? {} : { settings })['PAYGENT_LANG']
  } catch {
    stored = environment()['PAYGENT_LANG']
  }
  return (given ?? stored) === 'en' ? 'en' : 'ja'
}

/** The value of an option, before anything has been parsed. */
function valueOf(args: readonly string[], name: string): string | undefined {
  const index = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  return index < 0 ? undefined : args[index]?.slice(name.length + 1) || args[index + 1]
}

/** The environment over the .env file; options over both. */
const variablesOf = (options: CommonOptions): Variables => merge(options, fileVariables(options))

/** The same for whoever wants to hear all that is wrong: a fault of the file comes along instead of ending it. */
export function lenientVariables(options: CommonOptions): { variables: Variables; fault: AppError | null } {
  try {
    return { variables: variablesOf(options), fault: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const readable = error.code === 'file-too-open' ? parseEnv(readFileSync(settingsFileOf(options), 'utf8')) : {}
    return { variables: merge(options, readable as Variables), fault: error }
  }
}

function merge({ db, lang }: CommonOptions, file: Variables): Variables {
  const merged: Record<string, string | undefined> = { ...file }
  for (const [name, value] of Object.entries(environment())) if (value !== '') merged[name] = value
  if (db !== undefined) merged['PAYGENT_DB'] = db
  if (lang !== undefined) merged['PAYGENT_LANG'] = lang
  // On Node's command line they mean the same.
  merged['NODE_OPTIONS'] = [environment()['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ')
  return merged
}

/** A password or pass phrase, or an address with one in it. */
const SECRETS_OF_FILE =
  /^\s*(?:export\s+)?PAYGENT_(?:(?:CONNECT_PASSWORD|CLIENT_CERT_PASSPHRASE)\s*=\s*[^\s#]|(?:SHOP_DATABASE|PROXY|WEBHOOK|PING)\s*=\s*\S*:\/\/[^/\s]*:[^/\s]*@)/m

/** Where settings are read from beside the environment. */
export const settingsFileOf = ({ settings, envFile }: CommonOptions): string => settings ?? envFile ?? '.env'

function fileVariables(options: CommonOptions): Variables {
  const path = settingsFileOf(options)
  let text: string
  try {
    // A byte order mark would hide the first setting.
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  } catch (error) {
    const given = options.settings ?? options.envFile
    if (given === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw new AppError('env-file-missing', { path, problem: (error as NodeJS.ErrnoException).code ?? '' })
  }
  if (SECRETS_OF_FILE.test(text)) refuseReadable(path)
  return parseEnv(text) as Variables
}

/** As ssh does: a secret that others can read is refused, with the chmod that mends it. Page 5.4. */
export function refuseReadable(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0) throw new AppError('file-too-open', { path })
}

/** A cron job that lost its .env must not run green in the simulator: page 3.3. */
function requireSet(variables: Variables): void {
  const [missing] = missingWithoutTerminal(variables)
  if (missing) throw missing
}

/** One fault for each setting that must be set where nobody can be asked. */
export const missingWithoutTerminal = (variables: Variables): AppError[] =>
  ['PAYGENT_ENVIRONMENT', 'PAYGENT_DB']
    .filter((name) => !variables[name])
    .map((name) => new AppError('setting-needed-without-terminal', { name }))

/** The mirror that the settings name, nothing else of them looked at. */
export const mirrorPathOf = (options: CommonOptions): string =>
  lenientVariables(options).variables['PAYGENT_DB'] || 'paygent.db'

/** The merchant whose payments the mirror holds; the simulator has one of its own. */
export function merchantIdOf({ environment: where, merchantId }: Config): string {
  if (merchantId !== null) return merchantId
  if (where === 'simulator') return SIMULATOR_LOGIN.merchantId
  throw new AppError('setting-missing', { names: ['PAYGENT_MERCHANT_ID'] })
}

/** Where the machine state is kept: page 3.3. '' where the user has no home, which is told when it is needed. */
export function stateDirOf({ stateDir }: Config): string {
  if (stateDir !== null) return resolve(stateDir)
  const { XDG_STATE_HOME: given = '' } = environment()
  if (isAbsolute(given)) return join(given, 'paygent')
  const home = homeOf()
  return isAbsolute(home) ? join(home, '.local', 'state', 'paygent') : ''
}

/** cron may start without HOME, and HOME may be empty; the user table has it then. */
function homeOf(): string {
  try {
    return environment()['HOME'] ? homedir() : userInfo().homedir
  } catch {
    return ''
  }
}

function whoRuns(): { osUser: string; sudoUser: string | null; host: string; pid: number } {
  const uid = process.getuid?.() ?? -1
  let osUser = `uid ${uid}`
  try {
    osUser = userInfo().username
  } catch {
    // A uid without an entry in the user table still has a number.
  }
  return { osUser, sudoUser: environment()['SUDO_USER'] ?? null, host: hostname(), pid: process.pid }
}

export function screenOf(options: CommonOptions, lang: 'ja' | 'en', width: number | null): Screen {
  const { NO_COLOR: noColour, TERM: term } = environment()
  const colour = width !== null && options.color !== false && !noColour && term !== 'dumb'
  return { lang, width, colour, ascii: options.ascii === true }
}

/** For commands whose answer is no list: CSV would be something else than what was asked for. */
export function refuseCsv({ format }: CommonOptions): void {
  if (format === 'csv') throw new AppError('bad-value', { name: '--format', value: 'csv', expected: 'table, json' })
}
