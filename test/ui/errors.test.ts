import { ANSWER_MESSAGES, FAULT_MESSAGES } from '../../src/domain/answer.js'
import { COMMANDS } from '../../src/cli/commands.js'
import { LOCK_COMMANDS } from '../../src/domain/lock-owner.js'
import { AppError, ERROR_EXITS, type ErrorCode, type ErrorParams, EXIT } from '../../src/errors.js'
import { bugJson, bugText, errorJson, errorLine, errorParts, errorText } from '../../src/ui/errors.js'
import { detailText } from '../../src/ui/problems.js'
import { LANGS } from '../../src/ui/screen.js'
import { describe, expect, test } from 'vitest'

const CODES = Object.keys(ERROR_EXITS) as ErrorCode[]

/** The commands that work on one mirror. */
const NAMES: readonly string[] = COMMANDS.map(({ name }) => name).filter((name) => name !== 'profiles')

/** A person has ended it: there is no next step. */
const ENDED: readonly ErrorCode[] = ['answered-no', 'interrupted']

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
      expect(next === '').toBe(ENDED.includes(code))
      expect(message + next).not.toMatch(/[{}[\]]|undefined|NaN/)
    }
  })

  test.each(CODES.filter((code) => !ENDED.includes(code)))('%s ends with its next step', (code) => {
    const fault = new AppError(code, ALL)
    const lines = errorText(fault, lang).split('\n')
    const { shell } = errorParts(fault, lang)
    if (shell !== '') expect(lines.pop()).toBe(shell)
    expect(lines.at(-1)).toMatch(lang === 'ja' ? /^対処：/ : /^Next: /)
  })

  test.each(CODES)('%s: each command of its next step goes to the mirror that is worked on', (code) => {
    const numbers = { order: '852', run: '5', id: '5', operation: 'sale', suggestion: ['paygent show 852'] }
    const fault = new AppError(code, { ...ALL, ...numbers })
    const [next, pasted] = ['', '--db 2.db'].map((sameMirror) => errorJson(fault, lang, { sameMirror }).error.next)
    const commands = [...(next ?? '').matchAll(/paygent ([a-z-]+)/g)].map(([, name = '']) => name)
    const named = commands.filter((name) => NAMES.includes(name))
    expect([next, pasted?.split('--db 2.db').length]).toEqual([next, named.length + 1])
    const others = [errorText, errorLine].map((told) => told(fault, lang, { sameMirror: '--db 2.db' }))
    const { shell } = errorParts(fault, lang)
    const sentence = pasted?.slice(0, pasted.length - shell.length).trim() ?? ''
    for (const text of others) expect(text).toContain(shell === '' ? sentence : `${sentence}\n${shell}`)
  })
})

describe('as JSON', () => {
  test.each(CODES)('%s: its code, what happened with the sentence about sending, and what to do', (code) => {
    const fault = new AppError(code, ALL)
    const { message, sent, next: step, shell } = errorParts(fault, 'ja')
    const next = `${step}${shell}`
    const closed = sent === '' || /[。？！]$/.test(message) ? message : `${message}。`
    expect(errorJson(fault, 'ja')).toEqual({ error: { code, message: `${closed}${sent}`, next } })
  })

  test('closes a message that ends with a list before the next sentence', () => {
    const fault = new AppError('unknown-orders', { orders: ['山田太郎'] })
    expect(errorJson(fault, 'ja').error.message).toBe('次の受注番号は見つかりません：山田太郎。何も送信していません。')
    expect(errorJson(fault, 'en').error.message).toMatch(/山田太郎\. Nothing was sent\.$/)
    expect(errorLine(fault, 'ja')).toContain('：山田太郎。')
    expect(errorLine(fault, 'en')).toContain('山田太郎. ')
  })

  test('never states that nothing was sent after a request has gone out', () => {
    const fault = new AppError('gateway-unreachable', {})
    expect(errorJson(fault, 'en').error.message).toMatch(/Nothing was sent\.$/)
    expect(errorJson(fault, 'en', { mayHaveSent: true }).error.message).toMatch(/Nothing more was sent\.$/)
  })

  test('a bug has a code of its own', () => {
    expect(bugJson(new TypeError('x'), 'en').error).toMatchObject({
      code: 'bug',
      message: expect.stringContaining('x'),
    })
  })
})

