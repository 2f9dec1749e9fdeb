// Tests how a new settings file is written: every value is read back as it was typed, and no comment is lost.
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { cronLine, settingsText, written } from '../../src/cli/settings-file.js'

const EXAMPLE = readFileSync(fileURLToPath(new URL('../../.env.example', import.meta.url)), 'utf8')

describe('the value of a setting', () => {
  it.each(['plain', '/a/b c', 'pass#word', "it's", 'a"b', '$HOME', '\\n', 'a\\', ' blank ', '本店', 'x=y', 'a`b', ''])(
    'is read back: %o',
    (value) => {
      const text = settingsText(EXAMPLE, { PAYGENT_CONNECT_PASSWORD: value })
      expect(parseEnv(text)['PAYGENT_CONNECT_PASSWORD']).toBe(value)
    },
  )

  it('is read back, or is refused', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const way = written(value)
        if (way === null) return /['"`\r\n\\]/.test(value)
        const read = parseEnv(`A=1\nPAYGENT_X=${way}\nB=2`)
        return read['PAYGENT_X'] === value && read['B'] === '2'
      }),
    )
  })

  it.each(['\'"`', 'a\nb\'"`'])('cannot be %o', (value) => {
    expect(written(value)).toBeNull()
    expect(() => settingsText(EXAMPLE, { PAYGENT_CONNECT_PASSWORD: value })).toThrow('PAYGENT_CONNECT_PASSWORD')
  })
})

describe('the file', () => {
  it('keeps every comment and every other setting', () => {
    const text = settingsText(EXAMPLE, { PAYGENT_ENVIRONMENT: 'sandbox', PAYGENT_DB: '/x.db' })
    const changed = EXAMPLE.split('\n').filter((line, at) => line !== text.split('\n')[at])
    expect(changed).toEqual(['PAYGENT_ENVIRONMENT=simulator', 'PAYGENT_DB=paygent.db'])
  })

  it('is not made with a setting that the example lacks', () => {
    expect(() => settingsText(EXAMPLE, { PAYGENT_NONE: 'x' })).toThrow('PAYGENT_NONE')
  })
})

describe('the line of a crontab', () => {
  const words = ['/bin/echo', "a b'c", '100%', '$HOME', '本店']

  it('gives the program its words, as cron and the shell read them', () => {
    const line = cronLine({ hour: 19, minute: 5, variables: { XDG_CONFIG_HOME: '/x y' }, words })
    expect(line).toMatch(/^5 19 \* \* \* XDG_CONFIG_HOME='\/x y' \/bin\/echo /)
    expect(line.replaceAll('\\%', '')).not.toContain('%')
    const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%')
    expect(execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', env: {} })).toBe("a b'c 100% $HOME 本店\n")
  })
})
