// Holds the text of every error of the program: the event and the next step. A part about a missing fact is left out.
import type { ErrorCode } from '../errors.js'
import { grouped } from '../text/numbers.js'
import { quoted } from '../text/shells.js'
import { bothLanguages } from './screen.js'

/** The facts that an error may bear, as harmless text; '' is one that it does not have. Lists are joined already. */
export const NO_FACTS = {
  bytes: '',
  character: '',
  code: '',
  codePoint: '',
  /** A command of domain/holder.ts. */
  command: '',
  count: '',
  /** Of an end or a beginning: 2026-11-29. */
  date: '',
  detail: '',
  done: '',
  encoding: '',
  endpoint: '',
  environment: '',
  expected: '',
  field: '',
  file: '',
  first: '',
  /** The mirror's value. */
  found: '',
  /** The command whose help explains the usage. */
  help: '',
  /** The platform: linux-x64. */
  here: '',
  host: '',
  id: '',
  journal: '',
  known: '',
  limit: '',
  /** Of a CSV, one line each. */
  lines: '',
  machine: '',
  /** The number of items left out. */
  more: '',
  name: '',
  /** A list. */
  names: '',
  /** The version of Node.js. */
  node: '',
  now: '',
  /** A list. */
  operation: '',
  option: '',
  options: '',
  order: '',
  /** A list. */
  orders: '',
  path: '',
  phase: '',
  /** `check`: there may be no room to write to. */
  place: '',
  pooler: '',
  port: '',
  /** Bad-option: `unknown`, `no-value`; passphrase-wrong: `missing`, `wrong`. */
  problem: '',
  /** `gone`: nothing reads the output any more. */
  reader: '',
  /** The argument of `runs show`. */
  run: '',
  second: '',
  setting: '',
  since: '',
  suggestion: '',
  total: '',
  typed: '',
  until: '',
  user: '',
  value: '',
  /** The settings' value. */
  wanted: '',
  /** The code that `problem` begins with, unchanged: ENOENT. */
  why: '',
  /** Certificate-unusable: `ca`, `client-certificate`, `client-key`. */
  what: '',
  yen: '',
}
export type ErrorFacts = Readonly<typeof NO_FACTS>

export type ErrorText = (facts: ErrorFacts) => {
  readonly message: string
  readonly next: string
  /** The command for the shell that the next step speaks of. */
  readonly shell?: string
}

/** A missing fact in words, so that the sentence has no hole. */
const knownJa = (fact: string): string => (fact === '' ? '（不明）' : fact)
const knownEn = (fact: string): string => (fact === '' ? '(not told)' : fact)

/** `paygent help bulk-sale` */
const helpOf = (command: string): string => (command === '' ? 'paygent help' : `paygent help ${command}`)

/** Nothing was given for an option or an argument, which is not a wrong value. */
const isMissing = ({ name, value }: Pick<ErrorFacts, 'name' | 'value'>): boolean => name !== '' && value === ''

/** A space stands around Latin names. */
const spacedJa = (text: string): string => (/[\u0021-\u007E…]$/.test(text) ? `${text} ` : text)

/** An example with its `のように` is followed by no を. */
const objectJa = (expected: string): string => (expected.endsWith('のように') ? expected : `${spacedJa(expected)}を`)

/** Distinguishes the faults of the gateway: 接続先が応答しません（ECONNREFUSED、接続時）。 or コード：P002（…）。 */
function faultJa({ code, detail, phase, problem }: ErrorFacts): string {
  if (problem === '') return `${code && `コード：${code}${detail && `（${detail}）`}。`}`
  const where = [code, phase].filter((part) => part !== '').join('、')
  return `${problem}${where && `（${where}）`}。`
}
function faultEn({ code, detail, phase, problem }: ErrorFacts): string {
  if (problem === '') return `${code && ` Code: ${code}.`}${detail && ` Paygent: ${detail}`}`
  const where = [code, phase].filter((part) => part !== '').join(', ')
  return ` ${problem.replace(/\.$/, '')}${where && ` (${where})`}.`
}

/** The fault of a file, by the code of the system; `other` where the code has no text of its own. */
function fileJa({ path, problem, why }: ErrorFacts, other: string): string {
  switch (why) {
    case 'ENOENT':
      return `ファイルが見つかりません：${knownJa(path)}`
    case 'EISDIR':
      return `ファイルではなくフォルダーです：${knownJa(path)}`
    case 'EACCES':
    case 'EPERM':
      return `${other}：${knownJa(path)}（権限がありません、${why}）`
    default:
      return `${other}：${knownJa(path)}${problem && `（${problem}）`}`
  }
}
function fileEn({ path, problem, why }: ErrorFacts, other: string): string {
  switch (why) {
    case 'ENOENT':
      return `There is no such file: ${knownEn(path)}`
    case 'EISDIR':
      return `It is a folder and no file: ${knownEn(path)}`
    default:
      return `${other}: ${knownEn(path)}${problem && ` (${problem})`}`
  }
}

/** A file that is to be written: its folder is missing, or something else. */
const madeJa = ({ path, problem, why }: ErrorFacts, other: string): string =>
  why === 'ENOENT' || why === 'ENOTDIR'
    ? `フォルダーがありません：${knownJa(path)}`
    : `${other}：${knownJa(path)}${problem && `（${problem}）`}`
const madeEn = ({ path, problem, why }: ErrorFacts, other: string): string =>
  why === 'ENOENT' || why === 'ENOTDIR'
    ? `Its folder does not exist: ${knownEn(path)}`
    : `${other}: ${knownEn(path)}${problem && ` (${problem})`}`

/** The next step where a setting for a folder leads to a file; '' for another fault. */
const notFolderJa = (why: string, setting: string): string =>
  why === 'ENOTDIR' ? `${setting} には、ファイルではなくフォルダーを指定してください。` : ''
const notFolderEn = (why: string, setting: string): string =>
  why === 'ENOTDIR' ? `Name a folder in ${setting}, not a file.` : ''

