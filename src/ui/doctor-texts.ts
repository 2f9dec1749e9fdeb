// Holds the texts of `paygent doctor`: the name of each check, and for each finding a sentence and its cure.
import type { Check, FindingDetails, FindingCode } from '../jobs/doctor/finding.js'
import { grouped, yen } from '../text/numbers.js'
import { quoted } from '../text/shells.js'
import { safe } from '../text/width.js'
import { problemText } from './problems.js'
import { bothLanguages } from './screen.js'

/**
 * The finding and its cure; the cure is null where nothing needs fixing. The command for the shell that the cure speaks
 * of stands apart, because no screen breaks it.
 */
export type Sentence = readonly [text: string, cure: string | null, shell?: string]

/** Findings with words of their own. A fault has the words of the error that other commands end with. */
export type OwnFinding = Exclude<FindingCode, 'fault'>

export interface DoctorTexts {
  readonly checks: Readonly<Record<Check, string>>
  readonly sentences: { readonly [Code in OwnFinding]: (facts: FindingDetails[Code]) => Sentence }
  readonly uncertain: string
  /** The number of lines that bear a mark. */
  readonly sum: (mark: string, count: number) => string
}

/** The most names that are listed. */
const SHOWN = 5
const hoursOf = (hours: number): string => grouped(Math.abs(hours))

/** A cure and its command. @param says the sentence before the command */
const makingPrivate = (says: string, path: string) => [says, `chmod 600 ${quoted(safe(path))}`] as const
const unlocking = (says: string, { path, access }: FindingDetails['file-locked']) =>
  [says, `chmod u+${access === 'read' ? 'r' : 'w'} ${quoted(safe(path))}`] as const

const CHECKS_JA: DoctorTexts['checks'] = {
  configuration: '設定',
  environment: '環境',
  'tls-check': '接続先の検証',
  'cut-off': '締め時刻',
  permissions: 'ファイル権限',
  mirror: '手元データ',
  'machine-state': '使用記録',
  journal: '送信記録',
  'open-work': '残っている作業',
  shop: 'EC-CUBE',
  'shop-line': 'EC-CUBE の暗号化',
  'shop-rights': 'EC-CUBE の権限',
  'shop-data': 'EC-CUBE のデータ',
  login: 'ログイン設定',
  'client-certificate': 'クライアント証明書',
  'ca-certificate': 'CA証明書',
  'server-certificate': 'サーバー証明書',
  proxy: 'プロキシ',
  connection: '接続とログイン',
  clock: '時計',
  'keep-alive': '接続の維持',
  inquiries: '同時照会',
}

const ENVIRONMENTS: Readonly<Record<string, string>> = {
  simulator: 'シミュレーター',
  sandbox: '試験',
  production: '本番',
}
const environmentOf = (name: string): string => ENVIRONMENTS[name] ?? safe(name)

const TRAIL_JA = {
  changed: '書き換えられています',
  swapped: '差し替えられています',
  missing: '欠けています',
} as const satisfies Record<FindingDetails['trail-broken']['problem'], string>

const ahead = (seconds: number): string =>
  `このコンピューターの時計はペイジェントより${grouped(Math.abs(seconds))}秒${seconds > 0 ? '遅れて' : '進んで'}います。`
const SET_CLOCK_JA = '時計を合わせてください（timedatectl set-ntp true など）。'
const renew = (days: number): string =>
  days < 0 ? '新しい証明書を入手して差し替えてください。' : '期限までに新しい証明書を入手して差し替えてください。'

const listedJa = (names: readonly string[]): string => {
  const rest = names.length - SHOWN
  return `${names.slice(0, SHOWN).map(safe).join('、')}${rest > 0 ? `、ほか${grouped(rest)}件` : ''}`
}
const BY_THE_PAGE_JA =
  'docs/shop-database.md の SQL で専用のユーザーを作るか、このユーザーからこれらの権限を取り消してください。'

