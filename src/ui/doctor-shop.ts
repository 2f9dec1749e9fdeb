// doctor's sentences about what the shop's server and data are like.
import { grouped } from '../text/numbers.js'
import { safe } from '../text/width.js'
import type { DoctorTexts } from './doctor-texts.js'
import type { Lang } from './screen.js'

type ShopData = 'shop-no-rollback' | 'shop-zone' | 'shop-clock' | 'shop-mojibake' | 'shop-links'

const hoursOf = (hours: number): string => grouped(Math.abs(hours))

export const SHOP_DATA: Readonly<Record<Lang, Pick<DoctorTexts['sentences'], ShopData>>> = {
  ja: {
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
  },
  en: {
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
      `${count === 1 ? '1 order was' : `${grouped(count)} orders were`} paid on Paygent's own page (link type). The shop does not know by which method, so they are left out.`,
      'Handle them in Paygent Online.',
    ],
  },
}