const JA = {
  error: 'エラー：',
  next: '対処：',
  between: '、',
  betweenSentences: '',
  fullStop: '。',
  /**
   * The sentence on whether anything was sent before the error; '' where the message says it, or where nothing is ever
   * sent.
   */
  sent: {
    nothing: '何も送信していません。',
    'no-more': '以降の受注は送信していません。',
    'nothing-taken': '何も取り込んでいません。',
    'no-more-taken': '以降の受注は取り込んでいません。',
    'nothing-written': '何も書き込んでいません。',
    other: '',
  },
  bug: {
    message: 'プログラムの不具合です',
    of: (text: string) => `（${text}）`,
    next: 'ログを添えて管理者に連絡してください。送信中だった要求の結果は paygent reconcile で照会します。',
  },
  /** The work of a command, named for another command that has to wait for it. */
  /** Values of facts that mean something to programmers only: `code.fact.value`. */
  words: {
    'bad-option.problem.unknown': 'はありません',
    'bad-option.problem.no-value': 'の値が指定されていません',
    'bad-value.name.shell': '引数（シェル）',
    'missing-argument.name.order': '受注番号',
    'missing-argument.name.id': '処理番号',
    'missing-argument.name.file': 'ファイル',
    'missing-argument.name.shell': 'シェル',
    'passphrase-wrong.problem.missing': 'パスフレーズが設定されていません',
    'passphrase-wrong.problem.wrong': 'パスフレーズが違います',
    'settings-encoding.encoding.not-utf-8': 'Shift_JIS など',
    'result-unwritable.reader.gone': '出力を受け取るプログラムが先に終了しました。',
    'result-unwritable.place.check': '出力先の空きと権限を確認してください。',
    'shop-address.problem.database': 'データベース名がありません',
    'shop-address.problem.user': 'ユーザー名がありません',
    'shop-address.problem.%': '% の後が16進数ではありません',
    'shop-address.problem.?': '使えないオプションがあります',
    'shop-address.problem.?tls=on | ?tls=off': '?tls= に使えるのは on と off です',
    'shop-address.problem.?tls=off&ca=': '?tls=off と ?ca= は同時に使えません',
    'certificate-unusable.what.ca': 'CA証明書',
    'certificate-unusable.what.client-certificate': 'クライアント証明書',
    'certificate-unusable.what.client-key': 'クライアント証明書の秘密鍵',
  },
  errors: {
    // wrong usage and settings
    'bad-option': ({ name, problem, suggestion, help }) => ({
      message: `オプション${name && ` ${name} `}${problem || 'が正しくありません'}。${suggestion && `もしかして：${suggestion}`}`,
      next: `${helpOf(help)} で使い方を確認してください。`,
    }),
    'missing-argument': ({ name, help }) => ({
      message: `引数${name && `（${name}）`}が指定されていません。`,
      next: `${helpOf(help)} で使い方を確認してください。`,
    }),
    'excess-arguments': ({ names, suggestion, help }) => ({
      message: `引数が多すぎます${names && `：${names}`}。${suggestion && `もしかして：${suggestion}`}`,
      next: `${helpOf(help)} で使い方を確認してください。`,
    }),
    'unknown-command': ({ name, suggestion }) => ({
      message: `コマンド ${knownJa(name)} はありません。${suggestion && `もしかして：${suggestion}`}`,
      next: 'paygent help でコマンドの一覧を確認してください。',
    }),
    'bad-value': ({ name, field, value, bytes, limit, expected, help }) => ({
      message: isMissing({ name, value })
        ? `${spacedJa(name)}が指定されていません。`
        : `${name && `${name} の値`}${field && `${field} の値`}${value && `「${value}」`}が正しくありません。${bytes && limit && `（${bytes}バイト、上限 ${limit}バイト）`}`,
      next: `${expected && `${objectJa(expected)}指定してください。`}${helpOf(help)} で使い方を確認できます。`,
    }),
    'options-contradict': ({ options, first, second }) => ({
      message: `同時に指定できないオプションがあります${options && `：${options}`}${first && second && `：${first} と ${second}`}。`,
      next: 'どちらか一方だけを指定してください。',
    }),
    'option-needs': ({ first, second }) => ({
      message: `${knownJa(first)} は ${knownJa(second)} と併用するオプションです。`,
      next: `${knownJa(second)} も指定してください。`,
    }),
    'no-orders-named': () => ({
      message: '処理する受注が指定されていません。',
      next: '--orders 852,853 のように受注番号を指定するか、--all を指定してください。',
    }),
    'verdict-missing': () => ({
      message: '登録する内容が指定されていません。',
      next: '--as sold（売上済み）、cancelled（取消済み）、open（オーソリのまま）か、--payment-id を指定してください。',
    }),
    'unknown-orders': ({ orders, more }) => ({
      message: `次の受注番号は見つかりません：${knownJa(orders)}${more && `、ほか ${grouped(more)}件`}`,
      next: 'paygent orders で受注番号を確認してください。新しい受注は paygent import または paygent pull で取り込みます。',
    }),
    'impossible-range': ({ first, second }) => ({
      message: `--from（${first}）が --to（${second}）より後の日付です。`,
      next: '--from には --to と同じか、それより前の日付を指定してください。',
    }),
    'filter-needed': () => ({
      message: '--all で取消する場合は、絞り込みが必要です。',
      next: '--from、--to、--method、--search のどれかを指定してください。',
    }),
    'no-terminal': () => ({
      message: '無人実行のため、実行してよいか確認できません。',
      next: '--dry-run で内容を確かめ、--yes を付けて実行してください。',
    }),
    'init-unattended': () => ({
      message: '無人実行のため、設定を質問できません。',
      next: '対話画面で実行するか、paygent init --print の出力を設定ファイルに保存して値を記入してください。',
    }),
    'limits-needed': ({ count, yen }) => ({
      message: `本番環境で、確認の必要な件数か金額を超えています${count && `：${grouped(count)}件`}${yen && `、${grouped(yen)}円`}。`,
      next: '無人実行では --max-orders と --max-amount を両方指定してください。',
    }),
    'env-file-missing': (facts) => ({
      message: fileJa(facts, '設定ファイルを読めません'),
      next: '--settings のパスを確認してください。ひな形は paygent init --print で表示できます。',
    }),
    'profile-missing': ({ name, path }) => ({
      message: `プロファイル ${knownJa(name)} の設定ファイルがありません${path && `：${path}`}`,
      next: 'paygent profiles でプロファイルの一覧を確認してください。新しい店舗の設定は paygent init で作成できます。',
    }),
    'profile-name': ({ name }) => ({
      message:
        name === '' ? 'プロファイルの名前が指定されていません。' : `プロファイルの名前に「${name}」は使えません。`,
      next: '文字、数字、_、-、.（先頭と連続は不可）で64字以内の名前を指定してください。paygent profiles で一覧を確認できます。',
    }),
    'setting-invalid': ({ name, value, expected }) => ({
      message: `設定 ${knownJa(name)} に${value && `「${value}」`}は使えません。`,
      next: `${expected && `${objectJa(expected)}設定してください。`}説明は paygent help settings で確認できます。`,
    }),
    'setting-missing': ({ name, names, path }) => ({
      message: `必要な設定がありません${name && `：${name}`}${names && `：${names}`}。`,
      next: `環境変数または ${path || '.env'} に設定してください。説明は paygent help settings で確認できます。`,
    }),
    'setting-needed-without-terminal': ({ name, names, path }) => ({
      message: `無人実行には設定 ${knownJa(names || name)} が必要です。`,
      next: `環境変数または ${path || '.env'} に ${knownJa(names || name)} を設定してください。`,
    }),
    'settings-encoding': ({ path, encoding }) => ({
      message: `設定ファイルの文字コードが UTF-8 ではありません${encoding && `（${encoding}）`}：${knownJa(path)}。`,
      next: 'エディターで UTF-8 を選んで保存し直してください。',
    }),
    'setting-unknown': ({ name, suggestion }) => ({
      message: `設定 ${knownJa(name)} はありません。${suggestion && `もしかして：${suggestion}`}`,
      next: 'この設定は使われません。設定の一覧は paygent help settings で確認できます。',
    }),
    'setting-twice': ({ name, path, lines }) => ({
      message: `設定 ${knownJa(name)} が設定ファイルに2回以上書かれています：${knownJa(path)}${lines && `（行 ${lines}）`}。`,
      next: '最後の行が使われます。1つだけ残してください。',
    }),
    'setting-unread': ({ name, path, lines }) => ({
      message: `設定 ${knownJa(name)} は読み取られません：${knownJa(path)}${lines && `（行 ${lines}）`}。`,
      next: '前の行にある引用符と、行末の空白を確認してください。',
    }),
    'setting-not-of-file': ({ name, path, lines }) => ({
      message: `設定 ${knownJa(name)} は、設定ファイルの中では使われません：${knownJa(path)}${lines && `（行 ${lines}）`}。`,
      next: '--profile か環境変数で指定し、設定ファイルからは消してください。',
    }),
    'setting-unexpanded': ({ name, value }) => ({
      message: `設定 ${knownJa(name)} の「${knownJa(value)}」は、書かれたとおりの名前のファイルやフォルダーとして扱われます。`,
      next: '~ や $ は置き換えられません。パスを省略せずに設定してください。',
    }),
    'setting-placeholder': ({ name }) => ({
      message: `設定 ${knownJa(name)} が見本のままです。`,
      next: '実際の値を設定するか、空にしてください。',
    }),
    'endpoint-not-allowed': ({ value, endpoint, environment }) => ({
      message: `設定 PAYGENT_ENDPOINT に${value && `「${value}」`}${endpoint && `「${endpoint}」`}は使えません${environment && `（環境：${environment}）`}。`,
      next: 'PAYGENT_ENDPOINT はシミュレーター専用で、このコンピューター内（127.0.0.1）のURLだけを指定できます。',
    }),
    'tls-check-disabled': () => ({
      message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 が設定されていて、接続先を検証できません。',
      next: 'この環境変数を外してから実行してください。',
    }),
    'installation-broken': ({ name, problem, node, here }) => ({
      message: `プログラムの部品を読み込めません${name && `：${name}`}${problem && node && here && `（${problem}、Node.js ${node}、${here}）`}。`,
      next: 'paygent を入れ直してください（npm install -g ./paygent-*.tgz、ソースからの場合は npm ci）。',
    }),
    'tls-keys-logged': () => ({
      message: 'Node.js のオプション --tls-keylog が設定されていて、通信の鍵がファイルに書き出されます。',
      next: 'NODE_OPTIONS から --tls-keylog を外してから実行してください。',
    }),
    'log-misplaced': ({ path }) => ({
      message: `PAYGENT_LOG に、ログ以外に使うファイルが指定されています：${knownJa(path)}`,
      next: 'PAYGENT_LOG に別のファイルを指定してください。',
    }),
    'log-unusable': (facts) => ({
      message: fileJa(facts, 'ログのファイルを開けません'),
      next: 'PAYGENT_LOG の指定と、フォルダーの書き込み権限を確認してください。',
    }),
    'log-unwritable': ({ path, problem }) => ({
      message: `ログに書き込めません：${knownJa(path)}${problem && `（${problem}）`}。`,
      next: '処理は続けます。ディスクの空きを確認してください。',
    }),
    'report-unwritable': ({ path, problem, why }) => ({
      message: `夜間処理のレポートを残せません：${knownJa(path)}${problem && `（${problem}）`}。`,
      next: `夜間処理の結果は変わりません。${notFolderJa(why, 'PAYGENT_REPORT_DIR') || 'PAYGENT_REPORT_DIR の1つ上のフォルダーがあるかと、フォルダーの権限、ディスクの空きを確認してください。'}`,
    }),
    'post-unconfirmed': ({ setting, problem }) => ({
      message: `夜間処理を知らせる ${knownJa(setting)} の送り先から、正常な応答がありません${problem && `（${problem}）`}。`,
      next: '夜間処理の結果は変わりません。設定した URL と、送り先のサービスの状態を確認してください。',
    }),
    'metrics-misplaced': ({ path }) => ({
      message: `PAYGENT_METRICS に、ほかで使うファイルが指定されています：${knownJa(path)}`,
      next: 'PAYGENT_METRICS に別のファイルを指定してください。',
    }),
    'metrics-unwritable': ({ path, problem }) => ({
      message: `監視用のファイルに書き込めません：${knownJa(path)}${problem && `（${problem}）`}。`,
      next: '処理の結果は変わりません。PAYGENT_METRICS の指定と、フォルダーの書き込み権限を確認してください。',
    }),
    'too-many-named': ({ limit }) => ({
      message: `--orders で指定された受注が多すぎます（一度に ${knownJa(grouped(limit))}件まで）。`,
      next: '何回かに分けるか、--all と絞り込みを使ってください。',
    }),
    'no-total': ({ order }) => ({
      message: '補正金額が指定されていません。',
      next: `paygent amend ${order} --total ‹円› か、元に戻す場合は --undo を付けてください。`,
    }),
    'total-zero': ({ order }) => ({
      message: '補正金額を 0円 にはできません。',
      next: `全額を取消する場合は paygent cancel ${order} を実行してください。`,
    }),
    'total-from-shop': () => ({
      message: 'EC-CUBE のデータベースを使う設定のため、ここでは金額を補正できません。',
      next: 'EC-CUBE の受注管理で金額を変更してください。',
    }),
    'run-of-another-kind': ({ id, option, operation }) => ({
      message: `処理番号 #${id} は${operation === 'refund' ? '一部返金' : operation === 'sale' ? '売上' : '取消'}の処理のため、このコマンドの ${option} には指定できません。`,
      next:
        option === '--undo'
          ? '一括売上の処理番号を paygent runs で確かめてください。'
          : operation === 'refund'
            ? '返金する場合は paygent refund ‹受注番号› --to ‹円› を実行してください。'
            : `paygent bulk-${operation} --rest ${id} を実行してください。`,
    }),
    'run-under-way': ({ id, option }) => ({
      message: `処理番号 #${id} は終了していないため、${option} には指定できません。`,
      next: '終了後にもう一度実行してください。途中で中断した処理は、paygent reconcile を実行すると終了になります。',
    }),
    'unknown-run': ({ id }) => ({
      message: `処理番号 ${knownJa(id)} はありません。`,
      next: 'paygent runs で番号を確認してください。',
    }),
    // a plan file
    'plan-unreadable': ({ path }) => ({
      message: `送信予定ファイルを読み取れません（途中で切れているか、壊れています）：${knownJa(path)}`,
      next: '--dry-run --out で送信予定ファイルを作り直してください。',
    }),
    'plan-foreign': ({ path }) => ({
      message: `paygent の送信予定ファイルではありません：${knownJa(path)}`,
      next: '--plan に、--dry-run --out で作成したファイルを指定してください。',
    }),
    'plan-newer': ({ path, found, known }) => ({
      message: `送信予定ファイルは新しい版の paygent で作成されています：${knownJa(path)}${found && known && `（ファイルの版 ${found}、このプログラムの版 ${known}）`}`,
      next: 'paygent を新しい版に更新してください。',
    }),
    'plan-too-large': ({ path, limit }) => ({
      message: `送信予定ファイルが大きすぎます${limit && `（上限 ${grouped(limit)}バイト）`}：${knownJa(path)}`,
      next: '--orders や絞り込みで対象を減らし、何回かに分けてください。',
    }),
    'plan-of-another-operation': ({ found, wanted }) => ({
      message: `送信予定ファイルは別の処理のものです（ファイル：${knownJa(found)}、コマンド：${knownJa(wanted)}）。`,
      next: `paygent ${knownJa(found)} --plan ‹ファイル› を実行してください。`,
    }),
    'plan-of-another-environment': ({ found, wanted }) => ({
      message: `送信予定ファイルは別の環境のものです（ファイル：${knownJa(found)}、設定：${knownJa(wanted)}）。`,
      next: '送信予定ファイルを作成した環境に PAYGENT_ENVIRONMENT を合わせるか、この環境で --dry-run --out で作り直してください。',
    }),
    'plan-of-another-merchant': ({ found, wanted }) => ({
      message: `送信予定ファイルは別のマーチャントのものです（ファイル：${knownJa(found)}、設定：${knownJa(wanted)}）。`,
      next: 'PAYGENT_MERCHANT_ID を確認するか、--dry-run --out で作り直してください。',
    }),
    'plan-of-another-mirror': ({ path }) => ({
      message: `送信予定ファイルは別の手元データのものです${path && `（使用中の手元データ：${path}）`}。`,
      next: '--db か PAYGENT_DB で、送信予定ファイルを作成した手元データを指定してください。',
    }),
    'plan-of-another-profile': ({ found, wanted }) => ({
      message: `送信予定ファイルは別の PAYGENT_RULES で作成されています（ファイル：${knownJa(found)}、設定：${knownJa(wanted)}）。`,
      next: 'PAYGENT_RULES を合わせるか、--dry-run --out で作り直してください。',
    }),
    'plan-unknown': () => ({
      message: '送信予定ファイルは、この手元データに登録されていません。',
      next: '手元データをバックアップから戻した場合は、--dry-run --out で作り直してください。',
    }),
    'plan-altered': () => ({
      message: '送信予定ファイルの内容が、作成したときから変わっています。',
      next: '元のファイルを指定するか、--dry-run --out で作り直してください。',
    }),
    'plan-used': ({ run }) => ({
      message: `送信予定ファイルは使用済みです${run && `（処理番号 #${run}）`}。`,
      next: `${run && `paygent runs show ${run} で結果を表示できます。`}残りを送信するには、--dry-run --out で作り直してください。`,
    }),
    'plan-expired': ({ since }) => ({
      message: `送信予定ファイルは作成から24時間以内に限り有効です${since && `（作成 ${since}）`}。`,
      next: '--dry-run --out で作り直してください。',
    }),
    'plan-same-person': ({ user }) => ({
      message: `送信予定ファイルは、作成した本人${user && `（${user}）`}には実行できません。`,
      next: '別の担当者が実行してください。本人が実行する場合は --same-person を付けてください（監査ログに残ります）。',
    }),
    'plan-differs': ({ lines, more }) => ({
      message: `送信予定ファイルの作成後に、受注の内容が変わりました：${lines}${more && `\n  ほか ${grouped(more)}件`}`,
      next: '内容を確かめ、--dry-run --out で送信予定ファイルを作り直してください。',
    }),
    // files and the mirror
    'file-unreadable': (facts) => ({
      message: `${fileJa(facts, 'ファイルを読めません')}${facts.setting && `（設定：${facts.setting}）`}`,
      next: 'パスと読み取り権限を確認してください。',
    }),
    'file-too-open': ({ path }) => ({
      message: `秘密の入ったファイルをほかの人も読めます：${knownJa(path)}`,
      next: '次のコマンドを実行してください：',
      shell: `chmod 600 ${quoted(knownJa(path))}`,
    }),
    'file-exists': ({ path }) => ({
      message: `ファイルがすでにあります：${knownJa(path)}。上書きしていません。`,
      next: '別の名前を指定するか、古いファイルを移動してください。',
    }),
    'port-in-use': ({ port, option }) => ({
      message: `ポート${port && ` ${port} `}はほかのプログラムが使っています。シミュレーターは起動していません。`,
      next: `${option || '--port'} で別の番号を指定してください。`,
    }),
    'mirror-missing': ({ path, names }) => ({
      message: `手元データがありません：${knownJa(path)}`,
      next: `${names && `プロファイル（${names}）の店舗なら --profile ‹名前› を付けて実行してください。一覧は paygent profiles で確認できます。そのほかの場合は、`}paygent import ‹CSV› か paygent pull で受注を取り込むか、別の場所にある手元データを --db か PAYGENT_DB で指定してください。`,
    }),
    'mirror-elsewhere': ({ path, here }) => ({
      message: `手元データが、設定の示す場所ではなく今のフォルダーにあります。設定の示す場所：${knownJa(path)}、今のフォルダーにあるファイル：${knownJa(here)}`,
      next: '設定ファイルの中の相対パスは、そのファイルのあるフォルダーから数えます。設定ファイルの PAYGENT_DB を、使う手元データの絶対パスに書き直してください。ほかの相対パスも確認してください。',
    }),
    'mirror-not-ours': ({ path }) => ({
      message: `手元データではないファイルです：${knownJa(path)}`,
      next: '--db または PAYGENT_DB の指定を確認してください。',
    }),
    'mirror-newer': ({ path, found, known }) => ({
      message: `手元データが、新しい版の paygent で作られています：${knownJa(path)}${found && known && `（手元データの版 ${found}、このプログラムの版 ${known}）`}`,
      next: 'paygent を新しい版に更新してください。',
    }),
    'mirror-unusable': (facts) => ({
      message: madeJa(facts, '手元データを読み書きできません'),
      next: 'フォルダー、権限、ディスクの空きを確認してください。',
    }),
    'mirror-damaged': ({ path, problem }) => ({
      message: `手元データが壊れています：${knownJa(path)}${problem && `（${problem}）`}`,
      next: 'paygent backup で取ったバックアップから戻し、paygent reconcile --audit --yes で全件照合してください。',
    }),
    'mirror-on-network': ({ path, problem }) => ({
      message: `手元データがネットワーク上のディスクにあります：${knownJa(path)}${problem && `（${problem}）`}。二重送信を防ぐロックが働かないため使えません。`,
      next: 'このコンピューターのディスクに移し、--db または PAYGENT_DB で指定してください。',
    }),
    'mirror-busy': ({ path }) => ({
      message: `ほかのプログラムが手元データに書き込んでいるため、記録できません${path && `：${path}`}。`,
      next: 'データベースツールなどを閉じ、paygent reconcile で照合してから続けてください。',
    }),
    'mirror-full': ({ path, problem }) => ({
      message: `ディスクがいっぱいで記録できません${path && `：${path}`}${problem && `（${problem}）`}。`,
      next: '空きを作り、paygent reconcile を実行してから続けてください。',
    }),
    'mirror-of-another-environment': ({ path, found, wanted }) => ({
      message: `手元データが別の環境のものです：${knownJa(path)}${found && wanted && `（手元データ：${found}、設定：${wanted}）`}`,
      next: 'PAYGENT_ENVIRONMENT か PAYGENT_DB を手元データに合わせてください。',
    }),
    'mirror-of-another-merchant': ({ path, found, wanted }) => ({
      message: `手元データが別のマーチャントのものです：${knownJa(path)}${found && wanted && `（手元データ：${found}、設定：${wanted}）`}`,
      next: 'PAYGENT_MERCHANT_ID か PAYGENT_DB を手元データに合わせてください。',
    }),
    'ledger-unusable': ({ path, problem }) => ({
      message: `シミュレーターの台帳を使えません：${knownJa(path)}${problem && `（${problem}）`}`,
      next: '別のファイルを --state で指定するか、このファイルを移動してください（次に起動するときに新しく作られます）。',
    }),
    'csv-bad': ({ path, lines }) => ({
      message: `CSV を取り込めません：${knownJa(path)}${knownJa(lines)}`,
      next: '上の点を直して、もう一度取り込んでください。',
    }),
    'encoding-impossible': ({ character, codePoint, field }) => ({
      message: `文字${character && `「${character}」`}${codePoint && `（${codePoint}）`}は Windows-31J で送れません${field && `（項目：${field}）`}。この要求は送信していません。`,
      next: 'その文字を Windows-31J にある文字に直してください。',
    }),
    // the way to Paygent
    'certificate-unusable': ({ what, problem }) => ({
      message: `証明書を使えません${what && `：${what}`}${problem && `（${problem}）`}。`,
      next: 'PAYGENT_CLIENT_CERT と PAYGENT_CA_CERT を確認してください。paygent doctor で期限も調べられます。',
    }),
    'passphrase-wrong': ({ path, problem }) => ({
      message: `クライアント証明書のパスフレーズを確認できません${path && `：${path}`}。${problem && `${problem}。`}`,
      next: 'PAYGENT_CLIENT_CERT_PASSPHRASE を確認してください。',
    }),
    'server-not-verified': (facts) => ({
      message: `接続先がペイジェントであることを検証できません。${faultJa(facts)}`,
      next: 'PAYGENT_CA_CERT と途中のプロキシを確認し、検証できるまで送信しないでください。',
    }),
    'client-certificate-refused': (facts) => ({
      message: facts.problem === '' ? `クライアント証明書が拒否されました。${faultJa(facts)}` : faultJa(facts),
      next: '証明書の期限と、環境（試験・本番）に合った証明書かを確認してください。paygent doctor で調べられます。',
    }),
    'login-refused': (facts) => ({
      message: `ペイジェントへのログインが承認されませんでした。${faultJa(facts)}`,
      next: 'マーチャントID、接続ID、パスワード、接続元アドレスを確認してください。paygent doctor で調べられます。',
    }),
    'gateway-closed': (facts) => ({
      message: `ペイジェントが停止中です（メンテナンスなど）。${faultJa(facts)}`,
      next: '再開後にもう一度実行してください。',
    }),
    'gateway-unreachable': (facts) => ({
      message: `ペイジェントに接続できません。${faultJa(facts)}`,
      next:
        facts.port === ''
          ? 'ネットワークとプロキシ（PAYGENT_PROXY）を確認し、もう一度実行してください。'
          : `シミュレーターを別の画面で起動し（paygent simulator --port ${facts.port}）、もう一度実行してください。`,
    }),
    'gateway-not-understood': (facts) => ({
      message: `ペイジェントの応答を処理できません。${faultJa(facts)}`,
      next: '時間をおいてもう一度実行してください。続く場合はログを添えて管理者に連絡してください。',
    }),
    'payment-unanswered': ({ order, code }) => ({
      message: `受注番号：${knownJa(order)} の決済について、ペイジェントから回答がありません${code && `（${code}）`}。何も登録していません。`,
      next: `時間をおいて、もう一度 paygent settle ${knownJa(order)} を実行してください。`,
    }),
    'open-unanswered': ({ order, code }) => ({
      message: `受注番号：${knownJa(order)} は結果不明のままで、ペイジェントから回答がありません${code && `（${code}）`}。`,
      next: '時間をおいて paygent reconcile を実行し、結果を照会してから続けてください。',
    }),
    // a batch that is not begun
    'answered-no': () => ({
      message: '中止しました。',
      next: '',
    }),
    'count-mismatch': ({ typed, count }) => ({
      message: `入力された件数${typed && `「${typed}」`}が送信予定の件数${count && `（${grouped(count)}件）`}と違います。`,
      next: '送信予定を見直し、もう一度実行してください。',
    }),
    'number-mismatch': ({ typed, order }) => ({
      message: `入力された番号${typed && `「${typed}」`}が受注番号${order && `（${order}）`}と違います。`,
      next: '受注番号を確かめ、もう一度実行してください。',
    }),
    'deleted-unconfirmed': ({ order }) => ({
      message: `受注番号：${knownJa(order)} は EC-CUBE で削除されているため、受注番号の入力による確認が必要です。`,
      next: `対話画面で paygent cancel ${knownJa(order)} --include-cancelled を実行してください。`,
    }),
    'refund-unconfirmed': ({ order }) => ({
      message: '本番環境の一部返金には、返金する金額の入力による確認が必要です。',
      next: `対話画面で paygent refund ${knownJa(order)} --to ‹円› を実行してください。`,
    }),
    'refund-of-all': ({ order }) => ({
      message: '返金後の金額に 0円 は指定できません。',
      next: `全額を返金する場合は paygent cancel ${knownJa(order)} を実行してください。`,
    }),
    'refund-mismatch': ({ typed, yen }) => ({
      message: `入力された金額${typed && `「${typed}」`}が返金する金額（${yen}）と違います。`,
      next: '返金する金額を確かめ、もう一度実行してください。',
    }),
    'too-many-orders': ({ count, limit }) => ({
      message: `件数が上限を超えています${count && limit && `：${grouped(count)}件（上限 ${grouped(limit)}件）`}。`,
      next: '対象を絞り込むか、--max-orders を見直してください。',
    }),
    'too-much-money': ({ yen, limit }) => ({
      message: `合計金額が上限を超えています${yen && limit && `：${grouped(yen)}円（上限 ${grouped(limit)}円）`}。`,
      next: '対象を絞り込むか、--max-amount を見直してください。',
    }),
    'past-until': ({ until }) => ({
      message: `--until で指定した時刻${until && `（${until}）`}を過ぎています。`,
      next: '翌日に実行するか、--until を見直してください。',
    }),
    interrupted: () => ({
      message: '中止しました。',
      next: '',
    }),
    'clock-behind-journal': ({ journal, now }) => ({
      message: `このコンピューターの時計が送信記録より遅れています${journal && now && `（記録 ${journal}、現在 ${now}）`}。`,
      next: '時計が遅れている場合は合わせてください。以前に時計が進んでいて、いまは正しい場合は paygent reconcile --audit --yes で全件照合してください。',
    }),
    'clocks-apart': () => ({
      message: 'このコンピューターが途中でスリープしたか、時計が変わりました。',
      next: 'もう一度実行してください。金額と状況は照会し直します。',
    }),
    'another-run': ({ command, user, host, since, done, total }) => ({
      message: `ほかの処理${command && `（${command}）`}を実行中です${user && host && `：${user}@${host}`}${since && `、開始 ${since}`}${done && total && `、${done}/${total}件`}。`,
      next: '終了後にもう一度実行してください。.lock ファイルは削除しないでください。',
    }),
    'lock-lost': ({ path }) => ({
      message: `実行中に、手元データのロックがほかの処理に移りました${path && `：${path}`}。`,
      next: 'ほかの処理がすべて終わってから、paygent reconcile で結果を照会してください。.lock ファイルは削除しないでください。',
    }),
    // a mirror put back or copied, and the usage record of this machine
    'mirror-behind': ({ path }) => ({
      message: `手元データが、このコンピューターで最後に使ったものより古いか、コピーされたものです${path && `：${path}`}。送信済みの要求が記録にないおそれがあります。`,
      next: 'paygent reconcile --audit --yes で全件照合してください。最新の手元データが別にある場合は、--db か PAYGENT_DB で指定してください。',
    }),
    'mirror-unknown': ({ path }) => ({
      message: `この手元データは、このコンピューターのこのユーザーで使ったことがありません${path && `：${path}`}。移動かコピーをしたものか、OS のほかのユーザーのものです。`,
      next: 'paygent reconcile --audit --yes で一度全件照合してください。担当者と cron のユーザーが違う場合は、PAYGENT_STATE_DIR に共有のフォルダーを指定してください。',
    }),
    'mirror-unrecorded': ({ path }) => ({
      message: `この手元データの最後の処理は、使用記録に残っていません${path && `：${path}`}。使用記録を書き込めなかったか、処理の途中で取ったバックアップです。送信済みの要求が抜けているおそれがあります。`,
      next: 'paygent reconcile --audit --yes で全件照合してください。',
    }),
    'state-unrecorded': ({ file, problem }) => ({
      message: `使用記録を書き込めませんでした${file && `：${file}`}${problem && `（${problem}）`}。`,
      next: 'フォルダーの権限と空きを確認し、次の送信の前に paygent reconcile --audit --yes で全件照合してください。',
    }),
    'result-unwritable': ({ problem, reader, place, run }) => ({
      message: `結果を出力できませんでした${problem && `（${problem}）`}。${reader}`,
      next: `${place}結果は${run && `記録済みで、paygent runs show ${run} で`}もう一度表示できます。`,
    }),
    'state-unusable': ({ path, problem, why }) => ({
      message: `使用記録を読み書きできません${path && `：${path}`}${problem && `（${problem}）`}。`,
      next:
        notFolderJa(why, 'PAYGENT_STATE_DIR') ||
        'フォルダーの権限と空きを確認するか、PAYGENT_STATE_DIR で別のフォルダーを指定してください。壊れている場合はこのファイルを移し、paygent reconcile --audit --yes で全件照合してください。',
    }),
    'file-unwritable': (facts) => ({
      message: madeJa(facts, 'ファイルを作成できません'),
      next: 'フォルダーがあるか、書き込み権限があるかを確認してください。',
    }),
    'backup-on-network': ({ path, problem }) => ({
      message: `バックアップの保存先がネットワーク上のディスクです：${knownJa(path)}${problem && `（${problem}）`}。`,
      next: 'このコンピューターのディスクに作成し、できあがったファイルをコピーしてください。',
    }),
    'backup-failed': ({ path, problem }) => ({
      message: `バックアップを作成できませんでした：${knownJa(path)}${problem && `（${problem}）`}。途中のファイルは残していません。`,
      next: 'ディスクの空きを確認し、paygent doctor で手元データを調べてから、もう一度実行してください。',
    }),
    // the shop's own database
    'shop-missing': ({ help }) => ({
      message: 'EC-CUBE のデータベースが設定されていません。',
      next: `PAYGENT_SHOP_DATABASE に mysql://… か postgres://… を設定してください（docs/shop-database.md）。${help === 'push' ? '' : 'CSV で取り込む場合は paygent import を使ってください。'}`,
    }),
    'shop-address': ({ problem }) => ({
      message: `PAYGENT_SHOP_DATABASE の書き方に誤りがあります${problem && `：${problem}`}。`,
      next: 'mysql://ユーザー:パスワード@ホスト:3306/データベース の形で設定してください。記号は %40 のように書きます。使えるのは ?socket= ?ca= ?tls= です。TLS にはホスト名が要ります（アドレスは不可）。詳しくは docs/shop-database.md にあります。',
    }),
    'shop-login-refused': ({ place, problem }) => ({
      message: `EC-CUBE のデータベースにログインできません${place && `：${place}`}${problem && `（${problem}）`}。`,
      next: 'PAYGENT_SHOP_DATABASE のユーザー名、パスワード、データベース名を確認してください（docs/shop-database.md）。',
    }),
    'shop-rights': ({ place, problem }) => ({
      message: `EC-CUBE のデータベースのユーザーに権限が足りません${place && `：${place}`}${problem && `（${problem}）`}。`,
      next: 'docs/shop-database.md の GRANT 文を実行し、paygent doctor で確認してください。',
    }),
    'shop-not-verified': ({ place, problem }) => ({
      message: `EC-CUBE のデータベースの証明書を検証できません${place && `：${place}`}${problem && `（${problem}）`}。接続していません。`,
      next: '?ca= に正しい CA 証明書を指定してください。暗号化なしでよい回線の場合だけ ?tls=off を付けます（docs/shop-database.md）。',
    }),
    'shop-not-eccube': ({ place }) => ({
      message: `EC-CUBE のペイジェント決済の列が見当たりません${place && `：${place}`}。`,
      next: 'データベース名が正しいか、ユーザーに docs/shop-database.md の権限があるかを確認してください。',
    }),
    'shop-eccube3': ({ place }) => ({
      message: `EC-CUBE 3 のデータベース（dtb_mdl_order_payment）には対応していません${place && `：${place}`}。`,
      next: 'EC-CUBE の管理画面で受注 CSV をダウンロードし、paygent import で取り込んでください。',
    }),
    'shop-columns-missing': ({ names, place }) => ({
      message: `EC-CUBE のデータベースに読めない列があります${names && `：${names}`}${place && `（${place}）`}。`,
      next: 'docs/shop-database.md の GRANT 文を実行してください。列がない場合は、モジュールの版を管理者に確認してください。',
    }),
    'shop-pooler': ({ pooler, place }) => ({
      message: `接続プーラー${pooler && `（${pooler}）`}がトランザクションごとに接続を使い回すため、EC-CUBE のデータベースのロックを保持できません${place && `：${place}`}。`,
      next: 'PAYGENT_SHOP_DATABASE にデータベース本体のポートを指定するか、このユーザーを pool_mode = session にしてください。',
    }),
    'shop-read-only': ({ place }) => ({
      message: `EC-CUBE のデータベースが書き込みを受け付けません（待機サーバーか read_only）${place && `：${place}`}。`,
      next: 'PAYGENT_SHOP_DATABASE にプライマリーのデータベースを指定してください。',
    }),
    'shop-lock-lost': () => ({
      message: 'EC-CUBE のデータベースのロックを失いました。',
      next: 'もう一度実行してください。続く場合は、接続を切っていないかデータベースの管理者に確認してください。',
    }),
    'shop-unreachable': ({ place, problem }) => ({
      message: `EC-CUBE のデータベースに接続できません${place && `：${place}`}${problem && `（${problem}）`}。`,
      next: 'PAYGENT_SHOP_DATABASE の接続先（docs/shop-database.md）、データベース、ネットワークを確認し、もう一度実行してください。',
    }),
    'shop-failed': ({ place, problem }) => ({
      message: `EC-CUBE のデータベースでエラーが起きました${place && `：${place}`}${problem && `（${problem}）`}。`,
      next: 'コードを添えてデータベースの管理者に連絡してください。paygent の記録はそのままです。',
    }),
    'another-desk': ({ machine }) => ({
      message: `別のコンピューター${machine && `（${machine}）`}が同じ EC-CUBE の受注を送信しています。`,
      next: '終了後にもう一度実行してください。',
    }),
  } satisfies Record<ErrorCode, ErrorText>,
}