const JA: DoctorTexts = {
  checks: CHECKS_JA,
  uncertain: '環境：不明（設定が正しくありません）',
  sum: (mark, count) => `${mark} ${count}件`,
  sentences: {
    'not-checked': ({ because }) => [
      '調べていません。',
      `先に「${CHECKS_JA[because]}」の行を直し、もう一度 paygent doctor を実行してください。`,
    ],
    'settings-valid': ({ envFile }) => [
      `すべての設定が正しい値です（${envFile === null ? '環境変数のみ' : `環境変数と ${safe(envFile)}`}）。`,
      null,
    ],
    environment: ({ environment, endpoint }) => [
      `${environmentOf(environment)}（${endpoint === null ? 'コマンドに内蔵' : safe(endpoint)}）`,
      null,
    ],
    'tls-checked': () => ['接続先の証明書とホスト名を必ず検証します。', null],
    'cut-off': ({ cutOff }) => [`当日分の売上は ${cutOff}（日本時間）までです。`, null],
    'cut-off-late': ({ cutOff, line }) => [
      `${cutOff} は、docomo の締め ${line} より遅い時刻です。`,
      `PAYGENT_CUTOFF=${line} を設定してください。`,
    ],
    'file-private': ({ path }) => [`${safe(path)} は本人だけが使えます。`, null],
    'file-plain': ({ path }) => [`${safe(path)} に秘密の設定はなく、ほかの人は変更できません。`, null],
    'file-shared': ({ path }) => [`${safe(path)} はグループで共有しています。`, null],
    'file-new': ({ path }) => [`${safe(path)} はまだありません。作成できます。`, null],
    'file-readable': ({ path, mode }) => [
      `${safe(path)} をほかの人も読めます（${mode}）。`,
      ...makingPrivate('次のコマンドを実行してください：', path),
    ],
    'addresses-readable': ({ path, mode }) => [
      `${safe(path)} をほかの人も読めます（${mode}）。PAYGENT_WEBHOOK と PAYGENT_PING のURLは、知っていれば誰でも送信できるため、秘密として扱います。`,
      ...makingPrivate('次のコマンドを実行してください：', path),
    ],
    'file-writable': ({ path, mode }) => [
      `${safe(path)} をほかの人も変更できます（${mode}）。`,
      ...makingPrivate('次のコマンドを実行してください：', path),
    ],
    'file-locked': ({ path, access }) => [
      `${safe(path)} を${access === 'read' ? '読む' : '書く'}権限がありません。`,
      ...unlocking('次のコマンドを実行するか、所有者を確認してください：', { path, access }),
    ],
    'mirror-sound': ({ path, orders, version }) => [
      `${safe(path)} は壊れていません（受注 ${grouped(orders)}件、スキーマ ${version}）。`,
      null,
    ],
    'mirror-damaged': ({ path, problems }) => [
      `${safe(path)} が壊れています：${problems.map((problem) => problemText(problem, 'ja')).join('、')}`,
      '何も送信せず、paygent backup で取ったバックアップから戻し、paygent reconcile --audit --yes で全件照合してください。',
    ],
    'mirror-in-container': ({ path }) => [
      `手元データがコンテナー自身のディスクにあります（overlayfs）：${safe(path)}。コンテナーを作り直すと失われます。`,
      'ボリュームに移し、--db または PAYGENT_DB で指定してください。使用記録のフォルダー（PAYGENT_STATE_DIR）も同じです。',
    ],
    'stamp-fits': ({ environment, merchantId }) => [
      `${environmentOf(environment)}、マーチャント ${safe(merchantId)} のものです。`,
      null,
    ],
    'stamp-unchecked': () => [
      '設定が足りないため、どのマーチャントのものか調べていません。',
      'PAYGENT_ENVIRONMENT と PAYGENT_MERCHANT_ID を設定し、もう一度 paygent doctor を実行してください。',
    ],
    'state-known': ({ path }) => [`このコンピューターで最後に使った手元データです（${safe(path)}）。`, null],
    'state-new': () => [
      'まだ処理のない手元データです。最初に使うときに、このコンピューターの使用記録に登録します。',
      null,
    ],
    durable: () => ['送信前に必ずディスクへ書き込みます（WAL、synchronous=FULL）。', null],
    'not-durable': ({ journalMode, synchronous }) => [
      `書き込みが保証されません（journal_mode=${safe(journalMode)}、synchronous=${synchronous}）。`,
      'paygent を入れ直してください（npm ci）。直るまで送信しないでください。',
    ],
    'trail-whole': ({ entries }) => [
      `監査ログは欠けも改ざんもありません（${grouped(entries)}件）。受注・送信履歴との照合は paygent runs --verify で行います（ここでは調べていません）。`,
      null,
    ],
    'trail-broken': ({ seq, problem }) => [
      `監査ログの ${seq} 件目が${TRAIL_JA[problem]}。`,
      '何も送信せず、手元データを保存して管理者に連絡してください。',
    ],
    'nothing-open': () => ['結果不明・要対応・不一致の受注も、結果未確認の処理もありません。', null],
    'run-open': ({ id, user, host, since }) => [
      `処理番号 #${id} が実行中です（${safe(user)}@${safe(host)}、開始 ${since}）。`,
      '実行されていない場合は、paygent reconcile を実行してください（中断として記録します）。',
    ],
    'attempts-open': ({ count }) => [
      `結果不明の要求が${grouped(count)}件あります。`,
      'paygent reconcile で結果を照会してください。',
    ],
    attention: ({ count }) => [
      `要対応の受注が${grouped(count)}件あります。`,
      'paygent orders で受注番号を調べ、paygent show ‹受注番号› で内容を確かめてください。',
    ],
    conflicts: ({ count }) => [`不一致の受注が${grouped(count)}件あります。`, 'paygent reconcile で照合してください。'],
    unacknowledged: ({ count }) => [
      `結果未確認の処理が${grouped(count)}件あります。`,
      'paygent runs で結果を確かめ、paygent runs ack ‹処理番号› で結果確認済みにしてください。',
    ],
    untold: ({ count }) => [
      `結果を EC-CUBE に反映していない受注が${grouped(count)}件あります。`,
      'paygent push で反映してください。',
    ],
    'statuses-waiting': ({ count, yen: sum, setting }) => [
      `対応状況の意味が未設定のため、一括処理と夜間処理の対象外の受注が ${grouped(count)}件 ${yen(sum, 'ja')} あります。`,
      `意味を sell、cancelled、unfinished、hold から選び、設定してください：PAYGENT_STATUSES="${safe(setting)}"`,
    ],
    'shop-none': () => ['EC-CUBE のデータベースは設定されていません。受注は CSV から取り込みます。', null],
    'shop-connected': ({ name }) => [`${safe(name)} を読めます。`, null],
    'shop-tls': () => ['暗号化しています（TLS）。証明書とホスト名を検証しました。', null],
    'shop-local': () => ['同じコンピューターのデータベースです。ネットワークを通りません。', null],
    'shop-clear': ({ place }) => [
      `パスワードと顧客名が暗号化なしでネットワークを流れます（${safe(place)}）。`,
      'PAYGENT_SHOP_DATABASE の ?tls=off を ?ca=‹CA証明書› か ?tls=on に変えてください。',
    ],
    'rights-right': () => ['データベースのユーザーの権限は、必要なものだけです。', null],
    'rights-lacking': ({ rights }) => [
      `足りない権限があります：${listedJa(rights)}`,
      'docs/shop-database.md の GRANT 文を実行してください。',
    ],
    'rights-login': ({ rights }) => [
      `ペイジェントの接続IDとパスワードを読める権限があります：${listedJa(rights)}`,
      BY_THE_PAGE_JA,
    ],
    'rights-beyond': ({ rights }) => [`必要のない変更の権限があります：${listedJa(rights)}`, BY_THE_PAGE_JA],
    'rights-wide': ({ rights }) => [`必要のない参照の権限があります：${listedJa(rights)}`, BY_THE_PAGE_JA],
    'rights-useful': ({ rights }) => [
      `参照の権限が足りません（mtb_order_status がないと対応状況は標準の名前になり、payment_method がないと受注管理で変更した支払方法に気づけません）：${listedJa(rights)}`,
      'docs/shop-database.md の SQL のとおり、この権限を加えてください。',
    ],
    'rights-unclear': ({ count }) => [
      `読み取れない権限が${grouped(count)}件あります。`,
      'SHOW GRANTS の内容を docs/shop-database.md と比べてください。',
    ],
    'shop-no-rollback': ({ tables }) => [
      `取り消しのできない形式（MyISAM など）の表です：${tables.map(safe).join('、')}。結果反映が途中で止まると、途中の値が残ります。`,
      'InnoDB への変更をデータベースの管理者に相談してください。',
    ],
    'shop-zone': ({ hours, dates }) => [
      `データベースの時刻は日本時間より${hoursOf(hours)}時間${hours < 0 ? '遅れ' : '進み'}です。${dates === 'all' ? '受注日と発送日' : '発送日'}が、その分ずれて取り込まれます。`,
      'データベースのタイムゾーンを日本時間にするか、日付で絞り込むときにずれを見込んでください。',
    ],
    'shop-clock': ({ seconds }) => [
      `データベースの時計は、このコンピューターより${grouped(Math.abs(seconds))}秒${seconds < 0 ? '遅れ' : '進み'}です。`,
      '両方の時計を合わせてください（timedatectl など）。',
    ],
    'shop-mojibake': ({ count }) => [
      `顧客名が文字化けした受注が${grouped(count)}件あります（EC-CUBE が latin1 の接続で書き込んだ UTF-8）。`,
      '金額と決済は正しく処理できます。顧客名で検索する場合は、EC-CUBE の接続の文字コードを管理者に確認してください。',
    ],
    'shop-links': ({ count }) => [
      `リンク型で決済した受注が${grouped(count)}件あります。決済手段が記録されていないため、取り込みません。`,
      'ペイジェントオンラインで処理してください。',
    ],
    'login-complete': ({ merchantId }) => [`マーチャント ${safe(merchantId)} のログイン設定がそろっています。`, null],
    'login-of-simulator': () => ['内蔵シミュレーターのログインと証明書を使います。', null],
    'key-fits': ({ path }) => [`${safe(path)} の秘密鍵は証明書と合い、パスフレーズで開けます。`, null],
    'chain-unsorted': ({ path }) => [
      `${safe(path)} の2枚目以降の証明書が、発行元の順に並んでいません。`,
      'クライアント証明書、その発行元、さらにその発行元の順に並べ直してください。',
    ],
    'chain-outdated': ({ path, name, from, until }) => [
      `${safe(path)} の2枚目以降に、有効期間の外か、まもなく終わる証明書があります：${safe(name)}（${from.replaceAll('-', '/')}～${until.replaceAll('-', '/')}）。`,
      '発行元の新しい証明書があれば差し替え、不要な証明書なら取り除いてください。',
    ],
    'certificate-good': ({ date, days }) => [
      `${date.replaceAll('-', '/')} まで有効です（残り${grouped(days)}日）。`,
      null,
    ],
    'certificate-ending': ({ date, days }) => [
      `${date.replaceAll('-', '/')} に期限が切れます（残り${days}日）。`,
      renew(days),
    ],
    'certificate-ended': ({ date, days }) => [`${date.replaceAll('-', '/')} に期限が切れました。`, renew(days)],
    'certificate-not-yet': ({ date }) => [
      `${date} からでないと使えません。`,
      'このコンピューターの時計と、証明書のファイルを確認してください。',
    ],
    'no-proxy': () => ['プロキシを通さず直接つなぎます。', null],
    proxy: ({ host }) => [`${safe(host)} を通してつなぎます。`, null],
    'proxy-unset': ({ name }) => [
      `${name} が設定されていますが、paygent は使いません。PAYGENT_PROXY が空なので、プロキシを通さず直接つなぎます。`,
      'プロキシを通す場合は、同じ値を PAYGENT_PROXY に設定してください。',
    ],
    connected: ({ endpoint }) => [
      `${safe(endpoint)} に接続し、ログインできました（存在しない決済の照会 094、変更なし）。`,
      null,
    ],
    'answered-otherwise': ({ code, detail }) => [
      `接続しましたが、照会に ${safe(code)}${detail === '' ? '' : `（${safe(detail)}）`} と返りました。`,
      '時間をおいてもう一度 paygent doctor を実行してください。続く場合はこの番号をペイジェントに問い合わせてください。',
    ],
    'clock-right': () => ['ペイジェントの時計と合っています（5秒以内）。', null],
    'clock-off': ({ seconds }) => [ahead(seconds), SET_CLOCK_JA],
    'clock-wrong': ({ seconds }) => [ahead(seconds), `${SET_CLOCK_JA}合うまで送信しないでください。`],
    'clock-untold': () => [
      'ペイジェントの応答に時刻がなく、比べられません。',
      'このコンピューターの時計が合っているか確認してください（timedatectl など）。',
    ],
    'kept-open': () => ['ペイジェントは接続を維持します。1本の接続で続けて送信できます。', null],
    'kept-though-off': () => [
      'ペイジェントは接続を維持しますが、設定により要求ごとにつなぎ直します（PAYGENT_KEEPALIVE=off）。',
      null,
    ],
    'closed-by-gateway': () => [
      'ペイジェントは要求ごとに接続を閉じます。',
      'PAYGENT_KEEPALIVE=off を設定してください。',
    ],
    'closed-as-set': () => [
      '要求ごとにつなぎ直します（PAYGENT_KEEPALIVE=off）。ペイジェントもそのたびに閉じます。',
      null,
    ],
    'side-by-side': ({ measured, set }) => [
      `ペイジェントは${measured}件の同時照会に応答しました（PAYGENT_INQUIRIES=${set}）。`,
      null,
    ],
    'one-by-one-though-more': ({ measured }) => [
      `ペイジェントは${measured}件の同時照会に応答しました。PAYGENT_INQUIRIES=${measured} を設定すると照会が速くなります。`,
      null,
    ],
    'one-by-one': () => ['照会は1件ずつ行います。', null],
    'side-by-side-refused': ({ measured, set }) => [
      `ペイジェントは${measured}件の同時照会に応答しませんでした（PAYGENT_INQUIRIES=${set}）。`,
      'PAYGENT_INQUIRIES=1 を設定してください。',
    ],
  },
}

