// `paygent init`: makes the settings file, its folders and the local data from the answers of a person, and checks them.
import { msOfJapanTime, systemClock } from '../../clock.js'
import { AppError, EXIT } from '../../errors.js'
import { makeFolders } from '../../folders.js'
import { fitText } from '../../text/width.js'
import { underProfile } from '../../ui/screen.js'
import { afterText, initTexts, madeText } from '../../ui/init.js'
import {
  type Cli,
  type CommonOptions,
  dataFolder,
  environmentWithoutSettings,
  foldersOfProfiles,
  merchantIdOf,
  movedFolder,
  profileOf,
  screenOf,
  stateDirOf,
  typedPath,
  whoRuns,
} from '../context.js'
import { packageFile, readInput, writeNewFile } from '../files.js'
import { recordNewMirror } from '../mirror.js'
import { assertProfileName, findProfile, isThere, profileIn } from '../profile.js'
import { cronLine, dataFileOf, type NewSettings, settingsText } from '../settings-file.js'
import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

interface InitOptions extends CommonOptions {
  readonly print?: boolean
}

/** Where the settings file goes, and the options by which a command finds it. */
interface Target {
  readonly path: string
  readonly options: Pick<CommonOptions, 'profile' | 'settings'>
  /** The folder for the local data that is proposed. */
  readonly folder: string
}

export async function runInit(options: InitOptions, { lang, terminal, version }: Cli): Promise<number> {
  const { format = 'table' } = options
  if (format !== 'table') throw new AppError('bad-value', { name: '--format', value: format, expected: 'table' })
  const target = targetOf(options)
  if (options.print) {
    terminal.out(printed(target, options.db, lang))
    return EXIT.done
  }
  if (isThere(target.path)) throw new AppError('file-exists', { path: target.path })
  if (!terminal.canAsk) throw new AppError('init-unattended')
  const shown = screenOf({ ...options, ...target.options }, lang, terminal.errorWidth)
  terminal.err(`${underProfile(fitText(initTexts(lang).begin(target.path), shown), shown)}\n`)
  const { askSettings } = await import('../init-questions.js')
  const dbPath = options.db === undefined ? null : typedPath(options.db)
  const folder = dbPath === null ? target.folder : dirname(dbPath)
  const answers = await askSettings({ lang, folder, dbPath }, terminal)
  writeFiles(target.path, answers.folder, settingsText(example(), answers.settings))
  const mirrorPath = await makeMirror(answers.settings, version)
  const { db: _named, ...rest } = options
  const screen = screenOf({ ...rest, ...target.options }, answers.lang, terminal.width)
  terminal.out(`${madeText({ path: target.path, mirrorPath }, screen)}\n`)
  const code = runDoctor(target, answers.lang)
  const fromShop = answers.settings['PAYGENT_SHOP_DATABASE'] !== ''
  const cron = nightLine(target, answers.settings)
  terminal.out(`${afterText({ path: target.path, healthy: code === EXIT.done, fromShop, cron }, screen)}\n`)
  return code
}

/** @throws AppError profile-name, file-exists for a profile that another folder has */
function targetOf(options: InitOptions): Target {
  const profile = profileOf(options)
  const own = dataFolder()
  if (profile === null) {
    const given = options.settings ?? options.envFile
    const path = given === undefined ? resolve('.env') : typedPath(given)
    return { path, options: given === undefined ? {} : { settings: path }, folder: join(dirname(path), 'paygent-data') }
  }
  assertProfileName(profile)
  const folders = foldersOfProfiles()
  const path = findProfile(profile, folders) ?? profileIn(folders[0] ?? '', profile)
  return { path, options: { profile }, folder: join(own ?? dirname(path), profile) }
}

const example = (): string => readInput(packageFile('.env.example')).toString()

/** The file without answers: simulator, and the data beside the settings or in the profile's own folder. */
function printed({ options: { profile }, folder }: Target, db: string | undefined, lang: Cli['lang']): string {
  const place = (name: string): string => (profile === undefined ? name : join(folder, name))
  return settingsText(example(), {
    PAYGENT_DB: db === undefined ? place(dataFileOf('simulator')) : typedPath(db),
    PAYGENT_LOG: place('paygent.log'),
    PAYGENT_LANG: lang,
  })
}

/** Makes both folders and the file for this user alone. Where the file cannot be made, nothing is left behind. */
function writeFiles(path: string, folder: string, text: string): void {
  const made: string[] = []
  try {
    for (const each of [dirname(path), folder]) {
      const first = makeFolders(each, 0o700)
      if (first !== null) made.push(first)
    }
    writeNewFile(path, text)
  } catch (error) {
    for (const each of made) rmSync(each, { recursive: true, force: true })
    if (error instanceof AppError) throw error
    throw new AppError('file-unwritable', { path, problem: (error as NodeJS.ErrnoException).code ?? String(error) })
  }
}

/**
 * Makes the data file by the new settings alone, whatever the environment says. One that is there stays as it is.
 * @returns its path; null where it was there or cannot be made, of which `doctor` says why
 */
async function makeMirror(settings: NewSettings, version: string): Promise<string | null> {
  try {
    const { readConfig } = await import('../../config/config.js')
    const config = readConfig(settings)
    const { dbPath, environment } = config
    if (existsSync(dbPath)) return null
    const { openMirror } = await import('../../mirror/open.js')
    const stamp = { environment, merchantId: merchantIdOf(config) }
    const identity = { ...whoRuns(), version }
    const mirror = openMirror(dbPath, {
      mode: 'create',
      stamp,
      clock: systemClock,
      identity,
      stateDir: stateDirOf(config),
    })
    try {
      recordNewMirror(mirror)
      return mirror.path
    } finally {
      mirror.close()
    }
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

const PROGRAM = 'bin/paygent.js'

/** The options of the target as words of a command line; with full paths, so that they count in every folder. */
const wordsOf = ({ path, options: { profile } }: Target): string[] =>
  profile === undefined ? ['--settings', path] : ['--profile', profile]

/** Checks the new settings as a program that cron starts reads them: without those of the shell. */
function runDoctor(target: Target, lang: Cli['lang']): number {
  const words = ['--', packageFile(PROGRAM), 'doctor', ...wordsOf(target), '--lang', lang]
  const { status, error } = spawnSync(process.execPath, words, {
    env: environmentWithoutSettings(),
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (error) throw error
  return status ?? EXIT.bug
}

/** The night begins so long before the cut-off. */
const BEFORE_CUT_OFF_MS = 90 * 60_000

function nightLine(target: Target, settings: NewSettings): string {
  const nowMs = systemClock.nowMs()
  const cutOffMs = msOfJapanTime(settings['PAYGENT_CUTOFF'] ?? '', nowMs)
  // Before its cut-off, and on the same day in Japan.
  const start = new Date(Math.max(cutOffMs - BEFORE_CUT_OFF_MS, msOfJapanTime('00:00', nowMs)))
  // The desk and the night find one file of settings, and one state of the machine.
  const needed = [
    ...(target.options.profile === undefined ? [] : ['XDG_CONFIG_HOME' as const]),
    'XDG_STATE_HOME' as const,
  ]
  const moved = needed.map((name) => [name, movedFolder(name)] as const)
  return cronLine({
    hour: start.getHours(),
    minute: start.getMinutes(),
    variables: Object.fromEntries(moved.flatMap(([name, path]) => (path === null ? [] : [[name, path]]))),
    words: [
      process.execPath,
      packageFile(PROGRAM),
      'nightly',
      ...wordsOf(target),
      '--quiet',
      '--max-orders',
      '300',
      '--max-amount',
      '3000000',
    ],
  })
}
