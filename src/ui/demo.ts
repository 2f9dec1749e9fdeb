// The end of `paygent demo`: the commands to try next, each on a line of its own that can be pasted.
import { displayWidth, safe } from '../text/width.js'
import { quoted } from '../text/shells.js'
import { bothLanguages, type Lang } from './screen.js'

type Steps = readonly (readonly [command: string, about: string])[]

const JA = {
  heading: '■ 次に試せること',
  /** On the data of the demo. */
  kept: [
    ['paygent', 'いまの状況'],
    ['paygent show 852', '1件の受注の状況と送信履歴'],
    ['paygent runs show 1', 'いまの一括売上の結果をもう一度表示'],
    ['paygent bulk-cancel --orders 864 --dry-run', '取消の送信予定だけを表示'],
    ['paygent bulk-sale', '一覧から受注を選んで一括売上'],
    ['paygent doctor', '設定と接続の点検'],
  ] as Steps,
  left: (folder: string) => `データは残してあります。消すとき：rm -r ${folder}`,
  removed: [
    ['paygent demo --keep', '同じデータを残し、続きを自分で試す'],
    ['paygent init', '自分のショップの設定ファイルを作成する'],
    ['paygent help', 'コマンドの一覧'],
  ] as Steps,
  gone: '試したデータは消しました。',
  page: (path: string) => `導入の手順：${path}`,
}

const EN: typeof JA = {
  heading: '■ To try next',
  kept: [
    ['paygent', 'where things stand'],
    ['paygent show 852', 'one order, and its request history'],
    ['paygent runs show 1', 'the result of this bulk sale again'],
    ['paygent bulk-cancel --orders 864 --dry-run', 'what a cancel would send'],
    ['paygent bulk-sale', 'pick orders from a list and sell them'],
    ['paygent doctor', 'check settings and connection'],
  ],
  left: (folder) => `The data stay there. To remove them: rm -r ${folder}`,
  removed: [
    ['paygent demo --keep', 'the same, and its data stay for tries of your own'],
    ['paygent init', 'make the settings file of your own shop'],
    ['paygent help', 'all commands'],
  ],
  gone: 'The data of this demo are removed.',
  page: (path) => `How to set it up: ${path}`,
}

const TEXTS = bothLanguages(JA, EN)

/**
 * @param kept the folder of the demo where it stays; null where it is removed
 * @param page the page that explains how the program is set up
 */
export function demoEnd(kept: string | null, page: string, lang: Lang): string {
  const { heading, kept: there, removed, left, gone, page: pageLine } = TEXTS[lang]
  const steps = kept === null ? removed : there
  const longest = Math.max(...steps.map(([command]) => displayWidth(command)))
  const lines = steps.map(([command, about]) => `  ${command.padEnd(longest)}  ${about}`)
  if (kept === null) return [gone, heading, ...lines, pageLine(safe(page))].join('\n')
  return [heading, `  cd ${quoted(safe(kept))}`, ...lines, left(quoted(safe(kept))), pageLine(safe(page))].join('\n')
}
