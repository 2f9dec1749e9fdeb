// Asks the person at the terminal: yes or no, a text, and Enter for a result that has been read.
import type { RuleContext } from '../domain/permit.js'
import type { RunRecord } from '../domain/run.js'
import { AppError } from '../errors.js'
import type { Mirror } from '../mirror/open.js'
import { displayWidth, wrap } from '../text/width.js'
import { word } from '../ui/words.js'
import type { Context } from './context.js'
import { tell } from './output.js'
import type { Terminal } from './terminal.js'

/** A question with the words that its answers leave on the screen. */
export interface Question {
  readonly message: string
  readonly yes: string
  readonly no: string
  /** The sentence under the question after an answer that is neither. */
  readonly again: string
}

type Asker = Pick<Terminal, 'interrupted' | 'prompting'>

/** The answers that count, in half width and lower case. A Japanese keyboard also types them in full width. */
const ANSWERS: ReadonlyMap<string, boolean> = new Map([
  ['y', true],
  ['yes', true],
  ['はい', true],
  ['n', false],
  ['no', false],
  ['いいえ', false],
  ['', false],
])

const plainText = (typed: string): string => typed.normalize('NFKC').trim()
const answerOf = (typed: string): boolean | undefined => ANSWERS.get(plainText(typed).toLowerCase())

/** The question as a line that is typed; only yes, no and an empty line are taken. */
export const yesNoLine = ({ message, yes, no, again }: Question): LineQuestion => ({
  message,
  hint: '(y/N)',
  refusal: (typed) => (answerOf(typed) === undefined ? again : null),
  shown: (typed) => (answerOf(typed) === true ? yes : no),
})

/**
 * Asks yes or no on stderr; the default is no, and so is Ctrl-D. Any other answer is asked again.
 * @throws AppError interrupted by Ctrl-C or another signal
 */
export async function askYes(question: Question, terminal: Asker): Promise<boolean> {
  const typed = await ask(terminal, yesNoLine(question))
  return typed !== null && answerOf(typed) === true
}

/**
 * Asks for a text on stderr.
 * @throws AppError answered-no by Ctrl-D, interrupted by Ctrl-C or another signal
 */
export async function askText(message: string, terminal: Asker): Promise<string> {
  return plainText(await askLine({ message, hint: '', refusal: () => null, shown: plainText }, terminal))
}

/**
 * Asks a question of one line on stderr, and gives the answer as it was typed.
 * @throws AppError answered-no by Ctrl-D, interrupted by Ctrl-C or another signal
 */
export async function askLine(question: LineQuestion, terminal: Asker): Promise<string> {
  const typed = await ask(terminal, question)
  if (typed === null) throw new AppError('answered-no')
  return typed
}

/** A prompt of one line. Inquirer's own prompts end the program at Ctrl-D, because nothing answers them any more. */
export interface LineQuestion {
  readonly message: string
  /** Stands behind the question, in its own brackets: the short answers, the answer of Enter alone, or a remark. '' is none. */
  readonly hint: string
  /** Nothing of the typed text is drawn, not even its length. */
  readonly hidden?: boolean
  /** The sentence for a text that is no answer; null for one that is. */
  refusal(typed: string): string | null
  /** What the answer leaves on the screen. */
  shown(typed: string): string
}

type Core = typeof import('@inquirer/core')

/** `(y/N) ` and いいえ fit into these cells. */
const ANSWER_CELLS = 7

/** The mark before a question, and its blank. */
const PREFIX = '? '
/** All but the last sentence, and the last one. The mark before them is no sentence. */
const SENTENCES = /^(..+(?:。|[.?!] ))(.+)$/su

/**
 * A question that does not fit its line is broken before its last sentence, which is the one to answer. Where that fills
 * its line, too, the answer stays whole on the next one.
 */
function brokenQuestion(message: string, columns: number, answerCells: number): { lines: string; between: string } {
  const fits = (line: string): boolean => columns - displayWidth(`${line} `) > answerCells
  if (fits(`${PREFIX}${message}`)) return { lines: message, between: ' ' }
  const [, first = '', last = ''] = SENTENCES.exec(`${PREFIX}${message}`) ?? []
  const lines = first === '' ? [`${PREFIX}${message}`] : [...wrap(first.trimEnd(), columns), last]
  const between = answerCells === 0 || fits(lines.at(-1) ?? '') ? ' ' : '\n'
  return { lines: lines.join('\n').slice(PREFIX.length), between }
}

