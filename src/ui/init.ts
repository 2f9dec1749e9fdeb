// Holds the questions of `paygent init` and what it shows at its end.
import { fitText, safe } from '../text/width.js'
import { bothLanguages, type Lang, pasted, type Screen, underProfile } from './screen.js'

const JA = {
  begin: (path: string) =>
    `設定ファイルを作成します：${path}\nEnter だけで [ ] 内の値になります。Ctrl-C で中止でき、最後の質問に答えるまで何も書き込みません。`,
  questions: {
    lang: '言語：1 日本語、2 英語',
    environment: '環境：1 シミュレーター（実際の請求なし）、2 試験、3 本番',
    endpoint: '別に起動したシミュレーターのURL（内蔵シミュレーターなら Enter）',
    merchantId: 'マーチャントID（数字）',
    connectId: '接続ID',
    connectPassword: '接続パスワード',
    clientCert: 'クライアント証明書と秘密鍵のファイル',
    passphrase: 'クライアント証明書のパスフレーズ（なければ Enter）',
    passphraseNeeded: 'クライアント証明書のパスフレーズ（後で設定ファイルに記入する場合は Enter）',
    caCert: 'CA証明書のファイル',
    folder: '手元データとログのフォルダー',
    source: '受注の取り込み方法：1 CSV、2 EC-CUBE のデータベース',
    server: 'データベースの種類：1 MySQL、2 PostgreSQL',
    host: 'データベースのホスト（ポートは :3306 のように続ける）',
    database: 'データベース名',
    user: 'データベースのユーザー',
    password: 'データベースのパスワード',
    cutOff: '締め時刻（日本時間）',
  },
  again: {
    choice: '番号で答えてください。',
    merchantId: '9桁までの数字を入力してください。',
    text: '32文字までで入力してください。',
    endpoint: 'https://127.0.0.1:4430 のような、このコンピューター内のURLを入力してください。',
    passphrase: 'パスフレーズが違います。もう一度入力してください。',
    file: 'ファイルを読めません。パスを確かめて、もう一度入力してください。',
    folder: 'フォルダーのパスを入力してください。',
    host: 'ホスト名かIPアドレスを入力してください。',
    needed: '入力してください。',
    cutOff: '21:00 の形式で入力してください。',
    unwritable: 'この値は設定ファイルに書けません。',
  },
  /** The answers to a choice, as they stay on the screen. */
  choices: {
    ja: '日本語',
    en: '英語',
    simulator: 'シミュレーター',
    sandbox: '試験',
    production: '本番',
    csv: 'CSV',
    database: 'EC-CUBE のデータベース',
    mysql: 'MySQL',
    postgres: 'PostgreSQL',
  } as Readonly<Record<string, string>>,
  hidden: '（入力した文字は表示されません）',
  given: '（入力済み）',
  later: '（後で設定ファイルに記入する場合は Enter）',
  made: (path: string) => `設定ファイルを作成しました：${path}`,
  mirror: (path: string) => `手元データを作成しました：${path}`,
  looking: (command: string) => `${command} の結果：`,
  fix: (path: string, command: string) => `× の行を直し（${path}）、もう一度 ${command} を実行してください。`,
  next: (command: string) => `次の操作：${command}`,
  cron: '夜間処理を毎日実行する場合は、crontab -e で次の1行を加えてください：',
}

const EN: typeof JA = {
  begin: (path) =>
    `This writes a settings file: ${path}\nEnter alone takes the value in [ ]. Ctrl-C leaves, and nothing is written before the last answer.`,
  questions: {
    lang: 'Language: 1 Japanese, 2 English',
    environment: 'Environment: 1 simulator (nobody is charged), 2 sandbox, 3 production',
    endpoint: 'URL of a simulator that runs elsewhere on this machine (Enter for the embedded one)',
    merchantId: 'Merchant id (digits)',
    connectId: 'Connect id',
    connectPassword: 'Connect password',
    clientCert: 'File with the client certificate and its key',
    passphrase: 'Pass phrase of the client certificate (Enter for none)',
    passphraseNeeded: 'Pass phrase of the client certificate (Enter to fill it in later)',
    caCert: "File with Paygent's CA certificate",
    folder: 'Folder for local data and log',
    source: "Orders come from: 1 CSV, 2 EC-CUBE's database",
    server: 'Database server: 1 MySQL, 2 PostgreSQL',
    host: 'Host of the database (with its port as in :3306)',
    database: 'Name of the database',
    user: 'User of the database',
    password: 'Password of the database',
    cutOff: 'Cut-off (Japan time)',
  },
  again: {
    choice: 'Please answer with a number.',
    merchantId: 'Please type up to 9 digits.',
    text: 'Please type 32 characters at most.',
    endpoint: 'Please type a URL of this machine, such as https://127.0.0.1:4430.',
    passphrase: 'The pass phrase does not open the key. Type it again.',
    file: 'The file cannot be read. Check the path and type it again.',
    folder: 'Please type the path of a folder.',
    host: 'Please type a host name or an IP address.',
    needed: 'Please type it.',
    cutOff: 'Please type it as 21:00.',
    unwritable: 'A settings file cannot hold this value.',
  },
  choices: {
    ja: 'Japanese',
    en: 'English',
    simulator: 'simulator',
    sandbox: 'sandbox',
    production: 'production',
    csv: 'CSV',
    database: "EC-CUBE's database",
    mysql: 'MySQL',
    postgres: 'PostgreSQL',
  },
  hidden: '(what you type is not shown)',
  given: '(typed)',
  later: '(Enter to fill it in later)',
  made: (path) => `The settings file is made: ${path}`,
  mirror: (path) => `The local data is made: ${path}`,
  looking: (command) => `What "${command}" finds:`,
  fix: (path, command) => `Mend the lines with × (${path}), then run "${command}" again.`,
  next: (command) => `Next: ${command}`,
  cron: 'To run the night every day, add this line with crontab -e:',
}

const TEXTS = bothLanguages(JA, EN)

export const initTexts = (lang: Lang): typeof JA => TEXTS[lang]

export interface MadeSettings {
  /** Of the settings file. */
  readonly path: string
  /** Of the local data, where it was made. */
  readonly mirrorPath: string | null
}

/** Names the files that were made, before the checks. */
export function madeText({ path, mirrorPath }: MadeSettings, screen: Screen): string {
  const { made, mirror, looking } = TEXTS[screen.lang]
  const lines = [made(safe(path)), ...(mirrorPath === null ? [] : [mirror(safe(mirrorPath))])]
  return underProfile(fitText([...lines, looking(pasted('paygent doctor', screen))].join('\n'), screen), screen)
}

export interface AfterInit {
  readonly path: string
  /** `doctor` found nothing that keeps a command from working. */
  readonly healthy: boolean
  /** The orders come from the shop's database. */
  readonly fromShop: boolean
  /** The line of the crontab, on one line at every width: it is pasted. */
  readonly cron: string
}

/** The next command, and the line for cron. */
export function afterText({ path, healthy, fromShop, cron }: AfterInit, screen: Screen): string {
  const { next, fix, cron: title } = TEXTS[screen.lang]
  const take = pasted(fromShop ? 'paygent pull' : 'paygent import orders.csv', screen)
  const lines = [...(healthy ? [] : [fix(safe(path), pasted('paygent doctor', screen))]), next(take), title]
  return `${fitText(lines.join('\n'), screen)}\n${safe(cron)}`
}
