// paygent doctor の文。見出し、見つかったこと、直し方。
import type { Facts } from '../jobs/doctor/finding.js'
import { grouped, yen } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { SHOP_DATA } from './doctor-shop.js'
import type { DoctorTexts } from './doctor-texts.js'

const CHECKS: DoctorTexts['checks'] = {
  configuration: '設定',
  environment: '環境',
  'tls-check': '接続先の検証',
  'cut-off': '締め時刻',
  permissions: 'ファイル権限',
  mirror: 'ミラー',
  'machine-state': 'ミラーの控え',
  journal: '記録',
  'open-work': '未確定',
  shop: 'ショップDB',
  'shop-line': 'ショップDBの暗号化',
  'shop-rights': 'ショップDBの権限',
  'shop-data': 'EC-CUBE のデータ',
  login: 'ログイン設定',
  'client-certificate': 'クライアント証明書',
  'ca-certificate': 'CA証明書',
  'server-certificate': 'サーバー証明書',
  proxy: 'プロキシ',
  connection: '接続とログイン',
  clock: '時計',
  'keep-alive': '接続の維持',
}

const ENVIRONMENTS: Readonly<Record<string, string>> = {
  simulator: 'シミュレーター',
  sandbox: '試験',
  production: '本番',
}
const environmentOf = (name: string): string => ENVIRONMENTS[name] ?? safe(name)

const TRAIL = {
  changed: '書き換えられています',
  swapped: '差し替えられています',
  missing: '欠けています',
} as const satisfies Record<Facts['trail-broken']['problem'], string>

const ahead = (seconds: number): string =>
  `このコンピューターの時計はペイジェントより${grouped(Math.abs(seconds))}秒${seconds > 0 ? '遅れて' : '進んで'}います。`
const SET_CLOCK = '時計を合わせてください（timedatectl set-ntp true など）。'
const renew = (days: number): string =>
  days < 0 ? '新しい証明書を入手して差し替えてください。' : '期限までに新しい証明書を入手して差し替えてください。'

const SHOWN = 5
const listed = (names: readonly string[]): string => {
  const rest = names.length - SHOWN
  return `${names.slice(0, SHOWN).map(safe).join('、')}${rest > 0 ? `、ほか${grouped(rest)}件` : ''}`
}
const BY_THE_PAGE =
  'docs/shop-database.md の SQL で専用のユーザーを作るか、このユーザーからこれらの権限を取り消してください。'