/** Resolves to the text, or to null after Ctrl-D. */
export const linePrompt = ({
  createPrompt,
  isEnterKey,
  makeTheme,
  useEffect,
  useKeypress,
  usePrefix,
  useState,
}: Core) =>
  createPrompt<string | null, LineQuestion>(({ message, hint, refusal, shown, hidden = false }, done) => {
    const [status, setStatus] = useState<'idle' | 'done'>('idle')
    const [typed, setTyped] = useState('')
    const [refused, setRefused] = useState<string | null>(null)
    const theme = makeTheme()
    const prefix = usePrefix({ status, theme })
    useEffect((rl) => void rl.on('close', () => done(null)), [])
    useKeypress((key, rl) => {
      if (status !== 'idle') return
      if (!isEnterKey(key)) {
        setTyped(rl.line)
        return setRefused(null)
      }
      const why = refusal(typed)
      setRefused(why)
      if (why !== null) return setTyped('')
      setStatus('done')
      done(typed)
    })
    const answerCells = hint === '' ? 0 : ANSWER_CELLS
    const { lines, between } = brokenQuestion(message, process.stderr.columns ?? Infinity, answerCells)
    const question = `${prefix} ${theme.style.message(lines, status)}`
    if (status === 'done') return `${question}${between}${theme.style.answer(shown(typed))}`
    const marked = hint === '' ? question : `${question}${between}${theme.style.help(hint)}`
    return [hidden ? marked : `${marked} ${typed}`, refused === null ? '' : theme.style.error(refused)]
  })

/** Inquirer's errors for an abandoned prompt: by Ctrl-C, or by the signal. */
const LEFT: readonly string[] = ['ExitPromptError', 'AbortPromptError']

async function ask({ interrupted, prompting }: Asker, question: LineQuestion): Promise<string | null> {
  const prompt = linePrompt(await import('@inquirer/core'))
  try {
    return await prompting(typeAndTakeBack, () => prompt(question, { output: process.stderr, signal: interrupted }))
  } catch (error) {
    if (error instanceof Error && LEFT.includes(error.name)) throw new AppError('interrupted')
    throw error
  }
}

/** Types a character and deletes it: Inquirer's prompts redraw only when the typed text changes. */
function typeAndTakeBack(stdin: NodeJS.ReadStream): void {
  stdin.emit('keypress', 'x', { name: 'x', sequence: 'x' })
  stdin.emit('keypress', '\b', { name: 'backspace', sequence: '\b' })
}

/** The part of a batch command that shows the results of earlier ones. */
interface Reviewing {
  readonly context: Context
  readonly mirror: Pick<Mirror, 'journal'>
  readonly request: { readonly mayAsk: boolean; readonly dryRun: boolean }
  readonly rules: RuleContext
}

/** Reports in one line the runs without a terminal that went well, and acknowledges them. */
async function tellQuiet({ context, mirror: { journal } }: Pick<Reviewing, 'context' | 'mirror'>): Promise<void> {
  const rows = journal.quietRuns().map((run) => ({ run, items: journal.items(run.id) }))
  if (rows.length === 0) return
  const { quietLine } = await import('../ui/runs.js')
  tell(context, quietLine(rows, context.config.lang))
  for (const { run } of rows) journal.acknowledge(run.id)
}

/** Shows every result that is not yet acknowledged, and waits until each is closed (docs/rules.md#before-a-batch). */
export async function showUnseen(setting: Reviewing): Promise<void> {
  const { context, mirror, request, rules } = setting
  if (!request.mayAsk || request.dryRun) return
  const { resultText } = await import('../ui/result.js')
  await tellQuiet(setting)
  for (const run of mirror.journal.unacknowledged()) {
    const { terminal, errorScreen } = context
    terminal.err(`${word('unseen-result', context.config.lang)}\n`)
    terminal.err(`${resultText({ run, items: mirror.journal.items(run.id), rules }, errorScreen)}\n`)
    if (!(await closeResult(run, setting))) throw new AppError('interrupted')
  }
}

/** Waits for Enter and acknowledges the run. It settles nothing. */
export async function closeResult(
  run: Pick<RunRecord, 'id'>,
  { context, mirror }: Pick<Reviewing, 'context' | 'mirror'>,
): Promise<boolean> {
  const seen = await isClosed(context)
  if (seen) mirror.journal.acknowledge(run.id)
  return seen
}

/**
 * True for Enter, false where the wait ends otherwise. After a signal, or where the result was not delivered, it does
 * not ask.
 */
export async function isClosed({ terminal, config }: Pick<Context, 'terminal' | 'config'>): Promise<boolean> {
  if (terminal.interrupted.aborted || (await terminal.lost()) !== null) return false
  terminal.err(`${word('close-result', config.lang)}\n`)
  const seen = await terminal.waitForEnter()
  // After ^C the next output needs a line of its own.
  if (!seen) terminal.err('\n')
  return seen
}
