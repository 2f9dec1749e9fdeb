// Makes commander's tree from the table of commands. It loads only commander and texts, so that --help comes at once.
import { AppError, installationFault } from '../errors.js'
import { displayWidth, wrap } from '../text/width.js'
import { EXAMPLES, type HelpKey, helpText } from '../ui/help.js'
import type { Lang } from '../ui/screen.js'
import { TOPICS } from '../ui/topics.js'
import { type CommandRow, COMMANDS, type OptionRow, type Work } from './commands.js'
import { type Cli, type CommonOptions, FORMATS } from './context.js'
import type { Terminal } from './terminal.js'
import { WrongUsage } from './usage.js'
import { Argument, Command, Help, Option } from 'commander'

/** Builds the program; parsing it throws WrongUsage or AppError and never ends the process. */
export function buildProgram(lang: Lang, terminal: Terminal, version: string, exit: (code: number) => void): Command {
  const text = (key: HelpKey): string => helpText(key, lang)
  const program = withCommonOptions(configured(new Command('paygent'), lang, terminal), text)
    .description(text('program'))
    .version(version, '-V, --version', text('version'))
    .addHelpText('after', `${examples('program', lang)}${topics(lang)}`)
    .helpCommand('help [command]', text('help'))
  const cli: Cli = { lang, terminal, version }
  for (const row of COMMANDS) addCommand(program, row, cli, exit).addHelpText('after', examples(row.name, lang))
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .action(async (words: readonly string[]) => {
      const { runComplete } = await import('./commands/completion.js')
      await runComplete(program, words, cli)
    })
  return program
}

/** Commands that read no settings, or show by themselves what is wrong with them. */
const UNWARNED: readonly string[] = ['completion', 'doctor']

/** Adds a command of the table and its subcommands. */
function addCommand(parent: Command, row: CommandRow<string>, cli: Cli, exit: (code: number) => void): Command {
  const text = (key: HelpKey): string => helpText(key, cli.lang)
  const command = configured(parent.command(row.name), cli.lang, cli.terminal)
    .description(text(row.help))
    .allowExcessArguments(false)
  if (row.argument) {
    const argument = new Argument(row.argument.name, text(row.argument.help))
    command.addArgument(row.argument.choices ? argument.choices(row.argument.choices) : argument)
  }
  for (const option of row.options ?? []) command.addOption(optionOf(option, text))
  command.action(async (...given: readonly unknown[]) => {
    const args = given.slice(0, -2).flat() as readonly string[]
    const options: CommonOptions = command.optsWithGlobals()
    refuseTwoFiles(options)
    refusePage(options, row)
    if (!UNWARNED.includes(row.name)) {
      const { warnOfSettings } = await import('./setting-warnings.js')
      await warnOfSettings(options, cli)
    }
    try {
      const work: Work = await row.run()
      exit(await work(options as never, cli, ...args))
    } catch (error) {
      if (!(error instanceof AppError) && installationFault(error) === null) {
        const { logBug } = await import('./log.js')
        await logBug(error, options, cli)
      }
      throw error
    }
  })
  for (const below of row.below ?? []) addCommand(command, below, cli, exit)
  return command
}

const gather = (value: string, before: readonly string[]): string[] => [...before, value]

function optionOf({ flags, help, choices, fallback, repeats }: OptionRow, text: (key: HelpKey) => string): Option {
  const option = new Option(flags, text(help))
  if (choices) option.choices(choices)
  if (fallback !== undefined) option.default(fallback)
  if (repeats) option.default([]).argParser(gather)
  return option
}

function configured(command: Command, lang: Lang, terminal: Terminal): Command {
  const titles: Record<string, HelpKey> = {
    'Usage:': 'titleUsage',
    'Arguments:': 'titleArguments',
    'Options:': 'titleOptions',
    'Global Options:': 'titleGlobalOptions',
    'Commands:': 'titleCommands',
  }
  const usageTitle = helpText('titleUsage', lang)
  const inWords = (usage: string): string =>
    usage.replace('[options]', helpText('usageOptions', lang)).replace('[command]', helpText('usageCommand', lang))
  return command
    .exitOverride((found) => {
      throw new WrongUsage(found, command)
    })
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: () => undefined })
    .helpOption('-h, --help', helpText('help', lang))
    .configureHelp({
      showGlobalOptions: true,
      helpWidth: Math.min(terminal.width ?? 80, 100),
      minWidthToWrap: 20,
      displayWidth: (text) => displayWidth(text),
      boxWrap: (text, width) =>
        text
          .split('\n')
          .flatMap((line) => wrap(line, width))
          .join('\n'),
      styleTitle: (title) => (titles[title] ? helpText(titles[title], lang) : title),
      optionDescription: (option) => describe(option, lang),
      argumentDescription: ({ description }) => description,
      styleUsage: inWords,
      subcommandTerm: (below) => inWords(Help.prototype.subcommandTerm(below)),
      // A full-width colon has its own space, which commander does not know.
      formatHelp: (shown, helper) =>
        Help.prototype.formatHelp.call(helper, shown, helper).replace(`${usageTitle} `, usageTitle),
    })
}

/** Describes defaults and choices, for which commander's own words are English. */
function describe(option: Option, lang: Lang): string {
  const value: unknown = option.defaultValue
  if (value === undefined || typeof value === 'boolean' || Array.isArray(value)) return option.description
  const name = helpText('default', lang)
  return `${option.description}${lang === 'ja' ? `（${name}：${String(value)}）` : ` (${name}: ${String(value)})`}`
}

function withCommonOptions(command: Command, text: (key: HelpKey) => string): Command {
  return command
    .addOption(new Option('--format <format>', text('format')).choices(FORMATS).default('table'))
    .addOption(new Option('--encoding <encoding>', text('encoding')).choices(['utf8', 'sjis']).default('utf8'))
    .option('--db <file>', text('db'))
    .option('--settings <file>', text('settings'))
    .option('--profile <name>', text('profile'))
    .addOption(new Option('--env-file <file>').hideHelp())
    .addOption(new Option('--lang <lang>', text('lang')).choices(['ja', 'en']))
    .option('--quiet', text('quiet'))
    .option('--verbose', text('verbose'))
    .option('--no-color', text('noColor'))
    .option('--ascii', text('ascii'))
}

/** Refuses two options that name the settings: the program must not choose between them. */
function refuseTwoFiles({ profile, settings, envFile }: CommonOptions): void {
  const options = { '--profile': profile, '--settings': settings, '--env-file': envFile }
  const [first, second] = Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (first !== undefined && second !== undefined) throw new AppError('options-contradict', { first, second })
}

/** Refuses HTML for commands whose answer is no page. */
function refusePage({ format }: CommonOptions, { page }: CommandRow<string>): void {
  if (format !== 'html' || page) return
  throw new AppError('bad-value', { name: '--format', value: 'html', expected: 'table, json, csv' })
}

const topics = (lang: Lang): string =>
  `\n${helpText('topics', lang)}\n${TOPICS.map(({ name, sections }) => `  paygent help ${name.padEnd(12)}${sections[lang].heading}\n`).join('')}`

const examples = (name: keyof typeof EXAMPLES, lang: Lang): string =>
  `\n${helpText('examples', lang)}\n${EXAMPLES[name].map((line) => `  ${line}\n`).join('')}`
