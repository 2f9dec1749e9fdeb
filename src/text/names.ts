// Compares names of the shop, and writes them for a settings line that a person may paste.

/** The form in which names and searches are compared: width, case and blanks do not count. */
export const comparedName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/g, '')

/**
 * Kanji that one name is written with in several shapes, each group led by the usual shape. NFKC keeps them apart, and
 * an operator types the one that the keyboard offers.
 */
const SHAPES =
  '高髙 崎﨑嵜碕 斎斉齋齊 辺邊邉 沢澤 浜濱濵 広廣 国國圀 島嶋嶌 桜櫻 竜龍 滝瀧 塩鹽 栄榮 徳德 吉𠮷 土圡 恵惠 寿壽 ' +
  '真眞 実實 関關 渋澁 条條 蔵藏 団團 富冨 船舩 館舘 峰峯 秋穐 槙槇 鉄鐵 円圓 万萬 与與 弥彌 礼禮 児兒 静靜 豊豐 ' +
  '黒黑 緑綠 巻卷 曽曾 柳栁 瀬瀨 薮藪 桧檜 穂穗 遥遙 亀龜 来來 戸戶 教敎 清淸 青靑 郎郞'

const groupsOfShapes = SHAPES.split(' ').map((group) => [...group])

const USUAL: ReadonlyMap<string, string> = new Map(
  groupsOfShapes.flatMap(([usual = '', ...others]) => others.map((other) => [other, usual] as const)),
)

const UNUSUAL = new RegExp(`[${[...USUAL.keys()].join('')}]`, 'gu')

/** A compared text with every kanji in its usual shape, so that 高橋 finds 髙橋. For searches only. */
export const usualShapes = (compared: string): string => compared.replace(UNUSUAL, (shape) => USUAL.get(shape) ?? shape)

/** All shapes of a character, itself among them. */
export const shapesOf = (character: string): readonly string[] =>
  groupsOfShapes.find((group) => group.includes(character)) ?? [character]

/** Characters that divide a setting, or that a shell or an .env file gives a meaning of its own. */
const SPECIAL = /[,="'$`\\#]/g

/** Replaces the characters that would not survive by wide ones; names are compared without regard to width. */
export const pasteable = (name: string): string =>
  name.replace(SPECIAL, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfe_e0))

/** A longer text is no name, and a settings line with it helps no reader. */
export const LONGEST_NAME = 255