describe('the sentence on what was sent', () => {
  test.each(CODES.filter((code) => ERROR_EXITS[code] === EXIT.blocked))('%s says that nothing was', (code) => {
    expect(errorText(new AppError(code), 'ja')).toContain('何も送信していません。')
    expect(errorText(new AppError(code), 'en')).toContain('Nothing was sent.')
  })

  test.each(['login-refused', 'gateway-unreachable', 'unknown-orders'] as const)('%s too', (code) => {
    expect(errorText(new AppError(code), 'ja')).toMatch(/\n何も送信していません。\n/)
  })
})

test.each([
  [
    'csv-bad',
    { path: 'a.csv', lines: ['3行目 total: x', '7行目 kind: y'] },
    'エラー：CSV を取り込めません：a.csv\n  3行目 total: x\n  7行目 kind: y\n何も取り込んでいません。\n対処：上の点を直して、もう一度取り込んでください。',
  ],
  [
    'unknown-orders',
    { orders: ['999', 'abc'] },
    'エラー：次の受注番号は見つかりません：999、abc\n何も送信していません。\n対処：paygent orders で受注番号を確認してください。新しい受注は paygent import または paygent pull で取り込みます。',
  ],
  [
    'another-run',
    { host: 'pc', user: 'taro', since: '19:30', done: 3, total: 10 },
    'エラー：ほかの処理を実行中です：taro@pc、開始 19:30、3/10件。\n何も送信していません。\n対処：終了後にもう一度実行してください。.lock ファイルは削除しないでください。',
  ],
  [
    'another-run',
    { command: 'import', host: 'pc', user: 'taro', since: '2026-11-30T02:47:46+09:00' },
    'エラー：ほかの処理（CSV取込）を実行中です：taro@pc、開始 2026/11/30 02:47。\n何も送信していません。\n対処：終了後にもう一度実行してください。.lock ファイルは削除しないでください。',
  ],
  [
    'too-much-money',
    { yen: 600000, limit: 500000 },
    'エラー：合計金額が上限を超えています：600,000円（上限 500,000円）。\n何も送信していません。\n対処：対象を絞り込むか、--max-amount を見直してください。',
  ],
  [
    'bad-option',
    { name: '--oders', suggestion: '--orders', problem: 'unknown' },
    'エラー：オプション --oders はありません。もしかして：--orders\n何も送信していません。\n対処：paygent help bulk-sale で使い方を確認してください。',
  ],
] as const)('%s', (code, params, text) => {
  const command = code === 'csv-bad' ? 'import' : 'bulk-sale'
  expect(errorText(new AppError(code, params), 'ja', { command })).toBe(text)
})

describe('the next step', () => {
  const next = (code: ErrorCode, params: AppError['params'] = {}) =>
    LANGS.map((lang) => errorParts(new AppError(code, params), lang).next)

  test.each([
    ['report-unwritable', 'PAYGENT_REPORT_DIR'],
    ['state-unusable', 'PAYGENT_STATE_DIR'],
  ] as const)('of %s asks for a folder where the setting names a file', (code, setting) => {
    const [ja, en] = next(code, { path: '/shop/reports', problem: 'ENOTDIR' })
    expect(ja).toContain(`${setting} には、ファイルではなくフォルダーを指定してください。`)
    expect(en).toContain(`Name a folder in ${setting}, not a file.`)
    expect(next(code, { path: '/shop/reports', problem: 'ENOSPC' })[0]).not.toContain('ファイルではなく')
  })

  test('where no simulator runs is to start one, at the port of the setting', () => {
    const fault = { code: 'ECONNREFUSED', phase: 'connect', problem: FAULT_MESSAGES.refused }
    for (const said of next('gateway-unreachable', { ...fault, port: 4430 }))
      expect(said).toContain('paygent simulator --port 4430')
    for (const said of next('gateway-unreachable', fault)) expect(said).not.toContain('simulator')
  })

  test.each(['shop-missing', 'shop-address', 'shop-login-refused', 'shop-not-verified', 'shop-unreachable'] as const)(
    'of %s names the page about the database',
    (code) => {
      for (const said of next(code)) expect(said).toContain('docs/shop-database.md')
    },
  )
})

