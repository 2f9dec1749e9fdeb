// The picker's words in both languages.
import type { Operation } from '../domain/order.js'
import { grouped, yen } from '../text/numbers.js'
import type { PickedSum, PickerNotice } from './picker.js'
import type { Lang } from './screen.js'

export interface PickerTexts {
  readonly title: Readonly<Record<Operation, string>>
  readonly filter: string
  readonly notices: Readonly<Record<PickerNotice, string>>
  /** Key and what it does, in the order in which a hand needs them. */
  readonly hints: readonly string[]
  /** The amount of an order of which Paygent has not told what it holds. */
  readonly about: (amount: string) => string
  readonly picked: (sum: PickedSum) => string
  /** Which of what is shown stand on this page; `all` is their number without the filter. */
  readonly page: (first: number, last: number, shown: number, all: number) => string
}

const JA: PickerTexts = {
  title: {
    sale: '一括売上：売上にする受注を選んでください。',
    cancel: '一括取消：取り消す受注を選んでください。',
  },
  filter: '絞り込み：',
  notices: {
    'nothing-ticked': '受注が選択されていません。Space で選択してから Enter を押してください。',
    'not-permitted': '選択できません。',
    'none-permitted': '表示中の受注に選択できるものはありません。',
    'some-left': '対応状況の意味が未設定の受注は選択していません。1件ずつ Space で選択できます。',
  },
  hints: [
    '文字: 番号・顧客名・支払方法で絞り込み',
    'Space: 選択/解除',
    'Ctrl-A: 表示中をすべて選択',
    'Ctrl-N: 表示中をすべて解除',
    'Enter: 決定',
    'Esc: 中止',
  ],
  about: (amount) => `約${amount}`,
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `金額未確認 ${grouped(untold)}件` : '',
      hidden > 0 ? `非表示 ${grouped(hidden)}件` : '',
    ].filter((part) => part !== '')
    const total = untold > 0 ? `約${yen(sum, 'ja')}` : yen(sum, 'ja')
    return `選択中：${grouped(count)}件 ${total}${more.length > 0 ? `（うち${more.join('・')}）` : ''}`
  },
  page: (first, last, shown, all) =>
    `${grouped(shown)}件中 ${grouped(first)}-${grouped(last)}件目${shown === all ? '' : `（絞り込み前 ${grouped(all)}件）`}`,
}

const orders = (count: number): string => `${grouped(count)} ${count === 1 ? 'order' : 'orders'}`

const EN: PickerTexts = {
  title: {
    sale: 'Bulk sale: choose the orders to sell.',
    cancel: 'Bulk cancel: choose the orders to cancel.',
  },
  filter: 'Filter: ',
  notices: {
    'nothing-ticked': 'Nothing is chosen. Choose with Space, then press Enter.',
    'not-permitted': 'This order cannot be chosen.',
    'none-permitted': 'None of the orders shown can be chosen.',
    'some-left': 'Orders whose status has no meaning yet were not chosen; choose each with Space.',
  },
  hints: [
    'Type: narrow by number, name, method',
    'Space: choose/drop',
    'Ctrl-A: choose all shown',
    'Ctrl-N: drop all shown',
    'Enter: done',
    'Esc: leave',
  ],
  about: (amount) => `about ${amount}`,
  picked: ({ count, yen: sum, untold, hidden }) => {
    const more = [
      untold > 0 ? `amount of ${grouped(untold)} not told yet` : '',
      hidden > 0 ? `${grouped(hidden)} not shown` : '',
    ].filter((part) => part !== '')
    const total = untold > 0 ? `about ${yen(sum, 'en')}` : yen(sum, 'en')
    return `Chosen: ${orders(count)}, ${total}${more.length > 0 ? ` (${more.join('; ')})` : ''}`
  },
  page: (first, last, shown, all) =>
    `${grouped(first)}-${grouped(last)} of ${grouped(shown)}${shown === all ? '' : ` (${grouped(all)} without the filter)`}`,
}

const TEXTS = { ja: JA, en: EN } as const satisfies Record<Lang, PickerTexts>

export const pickerTexts = (lang: Lang): PickerTexts => TEXTS[lang]
