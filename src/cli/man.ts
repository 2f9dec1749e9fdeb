// Makes the man page of the program from the command tree and from the sections that `paygent help <topic>` shows. The
// build runs it; the program itself does not load it.
import { buildProgram } from './program.js'
import type { Terminal } from './terminal.js'
import { topicBlocks } from './topics.js'
import type { PageBlock } from '../text/markdown.js'
import { EXAMPLES } from '../ui/help.js'
import { rowsOf, TOPICS } from '../ui/topics.js'
import type { Command, Option } from 'commander'

/** Roff takes a backslash for a command, a hyphen for one that a line may break at, and a point or a quote at a line's beginning. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/^(?=[.'])/gm, '\\&')

const bold = (text: string): string => `\\fB${escaped(text)}\\fR`
const heading = (text: string): string => `.SH ${text.toUpperCase()}`
const entry = (term: string, ...lines: readonly string[]): string[] => ['.TP', term, ...lines.map(escaped)]
const literal = (lines: readonly string[]): string[] => ['.PP', '.nf', '.RS 4', ...lines.map(escaped), '.RE', '.fi']

const visible = (commands: readonly Command[]): Command[] =>
  commands.filter((command) => !command.name().startsWith('__'))

const nameOf = (command: Command): string =>
  command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`

function optionLines({ flags, description, argChoices, defaultValue }: Option): string[] {
  const isSaid = argChoices?.every((choice) => description.includes(choice)) ?? true
  const choices = isSaid ? '' : ` (${argChoices?.join(', ')})`
  const fallback = typeof defaultValue === 'string' ? ` Default: ${defaultValue}.` : ''
  return entry(bold(flags), `${sentence(description + choices)}${fallback}`)
}

const sentence = (text: string): string => {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return begun.endsWith('.') ? begun : `${begun}.`
}

function commandLines(command: Command): string[] {
  const { registeredArguments: declared } = command
  const words = declared.map((argument) => {
    const name = argument.variadic ? `${argument.name()}...` : argument.name()
    return argument.required ? `<${name}>` : `[${name}]`
  })
  const shown = command.options.filter(({ hidden }) => !hidden)
  const examples = Object.entries(EXAMPLES).find(([name]) => name === command.name())?.[1] ?? []
  return [
    `.SS ${[nameOf(command), ...words].map((word) => escaped(word)).join(' ')}`,
    escaped(sentence(command.description())),
    ...shown.flatMap(optionLines),
    ...(command.parent?.parent == null && examples.length > 0 ? literal(examples) : []),
    ...visible(command.commands).flatMap(commandLines),
  ]
}

function blockLines(block: PageBlock): string[] {
  if (block.type === 'code') return literal(block.lines)
  if (block.type === 'paragraph') return ['.PP', escaped(block.text)]
  return rowsOf(block).flatMap(({ term, facts, text }) => {
    const said = facts.map(({ column, value }) => `${column}: ${value}`).join('; ')
    return entry(bold(term), ...[said && `${said}.`, text].filter((line) => line !== ''))
  })
}

const MAN_HEADINGS: Readonly<Record<string, string>> = { 'exit-codes': 'Exit status', settings: 'Environment' }

/** @param version of the program @returns roff, as `man` reads it */
export function manPage(version: string): string {
  const program = buildProgram('en', {} as Terminal, version, () => undefined)
  const topics = TOPICS.flatMap((topic) => [
    heading(MAN_HEADINGS[topic.name] ?? topic.name),
    ...topicBlocks(topic, 'en').flatMap(blockLines),
  ])
  const lines = [
    `.TH PAYGENT 1 "" "paygent ${version}" "User Commands"`,
    heading('Name'),
    `paygent \\- ${escaped(program.description())}`,
    heading('Synopsis'),
    `${bold('paygent')} [\\fIcommand\\fR] [\\fIoptions\\fR]`,
    heading('Commands'),
    ...visible(program.commands).flatMap(commandLines),
    heading('Options of every command'),
    ...program.options.filter(({ hidden }) => !hidden).flatMap(optionLines),
    ...topics,
    heading('See also'),
    `${escaped('paygent help <command>, paygent help <topic>, and the pages in the folder docs of the package; docs/ja is in Japanese.')}`,
  ]
  return `${lines.join('\n')}\n`
}