test('a pull that breaks off does not claim that nothing was imported', () => {
  const said = (params: AppError['params'], command: string) =>
    LANGS.map((lang) => errorText(new AppError('interrupted', params), lang, { command }))
  expect(said({ begun: 'yes' }, 'pull')).toEqual([
    '中止しました。以降の受注は取り込んでいません。',
    'Cancelled. Nothing more was imported.',
  ])
  expect(said({}, 'pull')[0]).toContain('何も取り込んでいません。')
  expect(said({ begun: 'yes' }, 'bulk-sale')[0]).toContain('何も送信していません。')
})

test('a clock behind the journal is told in Japan time, as everywhere', () => {
  const params = { journal: '2026-11-30T02:47:46.123+09:00', now: '2026-11-29T02:47:46+09:00' }
  const [ja, en] = LANGS.map((lang) => errorParts(new AppError('clock-behind-journal', params), lang).message)
  expect(ja).toContain('（記録 2026/11/30 02:47、現在 2026/11/29 02:47）')
  expect(en).toContain('(journal 2026/11/30 02:47, now 2026/11/29 02:47)')
})

test.each(LOCK_COMMANDS)('the holder of the lock for %s is named in words', (command) => {
  const [ja, en] = LANGS.map((lang) => errorParts(new AppError('another-run', { command }), lang).message)
  expect(ja).toMatch(/（[^a-z（）]+）を実行中です/)
  expect(en).toMatch(/^Another run \([a-z]+\) is active\.$/)
})

test('a missing setting goes into the settings file that is in use', () => {
  const said = (path: string) =>
    LANGS.flatMap((lang) =>
      (['setting-missing', 'setting-needed-without-terminal'] as const).map(
        (code) => errorParts(new AppError(code, { name: 'PAYGENT_DB', path }), lang).next,
      ),
    )
  for (const next of said('shop.env'))
    expect(next).toMatch(/環境変数または shop\.env に|in the environment or in shop\.env/)
  for (const next of said('')) expect(next).toMatch(/環境変数または \.env に|in the environment or in \.env/)
})

test.each(CODES)('%s names no file of the installation, which staff do not have', (code) => {
  for (const lang of LANGS) expect(errorText(new AppError(code, ALL), lang)).not.toContain('.env.example')
})

test('a push without a database does not advise an import, which writes back nothing', () => {
  const next = (command: string) => LANGS.map((lang) => errorParts(new AppError('shop-missing'), lang, command).next)
  for (const text of next('push')) expect(text).not.toContain('import')
  for (const text of next('pull')) expect(text).toContain('paygent import')
})

test('where profiles exist, missing local data is no reason to import into the current folder', () => {
  for (const lang of LANGS) {
    const alone = errorParts(new AppError('mirror-missing', { path: 'a.db' }), lang).next
    const { next } = errorParts(new AppError('mirror-missing', { path: 'a.db', names: ['shop-a', 'shop-b'] }), lang)
    expect(alone).not.toContain('--profile')
    expect(next).toMatch(/shop-a.*shop-b.*--profile.*paygent profiles.*paygent import/)
  }
})

test('values are put in as they are, made harmless, and never read as a template', () => {
  const text = errorText(
    new AppError('file-unreadable', { path: 'a{problem}[x]\u001B[31m\n$&', problem: 'EMFILE' }),
    'en',
  )
  expect(text).toContain('The file cannot be read: a{problem}[x]\\u{1B}[31m\\n$& (EMFILE)')
})

test('a bug is told as one, in one harmless line and a next step', () => {
  const text = bugText(new TypeError('x\n\u001B[2J'), 'ja')
  expect(text).toBe(
    'エラー：プログラムの不具合です（TypeError: x\\n\\u{1B}[2J）\n対処：ログを添えて管理者に連絡してください。送信中だった要求の結果は paygent reconcile で照会します。',
  )
})