const CHECKS_EN: DoctorTexts['checks'] = {
  configuration: 'settings',
  environment: 'environment',
  'tls-check': 'server check',
  'cut-off': 'cut-off',
  permissions: 'permissions',
  mirror: 'local data',
  'machine-state': 'usage record',
  journal: 'send log',
  'open-work': 'open work',
  shop: 'EC-CUBE',
  'shop-line': 'EC-CUBE encryption',
  'shop-rights': 'EC-CUBE rights',
  'shop-data': 'EC-CUBE data',
  login: 'login settings',
  'client-certificate': 'client certificate',
  'ca-certificate': 'CA certificate',
  'server-certificate': 'server certificate',
  proxy: 'proxy',
  connection: 'connection, login',
  clock: 'clock',
  'keep-alive': 'keep-alive',
  inquiries: 'inquiries',
}

const TRAIL_EN = {
  changed: 'has been changed',
  swapped: 'has been swapped',
  missing: 'is missing',
} as const satisfies Record<FindingDetails['trail-broken']['problem'], string>

const some = (count: number, one: string, many: string): string =>
  count === 1 ? `There is 1 ${one}.` : `There are ${grouped(count)} ${many}.`
const off = (seconds: number): string =>
  `The clock of this machine is ${grouped(Math.abs(seconds))} s ${seconds > 0 ? 'behind' : 'ahead of'} Paygent's.`
