// Reads the settings from options, environment and settings file, and builds the context of a command from them.
// No other file reads the environment.
import { systemClock } from '../clock.js'
import type { Config, Variables } from '../config/config.js'
import { decodeSettings } from '../config/settings-text.js'
import type { GivenSettings } from '../config/wrong-settings.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import type { Clock } from '../ports.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import { quoted } from '../text/shells.js'
import type { Lang, Screen } from '../ui/screen.js'
import { misplacedFile } from './log-place.js'
import {
  assertProfileName,
  byOwnFolder,
  DEFAULT_PROFILE,
  findProfile,
  isProfileName,
  isThere,
  namingProfiles,
  profileFolders,
  profileIn,
} from './profile.js'
import { holdsPassword, refuseReadable } from './secret-files.js'
import type { Terminal } from './terminal.js'
import { readFileSync } from 'node:fs'
import { homedir, hostname, userInfo } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { parseEnv } from 'node:util'

export const FORMATS = ['table', 'json', 'csv', 'html'] as const
export type Format = (typeof FORMATS)[number]

/** Options that every command takes. */
export interface CommonOptions {
  readonly format?: Format
  readonly encoding?: 'utf8' | 'sjis'
  readonly db?: string
  readonly settings?: string
  /**
   * The older name of `settings`. Node reads `--env-file` as an option of its own, and exits where that file is
   * missing.
   */
  readonly envFile?: string
  readonly profile?: string
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
  /** The screens for stdout and for stderr. */
  readonly screen: Screen
  readonly errorScreen: Screen
  readonly format: Format
  readonly options: CommonOptions
  readonly mirrorPath: string
  openMirror(mode: 'create' | 'write' | 'read'): Mirror
}

const environment = (): Variables => process.env

/**
 * The environment for a program of this project that is started with settings of its own; it keeps the user's language.
 */
export const environmentWithoutSettings = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^PAYGENT_(?!LANG$)/.test(name)))

/**
 * Reads the settings and checks them.
 * @param version of the program, for the audit trail
 * @throws AppError for a setting that is wrong or, without a terminal, must be set
 */
export async function openContext(options: CommonOptions, terminal: Terminal, version: string): Promise<Context> {
  const { LOGIN_SETTINGS, readConfig } = await import('../config/config.js')
  const variables = variablesOf(options)
  if (!terminal.canAsk) requireSet(variables, LOGIN_SETTINGS, settingsFileOf(options))
  const [unnamed] = missingInProfile(options, variables)
  if (unnamed) throw unnamed
  const config = readConfig(variables)
  const misplaced = misplacedFile(config, settingsFileOf(options))
  if (misplaced !== null) throw misplaced
  const elsewhere = mirrorElsewhere(options)
  const { openMirror } = await import('../mirror/open.js')
  const stamp = { environment: config.environment, merchantId: merchantIdOf(config, settingsFileOf(options)) }
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
    openMirror: (mode) => {
      if (elsewhere !== null) throw elsewhere
      const work = (): Mirror => openMirror(config.dbPath, { mode, ...opened })
      return sameMirror(options) === '' ? namingProfiles(settingsFileOf(options), foldersOfProfiles(), work) : work()
    },
  }
}

/** The language, read before any check, so that even a usage error is printed in it. */
export function earlyLanguage(args: readonly string[]): 'ja' | 'en' {
  const given = valueOf(args, '--lang')
  let stored: string | undefined
  try {
    stored = variablesOf(earlyPlace(args))['PAYGENT_LANG']
  } catch {
    stored = environment()['PAYGENT_LANG']
  }
  return (given ?? stored) === 'en' ? 'en' : 'ja'
}

/** The format, read before any check, so that even a usage error is JSON where JSON is asked for. */
export const earlyFormat = (args: readonly string[]): string => valueOf(args, '--format') ?? 'table'

/** The options that reach the same settings and mirror, for a last message: nothing is parsed or loaded any more. */
export const earlySameMirror = (args: readonly string[]): string => sameMirror(earlyPlace(args))

/** The options that name mirror and settings. */
type Place = Pick<CommonOptions, 'db' | 'settings' | 'envFile' | 'profile'>