describe('a command that has not begun', () => {
  test.each(['mirror-busy', 'mirror-full', 'mirror-damaged', 'mirror-unusable'] as const)(
    '%s while the mirror is opened: nothing was sent, and not nothing more',
    (code) => {
      expect(errorParts(new AppError(code, { path: 'p' }), 'ja').sent).toBe('以降の受注は送信していません。')
      const opening = new AppError(code, { path: 'p', opening: 'yes' })
      expect(errorParts(opening, 'ja').sent).toBe('何も送信していません。')
      expect(errorText(opening, 'en', { mayHaveSent: true })).toContain('Nothing more was sent.')
    },
  )

  test('a reader that has gone needs no room on a disk', () => {
    const gone = errorText(new AppError('result-unwritable', { problem: 'EPIPE', reader: 'gone', run: '3' }), 'ja')
    expect([gone.includes('空き'), gone.includes('paygent runs show 3')]).toEqual([false, true])
    const full = errorText(new AppError('result-unwritable', { problem: 'ENOSPC', place: 'check', run: '' }), 'ja')
    expect([full.includes('空き'), full.includes('runs show')]).toEqual([true, false])
  })
})

describe('an end that is no error', () => {
  test.each([
    ['answered-no', 'bulk-sale', '中止しました。何も送信していません。'],
    ['answered-no', 'purge', '中止しました。何も書き込んでいません。'],
    ['answered-no', 'settle', '中止しました。'],
    ['interrupted', 'reconcile', '中止しました。何も送信していません。'],
    ['interrupted', 'pull', '中止しました。何も取り込んでいません。'],
    ['interrupted', 'doctor', '中止しました。'],
    [
      'past-until',
      'bulk-sale',
      '--until で指定した時刻（00:01）を過ぎています。何も送信していません。\n対処：翌日に実行するか、--until を見直してください。',
    ],
  ] as const)('%s in %s', (code, command, text) => {
    expect(errorText(new AppError(code, { until: '00:01' }), 'ja', { command })).toBe(text)
  })
})

describe('the sentence about what was not done', () => {
  const fault = new AppError('mirror-on-network', { path: 'p', problem: 'NFS' })

  test.each([
    ['bulk-sale', '何も送信していません。'],
    ['', '何も送信していません。'],
    ['import', '何も取り込んでいません。'],
    ['push', '何も書き込んでいません。'],
    ['orders', null],
    ['settle', null],
  ])('of %s is %s', (command, sentence) => {
    const lines = errorText(fault, 'ja', { command }).split('\n')
    expect(lines.slice(1, -1)).toEqual(sentence === null ? [] : [sentence])
  })
})