const SET_CLOCK_EN = 'Set the clock (for example "timedatectl set-ntp true").'

const listedEn = (names: readonly string[]): string => {
  const rest = names.length - SHOWN
  return `${names.slice(0, SHOWN).map(safe).join('; ')}${rest > 0 ? `; and ${grouped(rest)} more` : ''}`
}
const BY_THE_PAGE_EN = 'Make a user by the statements of docs/shop-database.md, or take these rights from this one.'

const EN: DoctorTexts = {
  checks: CHECKS_EN,
  uncertain: 'Environment: not known - the settings are wrong',
  sum: (mark, count) => `${mark} ${count}`,
  sentences: {
    'not-checked': ({ because }) => [
      'Not checked.',
      `Fix "${CHECKS_EN[because]}" first, then run "paygent doctor" again.`,
    ],
    'settings-valid': ({ envFile }) => [
      `Every setting is valid (${envFile === null ? 'environment only' : `environment and ${safe(envFile)}`}).`,
      null,
    ],
    environment: ({ environment, endpoint }) => [
      `${safe(environment)} (${endpoint === null ? 'inside the command' : safe(endpoint)})`,
      null,
    ],
    'tls-checked': () => ["The server's certificate and host name are always verified.", null],
    'cut-off': ({ cutOff }) => [`Sales of the day count until ${cutOff} (Japan time).`, null],
    'cut-off-late': ({ cutOff, line }) => [
      `${cutOff} is later than docomo's line, ${line}.`,
      `Set PAYGENT_CUTOFF=${line}.`,
    ],
    'file-private': ({ path }) => [`${safe(path)} is for its user alone.`, null],
    'file-plain': ({ path }) => [`${safe(path)} holds no secret, and others cannot change it.`, null],
    'file-shared': ({ path }) => [`${safe(path)} is shared with its group.`, null],
    'file-new': ({ path }) => [`${safe(path)} is not there yet; it can be made.`, null],
    'file-readable': ({ path, mode }) => [
      `Others can read ${safe(path)} (${mode}).`,
      ...makingPrivate('Run this command:', path),
    ],
    'addresses-readable': ({ path, mode }) => [
      `Others can read ${safe(path)} (${mode}). The URLs of PAYGENT_WEBHOOK and PAYGENT_PING are secrets: to know one is enough to post there.`,
      ...makingPrivate('Run this command:', path),
    ],
    'file-writable': ({ path, mode }) => [
      `Others can change ${safe(path)} (${mode}).`,
      ...makingPrivate('Run this command:', path),
    ],
    'file-locked': ({ path, access }) => [
      `There is no permission to ${access} ${safe(path)}.`,
      ...unlocking('Run this command, or see to its owner:', { path, access }),
    ],
    'mirror-sound': ({ path, orders, version }) => [
      `${safe(path)} is sound (${grouped(orders)} ${orders === 1 ? 'order' : 'orders'}, schema ${version}).`,
      null,
    ],
    'mirror-damaged': ({ path, problems }) => [
      `${safe(path)} is damaged: ${problems.map((problem) => problemText(problem, 'en')).join(', ')}`,
      'Send nothing; put back a copy made by "paygent backup" and run "paygent reconcile --audit --yes".',
    ],
    'mirror-in-container': ({ path }) => [
      `The local data is on the container's own disk (overlayfs): ${safe(path)}. It is lost with the container.`,
      'Move it to a volume and name it with --db or PAYGENT_DB; the same goes for PAYGENT_STATE_DIR.',
    ],
    'stamp-fits': ({ environment, merchantId }) => [
      `It belongs to ${safe(environment)}, merchant ${safe(merchantId)}.`,
      null,
    ],
    'stamp-unchecked': () => [
      'Whose it is was not checked: the settings do not say.',
      'Set PAYGENT_ENVIRONMENT and PAYGENT_MERCHANT_ID, then run "paygent doctor" again.',
    ],
    'state-known': ({ path }) => [`This machine knows this local data as its newest (${safe(path)}).`, null],
    'state-new': () => [
      'The local data has no run yet; its first use enters it in the usage record of this machine.',
      null,
    ],
    durable: () => ['Everything is on the disk before it is sent (WAL, synchronous=FULL).', null],
    'not-durable': ({ journalMode, synchronous }) => [
      `Writes are not sure to last (journal_mode=${safe(journalMode)}, synchronous=${synchronous}).`,
      'Install paygent anew (npm ci). Send nothing until then.',
    ],
    'trail-whole': ({ entries }) => [
      `The audit log is whole and unchanged (${grouped(entries)} entries). Orders and requests are not compared with it here: "paygent runs --verify" does that.`,
      null,
    ],
    'trail-broken': ({ seq, problem }) => [
      `Entry ${seq} of the audit log ${TRAIL_EN[problem]}.`,
      'Send nothing, keep the local data as it is and tell your administrator.',
    ],
    'nothing-open': () => ['No order and no result waits.', null],
    'run-open': ({ id, user, host, since }) => [
      `Run #${id} is recorded as running (${safe(user)}@${safe(host)}, since ${since}).`,
      'If it is not, run "paygent reconcile", which records it as interrupted.',
    ],
    'attempts-open': ({ count }) => [
      some(count, 'request with an outcome unknown', 'requests with an outcome unknown'),
      'Run "paygent reconcile".',
    ],
    attention: ({ count }) => [
      some(count, 'order with action needed', 'orders with action needed'),
      'Find it with "paygent orders" and look at "paygent show <order>".',
    ],
    conflicts: ({ count }) => [
      some(count, 'order with a mismatch', 'orders with a mismatch'),
      'Run "paygent reconcile".',
    ],
    unacknowledged: ({ count }) => [
      some(count, 'result that is not reviewed', 'results that are not reviewed'),
      'Look at "paygent runs", and mark them with "paygent runs ack <id>".',
    ],
    untold: ({ count }) => [
      some(count, 'order whose result is not in EC-CUBE', 'orders whose results are not in EC-CUBE'),
      'Run "paygent push"; it says what stands in the way.',
    ],
    'statuses-waiting': ({ count, yen: sum, setting }) => [
      `${grouped(count)} ${count === 1 ? 'order is' : 'orders are'} skipped by bulk and nightly runs, as their order status has no meaning yet (${yen(sum, 'en')}).`,
      `Choose sell, cancelled, unfinished or hold for each and set PAYGENT_STATUSES="${safe(setting)}"`,
    ],
    'shop-none': () => ['No database of EC-CUBE is configured; orders come from CSV files.', null],
    'shop-connected': ({ name }) => [`${safe(name)} can be read.`, null],
    'shop-tls': () => ["Encrypted (TLS); the server's certificate and host name are verified.", null],
    'shop-local': () => ['The database is on this machine; nothing crosses a network.', null],
    'shop-clear': ({ place }) => [
      `Password and customers' names cross the network in clear (${safe(place)}).`,
      'Put ?ca=<CA certificate> or ?tls=on in the place of ?tls=off in PAYGENT_SHOP_DATABASE.',
    ],
    'rights-right': () => ['The user may do what is needed, and nothing else.', null],
    'rights-lacking': ({ rights }) => [
      `The user lacks: ${listedEn(rights)}`,
      'Run the GRANT statements of docs/shop-database.md.',
    ],
    'rights-login': ({ rights }) => [
      `The user can read the merchant's login at Paygent: ${listedEn(rights)}`,
      BY_THE_PAGE_EN,
    ],
    'rights-beyond': ({ rights }) => [`The user can change more than is needed: ${listedEn(rights)}`, BY_THE_PAGE_EN],
    'rights-wide': ({ rights }) => [`The user can see more than is needed: ${listedEn(rights)}`, BY_THE_PAGE_EN],
    'rights-useful': ({ rights }) => [
      `Useful rights are missing (without mtb_order_status the standard names of order statuses are used, without payment_method a payment method that was changed on the order page is not noticed): ${listedEn(rights)}`,
      'Grant them as docs/shop-database.md has it.',
    ],
    'rights-unclear': ({ count }) => [
      `${some(count, 'right that was not understood', 'rights that were not understood')}`,
      'Compare what "SHOW GRANTS" says with docs/shop-database.md.',
    ],
    'shop-no-rollback': ({ tables }) => [
      `These tables cannot take a change back (MyISAM or the like): ${tables.map(safe).join(', ')}. A write that breaks off leaves what it had done.`,
      'Ask the administrator of the database for InnoDB.',
    ],
    'shop-zone': ({ hours, dates }) => [
      `The server's time of day is ${hoursOf(hours)} h ${hours < 0 ? 'behind' : 'ahead of'} Japan's. ${dates === 'all' ? 'Dates of orders and of shipping' : 'Dates of shipping'} are off by as much.`,
      'Set the time zone of the database to Japan, or mind the difference where you filter by date.',
    ],
    'shop-clock': ({ seconds }) => [
      `The server's clock is ${grouped(Math.abs(seconds))} s ${seconds < 0 ? 'behind' : 'ahead of'} this machine's.`,
      'Set both clocks (for example "timedatectl set-ntp true").',
    ],
    'shop-mojibake': ({ count }) => [
      `${count === 1 ? '1 order has' : `${grouped(count)} orders have`} a garbled customer's name (UTF-8 that EC-CUBE wrote through a latin1 connection).`,
      "Amounts and payments are right. To search by name, ask the administrator about the encoding of EC-CUBE's connection.",
    ],
    'shop-links': ({ count }) => [
      `${count === 1 ? '1 order was' : `${grouped(count)} orders were`} paid on Paygent's own page (link type). EC-CUBE does not know by which method, so they are skipped.`,
      'Handle them in Paygent Online.',
    ],
    'login-complete': ({ merchantId }) => [`The login of merchant ${safe(merchantId)} is complete.`, null],
    'login-of-simulator': () => ["The embedded simulator's own login and certificates are used.", null],
    'key-fits': ({ path }) => [`The key in ${safe(path)} fits the certificate; the pass phrase opens it.`, null],
    'chain-unsorted': ({ path }) => [
      `The certificates behind the first one of ${safe(path)} are not in the order of their issuers.`,
      "Put the client's certificate first, then its issuer, then that one's issuer.",
    ],
    'chain-outdated': ({ path, name, from, until }) => [
      `A certificate behind the first one of ${safe(path)} is out of its time, or soon will be: ${safe(name)} (${from} to ${until}).`,
      "Put the issuer's new certificate in its place, or take it out where it is not needed.",
    ],
    'certificate-good': ({ date, days }) => [`Good until ${date} (${grouped(days)} days left).`, null],
    'certificate-ending': ({ date, days }) => [
      `It ends on ${date} (${days} days left).`,
      'Get a new certificate and put it in place before then.',
    ],
    'certificate-ended': ({ date }) => [`It ended on ${date}.`, 'Get a new certificate and put it in place.'],
    'certificate-not-yet': ({ date }) => [
      `It is not good before ${date}.`,
      "Check this machine's clock, and that it is the right file.",
    ],
    'no-proxy': () => ['No proxy on the way.', null],
    proxy: ({ host }) => [`Connections go through ${safe(host)}.`, null],
    'proxy-unset': ({ name }) => [
      `${name} is set, but paygent does not read it. PAYGENT_PROXY is empty, so connections are made without a proxy.`,
      'Where a proxy is needed, set PAYGENT_PROXY to the same value.',
    ],
    connected: ({ endpoint }) => [
      `${safe(endpoint)} answered and took the login (inquiry 094 about no payment, changes nothing).`,
      null,
    ],
    'answered-otherwise': ({ code, detail }) => [
      `Connected, but the test was answered with ${safe(code)}${detail === '' ? '' : ` (${safe(detail)})`}.`,
      'Run "paygent doctor" again later; if it stays, ask Paygent about this code.',
    ],
    'clock-right': () => ["The clock agrees with Paygent's (within 5 s).", null],
    'clock-off': ({ seconds }) => [off(seconds), SET_CLOCK_EN],
    'clock-wrong': ({ seconds }) => [off(seconds), `${SET_CLOCK_EN} Send nothing until then.`],
    'clock-untold': () => [
      "Paygent's answer has no time, so the clock cannot be compared.",
      'See that the clock of this machine is right (for example "timedatectl").',
    ],
    'kept-open': () => ['Paygent keeps the connection open: one serves the whole batch.', null],
    'kept-though-off': () => [
      'Paygent keeps the connection open, but each request makes its own (PAYGENT_KEEPALIVE=off).',
      null,
    ],
    'closed-by-gateway': () => ['Paygent closes the connection after each request.', 'Set PAYGENT_KEEPALIVE=off.'],
    'closed-as-set': () => [
      'Each request makes its own connection (PAYGENT_KEEPALIVE=off), and Paygent closes it after each.',
      null,
    ],
    'side-by-side': ({ measured, set }) => [
      `Paygent answered ${measured} inquiries at once (PAYGENT_INQUIRIES=${set}).`,
      null,
    ],
    'one-by-one-though-more': ({ measured }) => [
      `Paygent answered ${measured} inquiries at once. PAYGENT_INQUIRIES=${measured} makes inquiries quicker.`,
      null,
    ],
    'one-by-one': () => ['Inquiries go one by one.', null],
    'side-by-side-refused': ({ measured, set }) => [
      `Paygent did not answer ${measured} inquiries at once (PAYGENT_INQUIRIES=${set}).`,
      'Set PAYGENT_INQUIRIES=1.',
    ],
  },
}

export const DOCTOR_TEXTS = bothLanguages(JA, EN)
