// Tests that missing folders are made one by one, and that a place where none can be made ends with an error.
import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { makeFolders } from '../src/folders.js'
import { folder } from './e2e/program.js'

it('every missing folder is made with the mode, and the topmost one is returned', () => {
  const base = folder()
  expect(makeFolders(join(base, 'a/b/c'), 0o700)).toBe(join(base, 'a'))
  for (const made of ['a', 'a/b', 'a/b/c']) expect(statSync(join(base, made)).mode & 0o777).toBe(0o700)
  expect(makeFolders(join(base, 'a/b/c'))).toBeNull()
  mkdirSync(join(base, 'd/e'), { recursive: true })
  symlinkSync('d/e', join(base, 'link'))
  // The system takes `..` after the link.
  makeFolders(`${base}/link/../f`)
  expect(existsSync(join(base, 'd/f'))).toBe(true)
})

it.each(['/proc/paygent', '/proc/paygent/a/b'])('%s is an error, and not tried for ever', (path) => {
  expect(() => makeFolders(path)).toThrow('ENOENT')
})

it('a file in the way is an error of a folder below it', () => {
  const base = folder()
  writeFileSync(join(base, 'file'), '')
  expect(() => makeFolders(join(base, 'file/a'))).toThrow('ENOTDIR')
})
