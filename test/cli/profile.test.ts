// Tests where the settings of a profile are looked for, which names it may have, and the folder of its relative paths.
import { byOwnFolder, findProfile, isProfileName, listProfiles, profileFolders } from '../../src/cli/profile.js'
import { SCHEMA } from '../../src/config/schema.js'
import { PATH_SETTINGS } from '../../src/config/settings-text.js'
import { AppError } from '../../src/errors.js'
import { folder } from '../e2e/program.js'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

describe('the folders of the profiles', () => {
  it.each([
    [{ XDG_CONFIG_HOME: '/x' }, '/home/u', ['/x/paygent', '/etc/paygent']],
    [{}, '/home/u', ['/home/u/.config/paygent', '/etc/paygent']],
    // A relative one is invalid by the XDG specification.
    [{ XDG_CONFIG_HOME: 'x' }, '/home/u', ['/home/u/.config/paygent', '/etc/paygent']],
    [{ XDG_CONFIG_HOME: '' }, '', ['/etc/paygent']],
  ])('%o, home %s', (variables, home, folders) => {
    expect(profileFolders(variables, home)).toEqual(folders)
  })
})

describe('the name of a profile', () => {
  it.each(['shop-a', 'A', '10', '本店', 'か\u3099', 'a.b', 'a_b', 'a'.repeat(64)])('may be %s', (name) => {
    expect(isProfileName(name)).toBe(true)
  })

  it.each([
    '',
    '.',
    '..',
    '.a',
    '-a',
    'a/b',
    '../a',
    'a..b',
    'a b',
    'a\nb',
    'a\u0000',
    'a\u001b[31m',
    'a\u202eb',
    'a\u200b',
    "a'b",
    'a;b',
    'a$b',
    'a'.repeat(65),
  ])('may not be %o', (name) => {
    expect(isProfileName(name)).toBe(false)
  })
})

/** Two folders with profiles in them; `mine` comes first. */
function twoFolders() {
  const cwd = folder()
  const [mine, machine] = [join(cwd, 'mine'), join(cwd, 'machine')]
  for (const path of [mine, machine]) mkdirSync(path)
  return { mine, machine, folders: [mine, machine] }
}

describe('a profile is found', () => {
  it("in the user's folder before the machine's", () => {
    const { mine, machine, folders } = twoFolders()
    writeFileSync(join(machine, 'a.env'), '')
    expect(findProfile('a', folders)).toBe(join(machine, 'a.env'))
    writeFileSync(join(mine, 'a.env'), '')
    expect(findProfile('a', folders)).toBe(join(mine, 'a.env'))
    expect(findProfile('b', folders)).toBeNull()
  })

  it('where its file leads nowhere: the next folder has the settings of another shop', () => {
    const { mine, machine, folders } = twoFolders()
    symlinkSync('gone', join(mine, 'a.env'))
    writeFileSync(join(machine, 'a.env'), '')
    expect(findProfile('a', folders)).toBe(join(mine, 'a.env'))
  })

  it('in the list once, by name, where it is read', () => {
    const { mine, machine, folders } = twoFolders()
    for (const path of [join(mine, 'b.env'), join(machine, 'b.env'), join(machine, 'a.env')]) writeFileSync(path, '')
    for (const other of ['a.txt', '.env', 'c.env.bak']) writeFileSync(join(mine, other), '')
    expect(listProfiles([...folders, join(mine, 'gone')])).toEqual([
      { name: 'a', path: join(machine, 'a.env') },
      { name: 'b', path: join(mine, 'b.env') },
    ])
  })

  it('in no list where the folder cannot be listed', () => {
    const { mine } = twoFolders()
    const path = join(mine, 'loop')
    symlinkSync('loop', path)
    expect(() => listProfiles([path])).toThrow(AppError)
  })
})

describe('a relative path in a settings file', () => {
  const of = (name: string, value: string, path = '/etc/paygent/a.env') => byOwnFolder({ [name]: value }, path)[name]

  it.each(['PAYGENT_DB', 'PAYGENT_LOG', 'PAYGENT_STATE_DIR', 'PAYGENT_CLIENT_CERT', 'PAYGENT_CA_CERT'])(
    '%s goes by the folder of the file',
    (name) => {
      expect(of(name, 'x/y')).toBe('/etc/paygent/x/y')
      expect(of(name, '../y')).toBe('/etc/y')
      expect(of(name, '/x/y')).toBe('/x/y')
      expect(of(name, '')).toBe('')
      expect(of(name, 'y', 'conf/a.env')).toBe('conf/y')
      expect(of(name, 'y', '.env')).toBe('y')
    },
  )

  it.each([
    ['mysql://u:p@/shop?socket=run/m.sock', 'mysql://u:p@/shop?socket=/etc/pay%20gent/run/m.sock'],
    ['postgres://u:p@h/shop?tls=on&ca=ca.pem', 'postgres://u:p@h/shop?tls=on&ca=/etc/pay%20gent/ca.pem'],
    ['mysql://u:p@h/shop?ca=/x/ca.pem', 'mysql://u:p@h/shop?ca=/x/ca.pem'],
    ['mysql://u:p@/shop?socket=%2Frun%2Fm.sock', 'mysql://u:p@/shop?socket=%2Frun%2Fm.sock'],
    ['mysql://u:p@h/shop', 'mysql://u:p@h/shop'],
  ])('of the database %s is %s', (value, moved) => {
    expect(of('PAYGENT_SHOP_DATABASE', value, '/etc/pay gent/a.env')).toBe(moved)
  })

  it('is any of a setting that names a file or a folder', () => {
    const named = Object.keys(SCHEMA.shape).filter((name) => /_(?:DB|DIR|LOG|CERT|METRICS)$/.test(name))
    expect([...PATH_SETTINGS].toSorted()).toEqual(named.toSorted())
  })

  it('leaves what is no path alone', () => {
    expect(of('PAYGENT_CONNECT_ID', 'x')).toBe('x')
    expect(of('PAYGENT_PROFILE', 'x')).toBe('x')
    expect(of('PAYGENT_LOG', '-')).toBe('-')
    expect(of('PAYGENT_DB', '~/x.db')).toBe('~/x.db')
  })
})