describe('a reason that a machine gives stands in words, its code behind them', () => {
  test.each([
    ['file-unreadable', { path: 'a.csv', problem: 'ENOENT' }, 'ファイルが見つかりません：a.csv'],
    ['file-unreadable', { path: 'a.csv', problem: 'EISDIR' }, 'ファイルではなくフォルダーです：a.csv'],
    [
      'file-unreadable',
      { path: 'a.csv', problem: 'EACCES' },
      'ファイルを読めません：a.csv（権限がありません、EACCES）',
    ],
    [
      'file-unreadable',
      { path: 'a', problem: 'EMFILE' },
      'ファイルを読めません：a（開いているファイルが多すぎます、EMFILE）',
    ],
    ['env-file-missing', { path: '.env', problem: 'ENOENT' }, 'ファイルが見つかりません：.env'],
    ['bad-value', { name: '--to', value: '', expected: '1, 2, …' }, '--to が指定されていません。'],
    [
      'file-unwritable',
      { path: 'b/c.db', problem: "ENOENT: no such file or directory, open 'b/c.db'" },
      'フォルダーがありません：b/c.db',
    ],
    [
      'mirror-unusable',
      { path: 'p', problem: 'SQLITE_CANTOPEN unable to open database file' },
      '手元データを読み書きできません：p（ファイルを開けません、SQLITE_CANTOPEN）',
    ],
    ['mirror-not-ours', { path: 'p', problem: 'file is not a database' }, '手元データではないファイルです：p'],
    [
      'mirror-damaged',
      { path: 'p', problem: 'Tree 5 page 4: btreeInitPage() returns error code 11' },
      '手元データが壊れています：p（検査で異常が見つかりました）',
    ],
    [
      'mirror-full',
      { problem: 'ENOSPC' },
      'ディスクがいっぱいで記録できません（ディスクの空きがありません、ENOSPC）。',
    ],
    ['state-unusable', { problem: 'no-home' }, '使用記録を読み書きできません（ホームフォルダーが分かりません）。'],
    [
      'shop-unreachable',
      { place: 'db:3306/shop', problem: 'ECONNREFUSED' },
      'EC-CUBE のデータベースに接続できません：db:3306/shop（接続先が応答しません、ECONNREFUSED）。',
    ],
    [
      'shop-failed',
      { problem: 'ER_LOCK_DEADLOCK' },
      'EC-CUBE のデータベースでエラーが起きました（ER_LOCK_DEADLOCK）。',
    ],
    ['shop-address', { problem: 'user' }, 'PAYGENT_SHOP_DATABASE の書き方に誤りがあります：ユーザー名がありません。'],
    [
      'login-refused',
      { code: 'P002', detail: '接続IDが違います' },
      'ペイジェントへのログインが承認されませんでした。コード：P002（接続IDが違います）。',
    ],
  ] as const)('%s %j', (code, params, message) => {
    expect(errorParts(new AppError(code, params), 'ja').message).toBe(message)
  })

  test.each(Object.entries(FAULT_MESSAGES))('a fault of the connection: %s', (kind, problem) => {
    const fault = new AppError('gateway-unreachable', { code: 'ECONNREFUSED', phase: 'connect', problem })
    const { message } = errorParts(fault, 'ja')
    expect(message).toMatch(/^ペイジェントに接続できません。[^A-Z]{5,}(?:（1 MiB超）)?（ECONNREFUSED、接続時）。$/)
    expect(message).not.toContain(problem)
    expect(errorParts(fault, 'en').message).toBe(
      `Paygent cannot be reached. ${problem.slice(0, -1)} (ECONNREFUSED, while connecting).`,
    )
    expect([kind, detailText(problem, 'en')]).toEqual([kind, problem])
  })

  test('every message of the wire has words of its own', () => {
    const messages = [...Object.values(FAULT_MESSAGES), ...Object.values(ANSWER_MESSAGES)]
    const words = messages.map((message) => detailText(message, 'ja'))
    expect(words.filter((text) => /[A-Za-z]{3} [A-Za-z]{2}/.test(text))).toEqual([])
    expect(new Set(words).size).toBe(messages.length)
    expect(detailText('オーソリ期限切れです', 'ja')).toBe('オーソリ期限切れです')
  })

  test.each([
    ['simulator | sandbox | production', 'simulator、sandbox、production のどれか'],
    ['1-9 digits', '1～9桁の数字'],
    ['1-32 characters', '1～32文字'],
    ['1000-300000', '1000～300000 の数'],
    ['HH:MM', 'HH:MM の形の時刻'],
    ['NAME=credit|docomo, …', '名前=値（値：credit、docomo）'],
    ['https://127.0.0.1:4430', 'https://127.0.0.1:4430 のように設定'],
    ['http://host:port', 'http://ホスト:ポート のように設定'],
    ['8=返品受付:cancelled,店舗保留:hold,-:sell', '8=返品受付:cancelled,店舗保留:hold,-:sell のように設定'],
    ['….prom', '.prom で終わるファイル名を設定'],
    ['https://…', 'https:// で始まる URL を設定'],
    ['mysql://… | postgres://…', 'mysql:// か postgres:// で始まる URL を設定'],
    ['YYYY-MM, month, last-month', 'YYYY-MM、今月、先月 のどれか'],
  ])('what is expected: %s', (expected, words) => {
    const { next } = errorParts(new AppError('setting-invalid', { name: 'X', value: 'foo', expected }), 'ja')
    expect(next).toMatch(/設定してください。説明は paygent help settings で確認できます。$/)
    expect(next.startsWith(words)).toBe(true)
  })

  test('a wrong setting is told by its name, its value and the values that it takes', () => {
    const params = { name: 'PAYGENT_ENVIRONMENT', value: 'foo', expected: 'simulator | sandbox | production' }
    expect(errorText(new AppError('setting-invalid', params), 'ja', { command: 'orders' })).toBe(
      'エラー：設定 PAYGENT_ENVIRONMENT に「foo」は使えません。\n対処：simulator、sandbox、production のどれかを設定してください。説明は paygent help settings で確認できます。',
    )
  })
})
