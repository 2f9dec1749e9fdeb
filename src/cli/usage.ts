// Puts a wrong command line into an error that names the command's own help and guesses what was meant.
import { AppError } from '../errors.js'
import { COMMANDS } from './commands.js'
import { suggestedBy } from './similar.js'
import type { Command, CommanderError } from 'commander'

/** A fault that commander found, with the command at which it stopped. */
export class WrongUsage extends Error {
  override readonly name = 'WrongUsage'

  constructor(
    readonly found: CommanderError,
    readonly command: Command,
  ) {
    super(found.message, { cause: found })
  }
}

/**
 * Words that staff, Paygent Online and other payment services use, with the commands that do it. Of these only the ones
 * that exist are named, so that a word which becomes a command of its own comes first.
 */
const COMMON: readonly (readonly [words: string, commands: string])[] = [
  ['capture charge settlement', 'sale bulk-sale'],
  ['売上 売上処理 売上確定 売上要求', 'sale bulk-sale'],
  ['bulksale sales', 'bulk-sale'],
  ['一括売上 一括売上処理', 'bulk-sale'],
  ['void release', 'cancel bulk-cancel'],
  ['取消 取り消し 取消処理 キャンセル オーソリ解放 オーソリキャンセル', 'cancel bulk-cancel'],
  ['bulkcancel 一括取消 一括キャンセル', 'bulk-cancel'],
  ['refund 返金 一部返金', 'refund cancel bulk-cancel'],
  ['hold 保留', 'hold'],
  ['correct change', 'amend'],
  ['補正 補正売上 金額変更 金額補正 売上変更', 'amend'],
  ['inquiry inquire recheck', 'reconcile'],
  ['照会 再照会 照合 全件照合', 'reconcile'],
  ['update refresh', 'sync'],
  ['更新 状況更新 同期', 'sync'],
  ['list ls order search', 'orders'],
  ['受注 受注一覧 一覧 検索', 'orders'],
  ['detail view', 'show'],
  ['詳細 表示', 'show'],
  ['history result results', 'runs'],
  ['履歴 処理履歴 結果', 'runs'],
  ['month monthly sales', 'report'],
  ['月報 月次 売上レポート 集計 レポート', 'report'],
  ['fetch 受注取込', 'pull'],
  ['load csv', 'import'],
  ['取込 取り込み インポート', 'import'],
  ['write 結果反映 反映', 'push'],
  ['download dump', 'export'],
  ['出力 書き出し エクスポート', 'export'],
  ['night 夜間 夜間処理', 'nightly'],
  ['copy save', 'backup'],
  ['バックアップ', 'backup'],
  ['check diagnose', 'doctor'],
  ['診断', 'doctor'],
  ['setup configure configuration', 'init'],
  ['設定 初期設定 導入', 'init'],
  ['profile shops', 'profiles'],
  ['プロファイル 店舗', 'profiles'],
  ['manual 手動登録', 'settle'],
  ['usage 使い方 ヘルプ', 'help'],
]

const NAMES: readonly string[] = COMMANDS.map(({ name }) => name)
const NUMBERS = /^[#\d,、]+$/
const plain = (word: string): string => word.normalize('NFKC').toLowerCase()

/** The first word that is a command; '' where there is none. */
export const commandIn = (args: readonly string[]): string => args.find((word) => NAMES.includes(word)) ?? ''

/** The commands that may be meant by a word that is none. */
export function meantBy(word: string, names: readonly string[] = NAMES): string[] {
  const typed = plain(word)
  const [, commands = ''] = COMMON.find(([words]) => words.split(' ').includes(typed)) ?? []
  return commands.split(' ').filter((name) => name === 'help' || names.includes(name))
}

/** The error for a command that does not exist. @param similar those that commander finds alike */
export function unknownCommand(name: string, similar: readonly string[] = []): AppError {
  const meant = meantBy(name)
  const shown = NUMBERS.test(plain(name)) ? [`paygent show ${plain(name).replace('#', '')}`] : []
  return new AppError('unknown-command', {
    name,
    suggestion: [...meant, ...shown, ...(meant.length > 0 ? [] : similar)],
  })
}

/** `runs show` */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()]
}

/** A file's name as a shell takes it. */
const quoted = (file: string): string =>
  /^[\p{L}\p{N}_./~-]+$/u.test(file) ? file : `'${file.replaceAll("'", `'\\''`)}'`

/** The command line that was meant by one with too many arguments; '' where that cannot be guessed. */
function meantWith(command: Command): string {
  const path = pathOf(command)
  const name = path.join(' ')
  const [first = '', ...others] = command.args
  const given = (command.opts<{ orders?: readonly string[] }>().orders ?? []).filter((text) => text !== '-')
  const numbers = [...given, ...command.args]
    .flatMap((text) => plain(text).split(/[,、]/))
    .filter((text) => text !== '')
  if (command.args.every((text) => NUMBERS.test(plain(text)))) {
    const orders = numbers.join(',')
    if (command.options.some(({ long }) => long === '--orders')) return `paygent ${name} --orders ${orders}`
    if (name === 'sale' || name === 'cancel') return `paygent bulk-${name} --orders ${orders}`
    if (name === 'runs') return `paygent runs show ${first.replace('#', '')}`
  }
  if (others.length > 0) return ''
  if (name === 'export') return `paygent export > ${quoted(first)}`
  const [, format] = /\.(csv|json)$/i.exec(first) ?? []
  const lists = name === 'orders' || name === 'runs'
  return lists && format !== undefined ? `paygent ${name} --format ${format.toLowerCase()} > ${quoted(first)}` : ''
}

/** Turns commander's fault into an AppError with a next step; null when commander only printed help or a version. */
export function usageError({ found, command }: WrongUsage): AppError | null {
  if (found.exitCode === 0) return null
  const quotedName = /'([^']*)'/.exec(found.message)?.[1] ?? ''
  // Commander shows an option with its placeholder, as `--format <format>`.
  const name = /--[\w-]+/.exec(quotedName)?.[0] ?? quotedName
  const similar = suggestedBy(found.message)
  switch (found.code) {
    case 'commander.unknownCommand':
      return unknownCommand(name, similar)
    case 'commander.unknownOption':
      return new AppError('bad-option', { name, suggestion: similar.join(', '), problem: 'unknown' })
    case 'commander.optionMissingArgument':
      return new AppError('bad-option', { name, problem: 'no-value' })
    case 'commander.missingArgument':
      return new AppError('missing-argument', { name })
    case 'commander.excessArguments': {
      const { length: expected } = command.registeredArguments
      return new AppError('excess-arguments', {
        names: command.args.slice(expected),
        suggestion: meantWith(command),
      })
    }
    case 'commander.help':
      return null
    default: {
      const argument = /value '([^']*)' is invalid for argument '([^']*)'/.exec(found.message)
      const value = argument?.[1] ?? /argument '([^']*)' is invalid/.exec(found.message)?.[1] ?? ''
      const expected = /Allowed choices are (.*)\.$/.exec(found.message)?.[1] ?? ''
      return new AppError('bad-value', { name: argument?.[2] ?? name, value, expected })
    }
  }
}