const EN: typeof JA = {
  error: 'Error: ',
  next: 'Next: ',
  between: ', ',
  betweenSentences: ' ',
  fullStop: '.',
  sent: {
    nothing: 'Nothing was sent.',
    'no-more': 'Nothing more was sent.',
    'nothing-taken': 'Nothing was imported.',
    'no-more-taken': 'Nothing more was imported.',
    'nothing-written': 'Nothing was written.',
    other: '',
  },
  bug: {
    message: 'a fault of the program',
    of: (text) => ` (${text})`,
    next: 'show the log to your administrator. "paygent reconcile" looks up the result of a request that was under way.',
  },
  words: {
    'bad-option.problem.unknown': 'There is no option',
    'bad-option.problem.no-value': 'A value is missing for the option',
    'bad-value.name.shell': 'the argument (shell)',
    'missing-argument.name.order': 'order number',
    'missing-argument.name.id': 'run number',
    'missing-argument.name.file': 'file',
    'missing-argument.name.shell': 'shell',
    'passphrase-wrong.problem.missing': 'No pass phrase is set',
    'passphrase-wrong.problem.wrong': 'It is the wrong one',
    'settings-encoding.encoding.not-utf-8': 'Shift_JIS or the like',
    'result-unwritable.reader.gone': ' The program that was to read it had ended.',
    'result-unwritable.place.check': 'Check the room and the permissions where it is written to.',
    'shop-address.problem.database': 'the database has no name',
    'shop-address.problem.user': 'the user has no name',
    'shop-address.problem.%': 'no hexadecimal digits after %',
    'shop-address.problem.?': 'an option that is not known',
    'shop-address.problem.?tls=on | ?tls=off': '?tls= may be on or off',
    'shop-address.problem.?tls=off&ca=': '?tls=off and ?ca= exclude each other',
    'certificate-unusable.what.ca': 'CA certificate',
    'certificate-unusable.what.client-certificate': 'client certificate',
    'certificate-unusable.what.client-key': 'key of the client certificate',
  },
  errors: {
    // wrong usage and settings
    'bad-option': ({ name, problem, suggestion, help }) => ({
      message: `${problem || 'Not valid: the option'}${name && ` ${name}`}.${suggestion && ` Did you mean ${suggestion}?`}`,
      next: `"${helpOf(help)}" shows the usage.`,
    }),
    'missing-argument': ({ name, help }) => ({
      message: `An argument is missing${name && ` (${name})`}.`,
      next: `"${helpOf(help)}" shows the usage.`,
    }),
    'excess-arguments': ({ names, suggestion, help }) => ({
      message: `There are too many arguments${names && `: ${names}`}.${suggestion && ` Did you mean: ${suggestion}`}`,
      next: `"${helpOf(help)}" shows the usage.`,
    }),
    'unknown-command': ({ name, suggestion }) => ({
      message: `There is no command ${knownEn(name)}.${suggestion && ` Did you mean ${suggestion}?`}`,
      next: '"paygent help" lists the commands.',
    }),
    'bad-value': ({ value, name, field, bytes, limit, expected, help }) => ({
      message: isMissing({ name, value })
        ? `${name} is not given.`
        : `The value${value && ` "${value}"`}${name && ` of ${name}`}${field && ` of ${field}`} is not valid.${bytes && limit && ` (${bytes} bytes, at most ${limit})`}`,
      next: `${expected && `Give ${expected}. `}"${helpOf(help)}" shows the usage.`,
    }),
    'options-contradict': ({ options, first, second }) => ({
      message: `Some options exclude each other${options && `: ${options}`}${first && second && `: ${first} and ${second}`}.`,
      next: 'Give only one of them.',
    }),
    'option-needs': ({ first, second }) => ({
      message: `${knownEn(first)} goes with ${knownEn(second)} only.`,
      next: `Give ${knownEn(second)} as well.`,
    }),
    'no-orders-named': () => ({
      message: 'No orders are named.',
      next: 'Name them, as in --orders 852,853, or give --all.',
    }),
    'verdict-missing': () => ({
      message: 'Nothing is given to enter.',
      next: 'Give --as sold, cancelled or open (still authorised), or --payment-id.',
    }),
    'unknown-orders': ({ orders, more }) => ({
      message: `These orders are not known: ${knownEn(orders)}${more && ` and ${grouped(more)} more`}`,
      next: '"paygent orders" lists the order numbers; new ones come with "paygent import" or "paygent pull".',
    }),
    'impossible-range': ({ first, second }) => ({
      message: `--from (${first}) is later than --to (${second}).`,
      next: 'Give a day for --from that is not later than that of --to.',
    }),
    'filter-needed': () => ({
      message: 'Cancelling with --all needs a filter.',
      next: 'Give one of --from, --to, --method, --search.',
    }),
    'no-terminal': () => ({
      message: 'It runs unattended, so nobody can be asked.',
      next: 'See the orders to send with --dry-run, then run it with --yes.',
    }),
    'init-unattended': () => ({
      message: 'It runs unattended, so nobody can be asked for the settings.',
      next: 'Run it on a terminal, or save what "paygent init --print" prints as the settings file and fill it in.',
    }),
    'limits-needed': ({ count, yen }) => ({
      message: `There is more to send than production takes without a confirmation${count && `: ${grouped(count)} ${count === '1' ? 'order' : 'orders'}`}${yen && `, ¥${grouped(yen)}`}.`,
      next: 'Unattended, give both --max-orders and --max-amount.',
    }),
    'env-file-missing': (facts) => ({
      message: fileEn(facts, 'The settings file cannot be read'),
      next: 'Check the path given with --settings; "paygent init --print" prints a model.',
    }),
    'profile-missing': ({ name, path }) => ({
      message: `The profile ${knownEn(name)} has no settings file${path && `: ${path}`}`,
      next: 'Look at the list of "paygent profiles". For a new shop "paygent init" makes the settings.',
    }),
    'profile-name': ({ name }) => ({
      message: name === '' ? 'The name of the profile is missing.' : `"${name}" cannot be the name of a profile.`,
      next: 'Use letters, digits, "_", "-" and "." (not first, not twice in a row), 64 at most. "paygent profiles" lists the profiles.',
    }),
    'setting-invalid': ({ value, name, expected }) => ({
      message: `The setting ${knownEn(name)} cannot be${value ? ` "${value}"` : ' used so'}.`,
      next: `${expected && `Set it to ${expected}. `}"paygent help settings" explains it.`,
    }),
    'setting-missing': ({ name, names, path }) => ({
      message: `Settings are missing${name && `: ${name}`}${names && `: ${names}`}.`,
      next: `Set them in the environment or in ${path || '.env'}; "paygent help settings" explains them.`,
    }),
    'setting-needed-without-terminal': ({ name, names, path }) => ({
      message: `Unattended, these settings are needed: ${knownEn(names || name)}.`,
      next: `Set ${knownEn(names || name)} in the environment or in ${path || '.env'}.`,
    }),
    'settings-encoding': ({ path, encoding }) => ({
      message: `The settings file is not in UTF-8${encoding && ` (${encoding})`}: ${knownEn(path)}.`,
      next: 'Save it as UTF-8 in your editor.',
    }),
    'setting-unknown': ({ name, suggestion }) => ({
      message: `There is no setting ${knownEn(name)}.${suggestion && ` Did you mean ${suggestion}?`}`,
      next: 'It is not used. "paygent help settings" lists the settings.',
    }),
    'setting-twice': ({ name, path, lines }) => ({
      message: `The setting ${knownEn(name)} stands in the settings file more than once: ${knownEn(path)}${lines && ` (lines ${lines})`}.`,
      next: 'The last line is used. Leave only one.',
    }),
    'setting-unread': ({ name, path, lines }) => ({
      message: `The setting ${knownEn(name)} is not read: ${knownEn(path)}${lines && ` (lines ${lines})`}.`,
      next: 'Check the quotes of the lines before it, and spaces at their end.',
    }),
    'setting-not-of-file': ({ name, path, lines }) => ({
      message: `The setting ${knownEn(name)} has no effect in a settings file: ${knownEn(path)}${lines && ` (lines ${lines})`}.`,
      next: 'Give it with --profile or in the environment, and take it out of the file.',
    }),
    'setting-unexpanded': ({ name, value }) => ({
      message: `"${knownEn(value)}" of the setting ${knownEn(name)} is taken for a file or folder of just this name.`,
      next: 'Nothing replaces ~ or $ there. Give the whole path.',
    }),
    'setting-placeholder': ({ name }) => ({
      message: `The setting ${knownEn(name)} still is the model of the documentation.`,
      next: 'Set what is yours, or leave it empty.',
    }),
    'endpoint-not-allowed': ({ value, endpoint, environment }) => ({
      message: `PAYGENT_ENDPOINT${value && ` "${value}"`}${endpoint && ` "${endpoint}"`} cannot be used${environment && ` (environment: ${environment})`}.`,
      next: 'It is for the simulator only, and for a URL on this machine (127.0.0.1).',
    }),
    'tls-check-disabled': () => ({
      message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, so the other side cannot be verified.',
      next: 'Unset it and run again.',
    }),
    'installation-broken': ({ name, problem, node, here }) => ({
      message: `A part of the program cannot be loaded${name && `: ${name}`}${problem && node && here && ` (${problem}, Node.js ${node}, ${here})`}.`,
      next: 'Install paygent again (npm install -g ./paygent-*.tgz; from its sources: npm ci).',
    }),
    'tls-keys-logged': () => ({
      message: "Node's option --tls-keylog is set, so the keys of the connection would be written to a file.",
      next: 'Take --tls-keylog out of NODE_OPTIONS and run again.',
    }),
    'log-misplaced': ({ path }) => ({
      message: `PAYGENT_LOG names a file that is used for something else: ${knownEn(path)}`,
      next: 'Name another file with PAYGENT_LOG.',
    }),
    'log-unusable': (facts) => ({
      message: fileEn(facts, 'The log cannot be opened'),
      next: 'Check PAYGENT_LOG and the permission to write to its folder.',
    }),
    'log-unwritable': ({ path, problem }) => ({
      message: `The log cannot be written: ${knownEn(path)}${problem && ` (${problem})`}.`,
      next: 'The command goes on. Check the room on the disk.',
    }),
    'report-unwritable': ({ path, problem, why }) => ({
      message: `The report of the night cannot be kept: ${knownEn(path)}${problem && ` (${problem})`}.`,
      next: `The night has ended as it has. ${notFolderEn(why, 'PAYGENT_REPORT_DIR') || 'Check that the folder above PAYGENT_REPORT_DIR is there, the rights of the folder, and the room on the disk.'}`,
    }),
    'post-unconfirmed': ({ setting, problem }) => ({
      message: `The address of ${knownEn(setting)} did not confirm that it was notified of the night${problem && ` (${problem})`}.`,
      next: 'The night has ended as it has. Check the URL of the setting, and whether the service there is up.',
    }),
    'metrics-misplaced': ({ path }) => ({
      message: `PAYGENT_METRICS names a file that is used for something else: ${knownEn(path)}`,
      next: 'Name another file with PAYGENT_METRICS.',
    }),
    'metrics-unwritable': ({ path, problem }) => ({
      message: `The file for monitoring cannot be written: ${knownEn(path)}${problem && ` (${problem})`}.`,
      next: 'The result of the command stays. Check PAYGENT_METRICS and the permission to write to its folder.',
    }),
    'too-many-named': ({ limit }) => ({
      message: `Too many orders are named with --orders (at most ${knownEn(grouped(limit))} at once).`,
      next: 'Name them in several goes, or take --all with filters.',
    }),
    'no-total': ({ order }) => ({
      message: 'No corrected amount is given.',
      next: `Run "paygent amend ${order} --total ‹yen›", or "paygent amend ${order} --undo" to take a correction back.`,
    }),
    'total-zero': ({ order }) => ({
      message: 'An order cannot be corrected to 0 yen.',
      next: `To give up the whole amount run "paygent cancel ${order}".`,
    }),
    'total-from-shop': () => ({
      message: "EC-CUBE's database is configured, so amounts cannot be corrected here.",
      next: 'Change the order in EC-CUBE.',
    }),
    'run-of-another-kind': ({ id, option, operation }) => ({
      message: `Run #${id} is a ${operation}, which ${option} of this command does not take.`,
      next:
        option === '--undo'
          ? '"paygent runs" shows the numbers of the bulk sales.'
          : operation === 'refund'
            ? 'To give money back, run "paygent refund ‹order› --to ‹yen›".'
            : `Run "paygent bulk-${operation} --rest ${id}".`,
    }),
    'run-under-way': ({ id, option }) => ({
      message: `Run #${id} has not ended, so ${option} does not take it.`,
      next: 'Run it again once it has ended. A run that was interrupted ends with "paygent reconcile".',
    }),
    'unknown-run': ({ id }) => ({
      message: `There is no run ${knownEn(id)}.`,
      next: '"paygent runs" shows the numbers.',
    }),
    // a plan file
    'plan-unreadable': ({ path }) => ({
      message: `The plan file cannot be read; it is cut off or damaged: ${knownEn(path)}`,
      next: 'Make the plan file again with --dry-run --out.',
    }),
    'plan-foreign': ({ path }) => ({
      message: `This is no plan file of paygent: ${knownEn(path)}`,
      next: 'Give --plan a file that --dry-run --out has made.',
    }),
    'plan-newer': ({ path, found, known }) => ({
      message: `The plan file was made by a newer paygent: ${knownEn(path)}${found && known && ` (file version ${found}, this program's ${known})`}`,
      next: 'Update paygent.',
    }),
    'plan-too-large': ({ path, limit }) => ({
      message: `The plan file is too large${limit && ` (${grouped(limit)} bytes at most)`}: ${knownEn(path)}`,
      next: 'Choose fewer orders with --orders or the filters, and send them in parts.',
    }),
    'plan-of-another-operation': ({ found, wanted }) => ({
      message: `The plan file is for another command (file: ${knownEn(found)}, command: ${knownEn(wanted)}).`,
      next: `Give it to paygent ${knownEn(found)} --plan.`,
    }),
    'plan-of-another-environment': ({ found, wanted }) => ({
      message: `The plan file belongs to another environment (file: ${knownEn(found)}, settings: ${knownEn(wanted)}).`,
      next: 'Set PAYGENT_ENVIRONMENT to match, or make the plan file again here with --dry-run --out.',
    }),
    'plan-of-another-merchant': ({ found, wanted }) => ({
      message: `The plan file belongs to another merchant (file: ${knownEn(found)}, settings: ${knownEn(wanted)}).`,
      next: 'Check PAYGENT_MERCHANT_ID, or make the plan file again with --dry-run --out.',
    }),
    'plan-of-another-mirror': ({ path }) => ({
      message: `The plan file belongs to other local data${path && ` (in use: ${path})`}.`,
      next: 'Name the local data that it was made with by --db or PAYGENT_DB.',
    }),
    'plan-of-another-profile': ({ found, wanted }) => ({
      message: `The plan file was made with another PAYGENT_RULES (file: ${knownEn(found)}, settings: ${knownEn(wanted)}).`,
      next: 'Set PAYGENT_RULES to match, or make the plan file again with --dry-run --out.',
    }),
    'plan-unknown': () => ({
      message: 'The plan file is not entered in the local data.',
      next: 'If the local data is a restored backup, make the plan file again with --dry-run --out.',
    }),
    'plan-altered': () => ({
      message: 'The plan file has changed since it was made.',
      next: 'Give the original file, or make it again with --dry-run --out.',
    }),
    'plan-used': ({ run }) => ({
      message: `The plan file has been used${run && ` by run #${run}`}.`,
      next: `${run && `"paygent runs show ${run}" shows the result. `}To send the rest, make a new plan file with --dry-run --out.`,
    }),
    'plan-expired': ({ since }) => ({
      message: `A plan file is valid for 24 hours${since && ` (made ${since})`}.`,
      next: 'Make it again with --dry-run --out.',
    }),
    'plan-same-person': ({ user }) => ({
      message: `The person who made the plan file${user && ` (${user})`} may not run it.`,
      next: 'Let another person run it. To run it yourself, add --same-person; the audit log keeps that.',
    }),
    'plan-differs': ({ lines, more }) => ({
      message: `Orders have changed since the plan file was made:${lines}${more && `\n  and ${grouped(more)} more`}`,
      next: 'Look at the changes, and make the plan file again with --dry-run --out.',
    }),
    // files and the mirror
    'file-unreadable': (facts) => ({
      message: `${fileEn(facts, 'The file cannot be read')}${facts.setting && ` (setting: ${facts.setting})`}`,
      next: 'Check the path and the permission to read it.',
    }),
    'file-too-open': ({ path }) => ({
      message: `Others can read a file that holds a secret: ${knownEn(path)}`,
      next: 'Run this command:',
      shell: `chmod 600 ${quoted(knownEn(path))}`,
    }),
    'file-exists': ({ path }) => ({
      message: `The file is there already: ${knownEn(path)}. It was not overwritten.`,
      next: 'Give another name or move the old file.',
    }),
    'port-in-use': ({ port, option }) => ({
      message: `Another program uses the port${port && ` ${port}`}. The simulator was not started.`,
      next: `Give another one with ${option || '--port'}.`,
    }),
    'mirror-missing': ({ path, names }) => ({
      message: `No local data file: ${knownEn(path)}`,
      next: `${names && `For a shop of a profile (${names}) add --profile <name>; "paygent profiles" lists them. Otherwise: `}Import orders with "paygent import <csv>" or "paygent pull", or name another file with --db or PAYGENT_DB.`,
    }),
    'mirror-elsewhere': ({ path, here }) => ({
      message: `The local data is in the current folder, not where the settings name it. Named: ${knownEn(path)}; in the current folder: ${knownEn(here)}`,
      next: 'Relative paths in a settings file go by the folder of that file. Set PAYGENT_DB there to the full path of the local data that is meant, and check the other relative paths.',
    }),
    'mirror-not-ours': ({ path }) => ({
      message: `The file is no local data of paygent: ${knownEn(path)}`,
      next: 'Check --db or PAYGENT_DB.',
    }),
    'mirror-newer': ({ path, found, known }) => ({
      message: `The local data was made by a newer paygent: ${knownEn(path)}${found && known && ` (version ${found}, this program knows ${known})`}`,
      next: 'Update paygent.',
    }),
    'mirror-unusable': (facts) => ({
      message: madeEn(facts, 'The local data cannot be read or written'),
      next: 'Check its folder, the permissions and the room on the disk.',
    }),
    'mirror-damaged': ({ path, problem }) => ({
      message: `The local data is damaged: ${knownEn(path)}${problem && ` (${problem})`}`,
      next: 'Put back a copy made by "paygent backup" and run "paygent reconcile --audit --yes".',
    }),
    'mirror-on-network': ({ path, problem }) => ({
      message: `The local data is on a network disk: ${knownEn(path)}${problem && ` (${problem})`}. The lock against sending twice does not work there.`,
      next: 'Move it to a disk of this machine and name it with --db or PAYGENT_DB.',
    }),
    'mirror-busy': ({ path }) => ({
      message: `Another program is writing to the local data, so nothing can be recorded${path && `: ${path}`}.`,
      next: 'Close that program, a database tool for one, and run "paygent reconcile" before going on.',
    }),
    'mirror-full': ({ path, problem }) => ({
      message: `The disk is full; nothing can be recorded${path && `: ${path}`}${problem && ` (${problem})`}.`,
      next: 'Make room and run "paygent reconcile" before going on.',
    }),
    'mirror-of-another-environment': ({ path, found, wanted }) => ({
      message: `The local data belongs to another environment: ${knownEn(path)}${found && wanted && ` (local data: ${found}, settings: ${wanted})`}`,
      next: 'Set PAYGENT_ENVIRONMENT or PAYGENT_DB to match.',
    }),
    'mirror-of-another-merchant': ({ path, found, wanted }) => ({
      message: `The local data belongs to another merchant: ${knownEn(path)}${found && wanted && ` (local data: ${found}, settings: ${wanted})`}`,
      next: 'Set PAYGENT_MERCHANT_ID or PAYGENT_DB to match.',
    }),
    'ledger-unusable': ({ path, problem }) => ({
      message: `The simulator's ledger cannot be used: ${knownEn(path)}${problem && ` (${problem})`}`,
      next: 'Name another file with --state, or move this one away; a new one is made at the next start.',
    }),
    'csv-bad': ({ path, lines }) => ({
      message: `The CSV cannot be imported: ${knownEn(path)}${knownEn(lines)}`,
      next: 'Correct this and import the file again.',
    }),
    'encoding-impossible': ({ character, codePoint, field }) => ({
      message: `The character${character && ` "${character}"`}${codePoint && ` (${codePoint})`} cannot be sent in Windows-31J${field && ` (field: ${field})`}. This request was not sent.`,
      next: 'Replace it by a character that Windows-31J has.',
    }),
    // the way to Paygent
    'certificate-unusable': ({ what, problem }) => ({
      message: `The certificate cannot be used${what && `: ${what}`}${problem && ` (${problem})`}.`,
      next: 'Check PAYGENT_CLIENT_CERT and PAYGENT_CA_CERT; "paygent doctor" shows their dates.',
    }),
    'passphrase-wrong': ({ path, problem }) => ({
      message: `The pass phrase of the client certificate does not open it${path && `: ${path}`}.${problem && ` ${problem}.`}`,
      next: 'Check PAYGENT_CLIENT_CERT_PASSPHRASE.',
    }),
    'server-not-verified': (facts) => ({
      message: `The other side could not be verified to be Paygent.${faultEn(facts)}`,
      next: 'Check PAYGENT_CA_CERT and any proxy in between, and do not send until it is verified.',
    }),
    'client-certificate-refused': (facts) => ({
      message: facts.problem === '' ? `The client certificate was refused.${faultEn(facts)}` : faultEn(facts).trim(),
      next: 'Check its dates and that it belongs to this environment; "paygent doctor" helps.',
    }),
    'login-refused': (facts) => ({
      message: `Paygent refused the login.${faultEn(facts)}`,
      next: 'Check merchant id, connect id, password and the address you connect from; "paygent doctor" helps.',
    }),
    'gateway-closed': (facts) => ({
      message: `Paygent is closed (maintenance or the like).${faultEn(facts)}`,
      next: 'Run it again once it is open.',
    }),
    'gateway-unreachable': (facts) => ({
      message: `Paygent cannot be reached.${faultEn(facts)}`,
      next:
        facts.port === ''
          ? 'Check the network and the proxy (PAYGENT_PROXY), then run it again.'
          : `Start the simulator in another window ("paygent simulator --port ${facts.port}"), then run it again.`,
    }),
    'gateway-not-understood': (facts) => ({
      message: `Paygent's answer could not be understood.${faultEn(facts)}`,
      next: 'Run it again after a while; if it goes on, show the log to your administrator.',
    }),
    'payment-unanswered': ({ order, code }) => ({
      message: `Paygent does not answer about the payment of order ${knownEn(order)}${code && ` (${code})`}. Nothing was entered.`,
      next: `Run "paygent settle ${knownEn(order)}" again after a while.`,
    }),
    'open-unanswered': ({ order, code }) => ({
      message: `The outcome of the request for order ${knownEn(order)} is unknown, and Paygent does not answer about it${code && ` (${code})`}.`,
      next: 'Run "paygent reconcile" after a while; go on once it has answered.',
    }),
    // a batch that is not begun
    'answered-no': () => ({
      message: 'Cancelled.',
      next: '',
    }),
    'count-mismatch': ({ typed, count }) => ({
      message: `The number typed${typed && ` ("${typed}")`} is not the number of orders to send${count && ` (${grouped(count)})`}.`,
      next: 'Look at the orders to send and run it again.',
    }),
    'number-mismatch': ({ typed, order }) => ({
      message: `The number that was typed${typed && `, "${typed}",`} is not the order's${order && ` (${order})`}.`,
      next: 'Check the order number and run the command again.',
    }),
    'deleted-unconfirmed': ({ order }) => ({
      message: `Order ${knownEn(order)} has been deleted in the shop, so that its number has to be typed to cancel it.`,
      next: `Run "paygent cancel ${knownEn(order)} --include-cancelled" on a terminal.`,
    }),
    'refund-unconfirmed': ({ order }) => ({
      message: 'In production a partial refund is confirmed by typing the yen to be refunded.',
      next: `Run "paygent refund ${knownEn(order)} --to ‹yen›" on a terminal.`,
    }),
    'refund-of-all': ({ order }) => ({
      message: 'The amount after the refund cannot be 0 yen.',
      next: `To refund all of it, run "paygent cancel ${knownEn(order)}".`,
    }),
    'refund-mismatch': ({ typed, yen }) => ({
      message: `The amount that was typed${typed && `, "${typed}",`} is not the yen to be refunded (${yen}).`,
      next: 'Check the amount and run the command again.',
    }),
    'too-many-orders': ({ count, limit }) => ({
      message: `There are more orders than allowed${count && limit && `: ${grouped(count)}, limit ${grouped(limit)}`}.`,
      next: 'Narrow the selection or change --max-orders.',
    }),
    'too-much-money': ({ yen, limit }) => ({
      message: `The total is more than allowed${yen && limit && `: ¥${grouped(yen)}, limit ¥${grouped(limit)}`}.`,
      next: 'Narrow the selection or change --max-amount.',
    }),
    'past-until': ({ until }) => ({
      message: `The time given with --until${until && ` (${until})`} has passed.`,
      next: 'Run it tomorrow or change --until.',
    }),
    interrupted: () => ({
      message: 'Cancelled.',
      next: '',
    }),
    'clock-behind-journal': ({ journal, now }) => ({
      message: `This machine's clock is behind the journal${journal && now && ` (journal ${journal}, now ${now})`}.`,
      next: 'If the clock is wrong, set it. If it is right and was ahead once, run "paygent reconcile --audit --yes" to compare everything with Paygent.',
    }),
    'clocks-apart': () => ({
      message: 'This machine slept meanwhile, or its clock was changed.',
      next: 'Run it again. Amounts and statuses are asked anew.',
    }),
    'another-run': ({ command, user, host, since, done, total }) => ({
      message: `Another run${command && ` (${command})`} is active${user && host && `: ${user}@${host}`}${since && `, since ${since}`}${done && total && `, ${done}/${total} orders`}.`,
      next: 'Wait until it has ended and run it again. Do not delete the .lock file: two runs could then send at once.',
    }),
    'lock-lost': ({ path }) => ({
      message: `Another program took the lock of the local data in mid-run${path && `: ${path}`}.`,
      next: 'When every other run has ended, look up the results with "paygent reconcile". Do not delete the .lock file.',
    }),
    // a mirror put back or copied, and the usage record of this machine
    'mirror-behind': ({ path }) => ({
      message: `The local data is older than when this machine last used it, or a copy${path && `: ${path}`}. Requests that were sent may not be in it.`,
      next: 'Run "paygent reconcile --audit --yes" to compare it with Paygent. If the newest local data is elsewhere, name it with --db or PAYGENT_DB.',
    }),
    'mirror-unknown': ({ path }) => ({
      message: `This user of this machine has never used this local data${path && `: ${path}`}. It was moved or copied, or it is another OS user's.`,
      next: 'Run "paygent reconcile --audit --yes" once to compare it with Paygent. Where staff and cron are different users, set PAYGENT_STATE_DIR to a folder that they share.',
    }),
    'mirror-unrecorded': ({ path }) => ({
      message: `The last work of this local data is not in the usage record of this machine${path && ` (${path})`}: the record could not be written, or this is a backup made in mid-run. Requests that were sent may be missing in it.`,
      next: 'Run "paygent reconcile --audit --yes" to compare it with Paygent.',
    }),
    'state-unrecorded': ({ file, problem }) => ({
      message: `The usage record could not be written${file && `: ${file}`}${problem && ` (${problem})`}.`,
      next: 'Check the permissions of its folder and the room on the disk, and run "paygent reconcile --audit --yes" before anything is sent.',
    }),
    'result-unwritable': ({ problem, reader, place, run }) => ({
      message: `The result could not be written${problem && ` (${problem})`}.${reader}`,
      next: `${place && `${place} `}The result can be shown again${run && `: it is recorded; "paygent runs show ${run}"`}.`,
    }),
    'state-unusable': ({ path, problem, why }) => ({
      message: `The usage record cannot be read or written${path && `: ${path}`}${problem && ` (${problem})`}.`,
      next:
        notFolderEn(why, 'PAYGENT_STATE_DIR') ||
        'Check the permissions of its folder and the room on the disk, or name another folder with PAYGENT_STATE_DIR. If the file is damaged, move it away and run "paygent reconcile --audit --yes".',
    }),
    'file-unwritable': (facts) => ({
      message: madeEn(facts, 'The file cannot be made'),
      next: 'Check that its folder is there and may be written to.',
    }),
    'backup-on-network': ({ path, problem }) => ({
      message: `The backup would be on a network disk: ${knownEn(path)}${problem && ` (${problem})`}.`,
      next: 'Make it on a disk of this machine and copy the finished file.',
    }),
    'backup-failed': ({ path, problem }) => ({
      message: `No backup was made: ${knownEn(path)}${problem && ` (${problem})`}. Nothing of it was left behind.`,
      next: 'Check the room on the disk, check the local data with "paygent doctor", and run it again.',
    }),
    // the shop's own database
    'shop-missing': ({ help }) => ({
      message: 'No EC-CUBE database is configured.',
      next: `Set PAYGENT_SHOP_DATABASE to mysql://… or postgres://… (docs/shop-database.md).${help === 'push' ? '' : ' For a CSV file use "paygent import".'}`,
    }),
    'shop-address': ({ problem }) => ({
      message: `PAYGENT_SHOP_DATABASE is not written as it should be${problem && `: ${problem}`}.`,
      next: 'Write mysql://user:password@host:3306/database; signs as %40. Its options are ?socket= ?ca= ?tls=. TLS needs a host name, not an address. See docs/shop-database.md.',
    }),
    'shop-login-refused': ({ place, problem }) => ({
      message: `EC-CUBE's database refuses the login${place && `: ${place}`}${problem && ` (${problem})`}.`,
      next: 'Check user, password and database name in PAYGENT_SHOP_DATABASE (docs/shop-database.md).',
    }),
    'shop-rights': ({ place, problem }) => ({
      message: `The user of EC-CUBE's database lacks a right${place && `: ${place}`}${problem && ` (${problem})`}.`,
      next: 'Run the GRANT statements of docs/shop-database.md and check with "paygent doctor".',
    }),
    'shop-not-verified': ({ place, problem }) => ({
      message: `The certificate of EC-CUBE's database does not verify${place && `: ${place}`}${problem && ` (${problem})`}. No connection was made.`,
      next: 'Give the right CA certificate with ?ca=. Only where the line needs no encryption say ?tls=off (docs/shop-database.md).',
    }),
    'shop-not-eccube': ({ place }) => ({
      message: `The columns of EC-CUBE's Paygent payment are not there${place && `: ${place}`}.`,
      next: 'Check the database name, and that the user has the rights of docs/shop-database.md.',
    }),
    'shop-eccube3': ({ place }) => ({
      message: `This is the database of EC-CUBE 3 (dtb_mdl_order_payment)${place && `: ${place}`}. It cannot be read directly.`,
      next: 'Export the orders as a CSV file in the admin pages of EC-CUBE and take it in with "paygent import".',
    }),
    'shop-columns-missing': ({ names, place }) => ({
      message: `Columns of EC-CUBE's database cannot be read${names && `: ${names}`}${place && ` (${place})`}.`,
      next: "Run the GRANT statements of docs/shop-database.md. If a column does not exist, ask your administrator for the module's version.",
    }),
    'shop-pooler': ({ pooler, place }) => ({
      message: `A pooler${pooler && ` (${pooler})`} lends the connection to others after each transaction${place && `: ${place}`}.`,
      next: 'Set PAYGENT_SHOP_DATABASE to the port of the database itself, or give this user pool_mode = session.',
    }),
    'shop-read-only': ({ place }) => ({
      message: `EC-CUBE's database takes no writes (a standby, or read_only)${place && `: ${place}`}.`,
      next: 'Set PAYGENT_SHOP_DATABASE to the primary server.',
    }),
    'shop-lock-lost': () => ({
      message: "The lock in EC-CUBE's database is no longer this connection's.",
      next: 'Run it again. If it goes on, ask the administrator who ends connections of the database.',
    }),
    'shop-unreachable': ({ place, problem }) => ({
      message: `EC-CUBE's database cannot be reached${place && `: ${place}`}${problem && ` (${problem})`}.`,
      next: 'Check the address in PAYGENT_SHOP_DATABASE (docs/shop-database.md), the database and the network, then run it again.',
    }),
    'shop-failed': ({ place, problem }) => ({
      message: `EC-CUBE's database answered with an error${place && `: ${place}`}${problem && ` (${problem})`}.`,
      next: "Show the code to the database's administrator. What paygent recorded stays.",
    }),
    'another-desk': ({ machine }) => ({
      message: `Another machine${machine && ` (${machine})`} is sending orders of the same EC-CUBE.`,
      next: 'Wait until it has ended and run it again.',
    }),
  },
}

export const ERROR_TEXTS = bothLanguages(JA, EN)
