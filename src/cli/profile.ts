// Finds the settings files of profiles. A profile is the settings of one shop, with a name that stands on every screen.
import type { Variables } from '../config/config.js'
import { PATH_SETTINGS } from '../config/settings-text.js'
import { AppError } from '../errors.js'
import { STDERR } from './log-place.js'
import { existsSync, lstatSync, readdirSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'

/** The profile that is read, without being chosen, where the current folder has no .env. */
export const DEFAULT_PROFILE = 'default'

const MACHINE_FOLDER = '/etc/paygent'
const ENDING = '.env'

/**
 * The folders of the profiles, the user's own before the machine's.
 * @param home the user's home folder; '' where it is not known
 */
export function profileFolders({ XDG_CONFIG_HOME: given = '' }: Variables, home: string): string[] {
  const config = isAbsolute(given) ? given : isAbsolute(home) ? join(home, '.config') : null
  return [...(config === null ? [] : [join(config, 'paygent')]), MACHINE_FOLDER]
}

/** A name is a part of a path and of a command to paste, so nothing in it has a meaning there. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]{0,63}$/u

export const isProfileName = (name: string): boolean => NAME.test(name) && !name.includes('..')

/** @throws AppError profile-name */
export function assertProfileName(name: string): void {
  if (!isProfileName(name)) throw new AppError('profile-name', { name })
}

/** The file of a profile in a folder, whether it is there or not. */
export const profileIn = (folder: string, name: string): string => join(folder, `${name}${ENDING}`)

/**
 * The file of a profile in the first folder that has one; null where none has. A file that cannot be read counts: the
 * next folder's would be another shop's.
 */
export function findProfile(name: string, folders: readonly string[]): string | null {
  return folders.map((folder) => profileIn(folder, name)).find(isThere) ?? null
}

/** Whether a file may be there: one that cannot be looked at, or that leads nowhere, counts. */
export function isThere(path: string): boolean {
  if (existsSync(path)) return true
  try {
    lstatSync(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return code !== 'ENOENT' && code !== 'ENOTDIR'
  }
}

export interface ProfileFile {
  readonly name: string
  readonly path: string
}

/** Every profile by name. One that stands in both folders is listed where it is read. */
export function listProfiles(folders: readonly string[]): ProfileFile[] {
  const found = new Map<string, ProfileFile>()
  for (const folder of folders)
    for (const file of filesIn(folder)) {
      const name = file.slice(0, -ENDING.length)
      if (!found.has(name)) found.set(name, { name, path: join(folder, file) })
    }
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * Adds the profiles to the fault of missing local data, for a command line that names no shop: its orders may be those
 * of a profile, and an import would make other local data in the current folder.
 * @param inUse the settings file in use, which is no other profile
 */
export function namingProfiles<Result>(inUse: string, folders: readonly string[], work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'mirror-missing') throw error
    throw new AppError('mirror-missing', { ...error.params, names: otherProfiles(inUse, folders) }, { cause: error })
  }
}

/** None where a folder cannot be listed: the fault at hand is another one. */
function otherProfiles(inUse: string, folders: readonly string[]): string[] {
  try {
    return listProfiles(folders).flatMap(({ name, path }) => (path === inUse ? [] : [name]))
  } catch {
    return []
  }
}

/** @throws AppError file-unreadable, where the folder is there and cannot be listed */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((file) => file.endsWith(ENDING) && file !== ENDING)
  } catch (error) {
    const problem = (error as NodeJS.ErrnoException).code ?? ''
    if (problem === 'ENOENT' || problem === 'ENOTDIR') return []
    throw new AppError('file-unreadable', { path: folder, setting: '', problem })
  }
}

/**
 * The variables of a settings file, with its relative paths as they are seen from the current folder. Each of them
 * means a file beside the settings, from whichever folder the program is started.
 * @param path of the settings file
 */
export function byOwnFolder(variables: Variables, path: string): Variables {
  const folder = dirname(path)
  if (folder === '.') return variables
  const moved = PATH_SETTINGS.flatMap((name) => {
    const value = variables[name] ?? ''
    return isRelative(value) ? [[name, join(folder, value)] as const] : []
  })
  const shop = variables['PAYGENT_SHOP_DATABASE']
  return {
    ...variables,
    ...Object.fromEntries(moved),
    ...(shop !== undefined && { PAYGENT_SHOP_DATABASE: shopByFolder(shop, folder) }),
  }
}

/** A `~` or a variable of the shell is none to this program, and is left for the check that says so. */
const isRelative = (value: string): boolean =>
  value !== '' && value !== STDERR && !isAbsolute(value) && !/^[~$]/.test(value)

/** The options of the database's address that name files. */
const shopByFolder = (address: string, folder: string): string =>
  address.replaceAll(/([?&](?:socket|ca)=)([^&#]*)/g, (whole, option: string, value: string) =>
    isRelative(value) && !/^%2f/i.test(value)
      ? `${option}${folder.split('/').map(encodeURIComponent).join('/')}/${value}`
      : whole,
  )
