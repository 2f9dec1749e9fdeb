import { LOCK_COMMANDS } from '../../src/domain/lock-owner.js'
import { AppError, ERROR_EXITS, type ErrorCode, type ErrorParams, EXIT } from '../../src/errors.js'
import { bugJson, bugText, errorJson, errorParts, errorText } from '../../src/ui/errors.js'
import { LANGS } from '../../src/ui/screen.js'
import { describe, expect, test } from 'vitest'

const CODES = Object.keys(ERROR_EXITS) as ErrorCode[]

/** Every param that any text mentions. */
const ALL: ErrorParams = {
  ...Object.fromEntries(
    'name value suggestion expected path problem code command detail phase what host user since found wanted known character codePoint field until journal now typed first second endpoint environment setting bytes node here order reader place run'
      .split(' ')
      .map((name) => [name, `<${name}>`]),
  ),
  count: 1234,
  yen: 1234567,
  limit: 1000,
  done: 3,
  total: 10,
  port: 4430,
  lines: ['3行目', '7行目'],
  orders: ['1', '2'],
  options: ['--all', '--orders'],
  names: ['A', 'B'],
}

describe.each(LANGS)('every error in %s', (lang) => {
  test.each(CODES)('%s: whole with all params, with empty ones and with none', (code) => {
    const empty = Object.fromEntries(Object.keys(ALL).map((name) => [name, '']))
    for (const params of [ALL, empty, {}]) {
      const { message, next } = errorParts(new AppError(code, params), lang)
      expect(message).not.toBe('')
      expect(next).not.toBe('')
      expect(message + next).not.toMatch(/[{}[\]]|undefined|NaN/)
    }
  })

  test.each(CODES)('%s ends with its next step', (code) => {
    const text = errorText(new AppError(code, ALL), lang)
    expect(text.split('\n').at(-1)).toMatch(lang === 'ja' ? /^次の手順：/ : /^Next: /)
  })
})

describe('as JSON', () => {
  test.each(CODES)('%s: its code, what happened with the sentence about sending, and what to do', (code) => {
    const fault = new AppError(code, ALL)
    const { message, sent, next } = errorParts(fault, 'ja')
    expect(errorJson(fault, 'ja')).toEqual({ error: { code, message: `${message}${sent}`, next } })
  })

  test('never states that nothing was sent after a request has gone out', () => {
    const fault = new AppError('gateway-unreachable', {})
    expect(errorJson(fault, 'en').error.message).toMatch(/Nothing was sent\.$/)
    expect(errorJson(fault, 'en', true).error.message).toMatch(/Nothing more was sent\.$/)
  })

  test('a bug has a code of its own', () => {
    expect(bugJson(new TypeError('x'), 'en').error).toMatchObject({
      code: 'bug',
      message: expect.stringContaining('x'),
    })
  })
})

describe('what was sent', () => {
  test.each(CODES.filter((code) => ERROR_EXITS[code] === EXIT.blocked))('%s says that nothing was', (code) => {
    expect(errorText(new AppError(code), 'ja')).toContain('何も送信していません。')
    expect(errorText(new AppError(code), 'en')).toContain('Nothing was sent.')
  })

  test.each(['login-refused', 'gateway-unreachable', 'answered-no', 'unknown-orders'] as const)('%s too', (code) => {
    expect(errorText(new AppError(code), 'ja')).toMatch(/\n何も送信していません。\n/)
  })
})

test.each([
  [
    'csv-bad',
    { path: 'a.csv', lines: ['3行目 total: x', '7行目 kind: y'] },
    'エラー：CSVを取り込めません：a.csv\n  3行目 total: x\n  7行目 kind: y\n何も取り込んでいません。\n次の手順：上の点を直して、もう一度取り込んでください。',
  ],
  [
    'unknown-orders',
    { orders: ['999', 'abc'] },
    'エラー：次の受注番号は見つかりません：999、abc\n何も送信していません。\n次の手順：paygent orders で受注番号を確認してください。新しい受注は paygent import または paygent pull で取り込みます。',
  ],
  [
    'another-run',
    { host: 'pc', user: 'taro', since: '19:30', done: 3, total: 10 },
    'エラー：ほかの実行が動いています：taro@pc、開始 19:30、3/10件。\n何も送信していません。\n次の手順：終わるのを待ってから、もう一度実行してください。.lock ファイルは削除しないでください。',
  ],
  [
    'another-run',
    { command: 'import', host: 'pc', user: 'taro', since: '19:30' },
    'エラー：ほかの実行（取込）が動いています：taro@pc、開始 19:30。\n何も送信していません。\n次の手順：終わるのを待ってから、もう一度実行してください。.lock ファイルは削除しないでください。',
  ],
  [
    'too-much-money',
    { yen: 600000, limit: 500000 },
    'エラー：合計金額が上限を超えています：600,000円（上限 500,000円）。\n何も送信していません。\n次の手順：対象を絞り込むか、--max-amount を見直してください。',
  ],
  [
    'bad-option',
    { name: '--oders', suggestion: '--orders', problem: 'unknown', help: 'bulk-sale' },
    'エラー：オプション --oders はありません。もしかして：--orders\n何も送信していません。\n次の手順：paygent help bulk-sale で使い方を確認してください。',
  ],
] as const)('%s', (code, params, text) => {
  expect(errorText(new AppError(code, params), 'ja')).toBe(text)
})

test.each(LOCK_COMMANDS)('whoever holds the lock for %s is told in words', (command) => {
  const [ja, en] = LANGS.map((lang) => errorParts(new AppError('another-run', { command }), lang).message)
  expect(ja).toMatch(/（[^a-z（）]+）が動いています/)
  expect(en).toMatch(/^Another run \([a-z]+\) is active\.$/)
})

test('values are put in as they are, made harmless, and never read as a template', () => {
  const text = errorText(
    new AppError('file-unreadable', { path: 'a{problem}[x]\u001B[31m\n$&', problem: 'ENOENT' }),
    'en',
  )
  expect(text).toContain('The file cannot be read: a{problem}[x]\\u{1B}[31m\\n$& (ENOENT)')
})

test('a bug is told as one, in one harmless line and a next step', () => {
  const text = bugText(new TypeError('x\n\u001B[2J'), 'ja')
  expect(text).toBe(
    'エラー：プログラムの不具合です (TypeError: x\\n\\u{1B}[2J)\n次の手順：ログを添えて管理者に連絡してください。送信中だった要求は paygent reconcile で確定します。',
  )
})

describe('what has not begun', () => {
  test.each(['mirror-busy', 'mirror-full', 'mirror-damaged', 'mirror-unusable'] as const)(
    '%s while the mirror is opened: nothing was sent, and not nothing more',
    (code) => {
      expect(errorParts(new AppError(code, { path: 'p' }), 'ja').sent).toBe('これ以降は何も送信していません。')
      const opening = new AppError(code, { path: 'p', opening: 'yes' })
      expect(errorParts(opening, 'ja').sent).toBe('何も送信していません。')
      expect(errorText(opening, 'en', true)).toContain('Nothing more was sent.')
    },
  )

  test('a reader that has gone needs no room on a disk', () => {
    const gone = errorText(new AppError('result-unwritable', { problem: 'EPIPE', reader: 'gone', run: '3' }), 'ja')
    expect([gone.includes('空き'), gone.includes('paygent runs show 3')]).toEqual([false, true])
    const full = errorText(new AppError('result-unwritable', { problem: 'ENOSPC', place: 'check', run: '' }), 'ja')
    expect([full.includes('空き'), full.includes('runs show')]).toEqual([true, false])
  })
})