function earlyPlace(args: readonly string[]): Place {
  const names = { db: '--db', settings: '--settings', envFile: '--env-file', profile: '--profile' } as const
  const given = Object.entries(names).map(([option, name]) => [option, valueOf(args, name)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/** The value of an option, read before the command line is parsed: the last one, as commander takes it. */
function valueOf(args: readonly string[], name: string): string | undefined {
  const index = args.findLastIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  return args[index] === name ? args[index + 1] : args[index]?.slice(name.length + 1)
}

/** The variables: the environment overrides the .env file, and options override both. */
const variablesOf = (options: CommonOptions): Variables => merge(options, fileVariables(options))

/** The same for `doctor` and the completion: a fault of the file is returned instead of thrown. */
export function lenientVariables(options: CommonOptions): { variables: Variables; fault: AppError | null } {
  try {
    return { variables: variablesOf(options), fault: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { variables: merge(options, error.code === 'file-too-open' ? storedVariables(options) : {}), fault: error }
  }
}

function merge({ db, lang }: CommonOptions, file: Variables): Variables {
  const merged: Record<string, string | undefined> = { ...file }
  for (const [name, value] of Object.entries(environment())) if (value !== '') merged[name] = value
  if (db !== undefined) merged['PAYGENT_DB'] = db
  if (lang !== undefined) merged['PAYGENT_LANG'] = lang
  // Options on Node's command line have the same meaning as NODE_OPTIONS.
  merged['NODE_OPTIONS'] = [environment()['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ')
  return merged
}

/**
 * The profile that is chosen, by its option or by the environment; null where none is. A settings file that is named
 * on the command line wins over the environment.
 */
export function profileOf({ profile, settings, envFile }: CommonOptions): string | null {
  if (profile !== undefined) return profile
  return settings === undefined && envFile === undefined ? environment()['PAYGENT_PROFILE'] || null : null
}

/** The folder of the user's own data; null where the user has no home. */
export function dataFolder(): string | null {
  const moved = movedFolder('XDG_DATA_HOME')
  if (moved !== null) return join(moved, 'paygent')
  const home = homeOf()
  return isAbsolute(home) ? join(home, '.local', 'share', 'paygent') : null
}

/** A folder of the user's own, where it was moved; a program that cron starts does not know of it. */
export const movedFolder = (name: 'XDG_CONFIG_HOME' | 'XDG_DATA_HOME' | 'XDG_STATE_HOME'): string | null => {
  const given = environment()[name] ?? ''
  return isAbsolute(given) ? given : null
}

/** A path that a person has typed, with `~` as a shell takes it. */
export const typedPath = (path: string): string => resolve(path.replace(/^~(?=\/|$)/, () => homeOf() || '~'))

/** The folders that profiles are read from, the user's own first. */
export const foldersOfProfiles = (): string[] => profileFolders(environment(), homeOf())

/**
 * The path of the file that settings are read from beside the environment. Where a profile has no file, it is the path
 * at which one would be read; '' for a name that no profile can have.
 */
export function settingsFileOf(options: CommonOptions): string {
  const given = options.settings ?? options.envFile
  const profile = profileOf(options)
  if (profile === null && given !== undefined) return given
  const folders = foldersOfProfiles()
  if (profile === null) return isThere('.env') ? '.env' : (findProfile(DEFAULT_PROFILE, folders) ?? '.env')
  return isProfileName(profile) ? (findProfile(profile, folders) ?? profileIn(folders[0] ?? '', profile)) : ''
}

/** The settings as they are given, to look for those that are not meant so; a file that cannot be read has none. */
export function givenSettings(options: CommonOptions): GivenSettings {
  const path = settingsFileOf(options)
  try {
    return { file: { ...decodeSettings(readFileSync(path)), path }, environment: environment() }
  } catch {
    return { file: null, environment: environment() }
  }
}

function fileVariables(options: CommonOptions): Variables {
  const profile = profileOf(options)
  if (profile !== null) assertProfileName(profile)
  const path = settingsFileOf(options)
  let text: string
  try {
    text = decodeSettings(readFileSync(path)).text
  } catch (error) {
    const { code: problem = '' } = error as NodeJS.ErrnoException
    if (problem === 'ENOENT' && profile !== null) throw new AppError('profile-missing', { name: profile, path })
    if (problem === 'ENOENT' && path === '.env' && (options.settings ?? options.envFile) === undefined) return {}
    throw new AppError('env-file-missing', { path, problem })
  }
  if (holdsPassword(text)) refuseReadable(path)
  return storedVariables(options)
}

/**
 * The fault of a mirror that an earlier version found: relative paths of a `--settings` file went by the current folder.
 * To make the mirror where the path leads now would hide the open requests of that one. Null where none is there.
 */
export function mirrorElsewhere(options: CommonOptions): AppError | null {
  if ((options.settings ?? options.envFile) === undefined || profileOf(options) !== null) return null
  const file = settingsFileOf(options)
  if (!isThere(file) || (options.db ?? environment()['PAYGENT_DB'] ?? '') !== '') return null
  const written = (parseEnv(decodeSettings(readFileSync(file)).text) as Variables)['PAYGENT_DB'] ?? ''
  const path = resolve(byOwnFolder({ PAYGENT_DB: written }, file)['PAYGENT_DB'] ?? '')
  const here = resolve(written)
  const moved = written !== '' && path !== here && !isThere(path) && isThere(here)
  return moved ? new AppError('mirror-elsewhere', { path, here }) : null
}

/** The variables of a settings file that is there. */
function storedVariables(options: CommonOptions): Variables {
  const path = settingsFileOf(options)
  return byOwnFolder(parseEnv(decodeSettings(readFileSync(path)).text) as Variables, path)
}

/**
 * Refuses to run without the required settings: a cron job that lost its .env must not succeed in the simulator. All
 * that are missing are named at once, those of the login too where they are needed.
 */
function requireSet(variables: Variables, login: readonly string[], path: string): void {
  const missing = unset(REQUIRED, variables)
  if (missing.length === 0) return
  const isOutside = ['sandbox', 'production'].includes(variables['PAYGENT_ENVIRONMENT'] ?? '')
  const names = [...missing, ...(isOutside ? unset(login, variables) : [])]
  throw new AppError('setting-needed-without-terminal', { names, path })
}

/** The settings that are required where there is no operator to ask. */
const REQUIRED = ['PAYGENT_ENVIRONMENT', 'PAYGENT_DB'] as const

const unset = (names: readonly string[], variables: Variables): string[] => names.filter((name) => !variables[name])

/** One fault for each of them. */
export const missingWithoutTerminal = (variables: Variables, path: string): AppError[] =>
  unset(REQUIRED, variables).map((name) => new AppError('setting-needed-without-terminal', { name, path }))

/** A profile names its own local data: two shops must not meet in the file that is the default of the current folder. */
export const missingInProfile = (options: CommonOptions, variables: Variables): AppError[] =>
  profileOf(options) === null || variables['PAYGENT_DB']
    ? []
    : [new AppError('setting-missing', { name: 'PAYGENT_DB', path: settingsFileOf(options) })]

/** The path of the mirror that the settings name; no other setting is checked. */
export const mirrorPathOf = (options: CommonOptions): string =>
  lenientVariables(options).variables['PAYGENT_DB'] || 'paygent.db'

/** The merchant whose payments the mirror holds; the simulator has one of its own. */
export function merchantIdOf(
  {
    environment: where,
    merchantId,
    loginMissing = ['PAYGENT_MERCHANT_ID'],
  }: Pick<Config, 'environment' | 'merchantId'> & Partial<Pick<Config, 'loginMissing'>>,
  path = '',
): string {
  if (merchantId !== null) return merchantId
  if (where === 'simulator') return SIMULATOR_LOGIN.merchantId
  throw new AppError('setting-missing', { names: loginMissing, path })
}

/** The folder of the machine state; '' where the user has no home, which becomes an error once it is needed. */
export function stateDirOf({ stateDir }: Config): string {
  if (stateDir !== null) return resolve(stateDir)
  const moved = movedFolder('XDG_STATE_HOME')
  if (moved !== null) return join(moved, 'paygent')
  const home = homeOf()
  return isAbsolute(home) ? join(home, '.local', 'state', 'paygent') : ''
}

/** The home folder. cron may start without HOME, and HOME may be empty; then the user table gives it. */
function homeOf(): string {
  try {
    return environment()['HOME'] ? homedir() : userInfo().homedir
  } catch {
    return ''
  }
}

/** Who runs the program, for the audit trail. */
export function whoRuns(): { osUser: string; sudoUser: string | null; host: string; pid: number } {
  const uid = process.getuid?.() ?? -1
  let osUser = `uid ${uid}`
  try {
    osUser = userInfo().username
  } catch {
    // A uid may have no entry in the user table; the number is used then.
  }
  return { osUser, sudoUser: environment()['SUDO_USER'] ?? null, host: hostname(), pid: process.pid }
}

export function screenOf(options: CommonOptions, lang: 'ja' | 'en', width: number | null): Screen {
  const { NO_COLOR: noColour, TERM: term } = environment()
  const colour = width !== null && options.color !== false && !noColour && term !== 'dumb'
  const profile = profileOf(options)
  return { lang, width, colour, ascii: options.ascii === true, sameMirror: sameMirror(options), profile }
}

/**
 * The options that say which settings and which mirror a command works on, as they were given. A profile of the
 * environment is among them: a command of a mail is pasted into another shell.
 */
export function sameMirror(place: Place): string {
  const given = [
    ['--profile', profileOf(place) ?? undefined],
    ['--settings', place.settings],
    ['--env-file', place.envFile],
    ['--db', place.db],
  ] as const
  return given.flatMap(([option, value]) => (value === undefined ? [] : [`${option} ${quoted(value)}`])).join(' ')
}

/** Refuses CSV for commands whose answer is no list: the CSV would not be what the user requested. */
export function refuseCsv({ format }: CommonOptions): void {
  if (format === 'csv') throw new AppError('bad-value', { name: '--format', value: 'csv', expected: 'table, json' })
}

/** The parameters that every command gets beside its options. */
export interface Cli {
  readonly lang: Lang
  readonly terminal: Terminal
  readonly version: string
}