export const DOCTOR_JA: DoctorTexts = {
  checks: CHECKS,
  uncertain: '環境：不明（設定が正しくありません）',
  sum: (mark, count) => `${mark} ${count}件`,
  sentences: {
    'not-checked': ({ because }) => [
      '調べていません。',
      `先に「${CHECKS[because]}」の行を直し、もう一度 paygent doctor を実行してください。`,
    ],
    'settings-valid': ({ envFile }) => [
      `すべての設定が正しい値です（${envFile === null ? '環境変数のみ' : `環境変数と ${safe(envFile)}`}）。`,
      null,
    ],
    environment: ({ environment, endpoint }) => [
      `${environmentOf(environment)}（${endpoint === null ? 'コマンドに内蔵' : safe(endpoint)}）`,
      null,
    ],
    'tls-checked': () => ['接続先の証明書とホスト名を必ず確認します。', null],
    'cut-off': ({ cutOff }) => [`当日分の売上は ${cutOff}（日本時間）までです。`, null],
    'cut-off-late': ({ cutOff, line }) => [
      `${cutOff} は、docomo の締め ${line} より遅い時刻です。`,
      `PAYGENT_CUTOFF=${line} を設定してください。`,
    ],
    'file-private': ({ path }) => [`${safe(path)} は本人だけが使えます。`, null],
    'file-plain': ({ path }) => [`${safe(path)} に秘密の設定はなく、ほかの人は書き換えられません。`, null],
    'file-shared': ({ path }) => [`${safe(path)} はグループで共有しています。`, null],
    'file-new': ({ path }) => [`${safe(path)} はまだありません。作成できます。`, null],
    'file-readable': ({ path, mode }) => [
      `${safe(path)} をほかの人も読めます（${mode}）。`,
      `chmod 600 ${safe(path)} を実行してください。`,
    ],
    'file-writable': ({ path, mode }) => [
      `${safe(path)} をほかの人も書き換えられます（${mode}）。`,
      `chmod 600 ${safe(path)} を実行してください。`,
    ],
    'file-locked': ({ path, access }) => [
      `${safe(path)} を${access === 'read' ? '読む' : '書く'}権限がありません。`,
      access === 'read'
        ? `chmod u+r ${safe(path)} を実行するか、所有者を確認してください。`
        : `chmod u+w ${safe(path)} を実行するか、所有者を確認してください。`,
    ],
    'mirror-sound': ({ path, orders, version }) => [
      `${safe(path)} は壊れていません（受注 ${grouped(orders)}件、スキーマ ${version}）。`,
      null,
    ],
    'mirror-damaged': ({ path, problems }) => [
      `${safe(path)} が壊れています：${problems.map(safe).join('、')}`,
      '何も送信せず、paygent backup で取った控えから戻し、paygent reconcile --audit --yes を実行してください。',
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
    'state-known': ({ path }) => [`このコンピューターで最後に使ったミラーです（${safe(path)}）。`, null],
    'state-new': () => ['まだ実行のないミラーです。最初に使うときに、このコンピューターに登録されます。', null],
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
      `監査記録の ${seq} 件目が${TRAIL[problem]}。`,
      '何も送信せず、ミラーを保存して管理者に連絡してください。',
    ],
    'nothing-open': () => ['確認待ちの受注や結果はありません。', null],
    'run-open': ({ id, user, host, since }) => [
      `実行 #${id} が実行中と記録されています（${safe(user)}@${safe(host)}、開始 ${since}）。`,
      '動いていなければ、次の実行か paygent reconcile が中断として記録します。',
    ],
    'attempts-open': ({ count }) => [
      `結果が確認中の要求が${grouped(count)}件あります。`,
      'paygent reconcile を実行してください。',
    ],
    attention: ({ count }) => [
      `要対応の受注が${grouped(count)}件あります。`,
      'paygent orders で確認し、paygent settle で閉じてください。',
    ],
    conflicts: ({ count }) => [
      `内容が一致しない受注が${grouped(count)}件あります。`,
      'paygent reconcile を実行してください。',
    ],
    unacknowledged: ({ count }) => [
      `確認されていない結果が${grouped(count)}件あります。`,
      'paygent runs で確認し、paygent runs ack <番号> で閉じてください。',
    ],
    untold: ({ count }) => [
      `結果がショップに書き戻されていない受注が${grouped(count)}件あります。`,
      'paygent push を実行してください。書き戻せない場合は理由を表示します。',
    ],
    'statuses-waiting': ({ count, yen: sum, setting }) => [
      `対応状況の意味が未設定のため、一括処理と夜間処理の対象外の受注が ${grouped(count)}件 ${yen(sum, 'ja')} あります。`,
      `意味を sell、cancelled、unfinished、hold から選び、設定してください：PAYGENT_STATUSES="${safe(setting)}"`,
    ],
    'shop-none': () => ['ショップのデータベースは設定されていません。受注は CSV から取り込みます。', null],
    'shop-connected': ({ name }) => [`${safe(name)} を読めます。`, null],
    'shop-tls': () => ['暗号化しています（TLS）。証明書とホスト名を確認しました。', null],
    'shop-local': () => ['同じコンピューターのデータベースです。ネットワークを通りません。', null],
    'shop-clear': ({ place }) => [
      `パスワードと顧客名が暗号化なしでネットワークを流れます（${safe(place)}）。`,
      'PAYGENT_SHOP_DATABASE の ?tls=off を ?ca=<CA証明書> か ?tls=on に変えてください。',
    ],
    'rights-right': () => ['データベースのユーザーの権限は、必要なものだけです。', null],
    'rights-lacking': ({ rights }) => [
      `足りない権限があります：${listed(rights)}`,
      'docs/shop-database.md の GRANT 文を実行してください。',
    ],
    'rights-login': ({ rights }) => [
      `ペイジェントの接続IDとパスワードを読める権限があります：${listed(rights)}`,
      BY_THE_PAGE,
    ],
    'rights-beyond': ({ rights }) => [`必要のない変更の権限があります：${listed(rights)}`, BY_THE_PAGE],
    'rights-wide': ({ rights }) => [`必要のない参照の権限があります：${listed(rights)}`, BY_THE_PAGE],
    'rights-useful': ({ rights }) => [
      `対応状況の名前を読む権限がないため、標準の名前を使います：${listed(rights)}`,
      'docs/shop-database.md の SQL のとおり、この権限を加えてください。',
    ],
    'rights-unclear': ({ count }) => [
      `読み取れない権限が${grouped(count)}件あります。`,
      'SHOW GRANTS の内容を docs/shop-database.md と比べてください。',
    ],
    ...SHOP_DATA.ja,
    'login-complete': ({ merchantId }) => [`マーチャント ${safe(merchantId)} のログイン設定がそろっています。`, null],
    'login-of-simulator': () => ['内蔵シミュレーターのログインと証明書を使います。', null],
    'key-fits': ({ path }) => [`${safe(path)} の秘密鍵は証明書と合い、パスフレーズで開けます。`, null],
    'certificate-good': ({ date, days }) => [`${date} まで有効です（残り${grouped(days)}日）。`, null],
    'certificate-ending': ({ date, days }) => [`${date} に期限が切れます（残り${days}日）。`, renew(days)],
    'certificate-ended': ({ date, days }) => [`${date} に期限が切れました。`, renew(days)],
    'certificate-not-yet': ({ date }) => [
      `${date} からでないと使えません。`,
      'このコンピューターの時計と、証明書のファイルを確認してください。',
    ],
    'no-proxy': () => ['プロキシを通さず直接つなぎます。', null],
    proxy: ({ host }) => [`${safe(host)} を通してつなぎます。`, null],
    connected: ({ endpoint }) => [
      `${safe(endpoint)} につながり、ログインできました（存在しない決済の照会 094、変更なし）。`,
      null,
    ],
    'answered-otherwise': ({ code, detail }) => [
      `つながりましたが、照会に ${safe(code)}${detail === '' ? '' : `（${safe(detail)}）`} と返りました。`,
      '時間をおいてもう一度 paygent doctor を実行してください。続く場合はこの番号をペイジェントに問い合わせてください。',
    ],
    'clock-right': () => ['ペイジェントの時計と合っています（5秒以内）。', null],
    'clock-off': ({ seconds }) => [ahead(seconds), SET_CLOCK],
    'clock-wrong': ({ seconds }) => [ahead(seconds), `${SET_CLOCK}合うまで送信しないでください。`],
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
  },
}
