// Shows the findings of `paygent doctor`: ○, ！ or × with the finding, and its cure below.
import type { Check, Finding, Level } from '../jobs/doctor/finding.js'
import { csvText } from '../text/csv.js'
import { displayWidth, fitText, pad, wrap } from '../text/width.js'
import { DOCTOR_TEXTS, type Sentence } from './doctor-texts.js'
import { errorParts, wholeNext } from './errors.js'
import { environmentLine } from './plan.js'
import { type Colour, type Lang, paint, pastedIn, type Screen, underProfile } from './screen.js'

const MARKS = { ok: '○', warning: '！', bad: '×' } as const satisfies Record<Level, string>
const ASCII_MARKS = { ok: 'OK', warning: '!', bad: 'X' } as const satisfies Record<Level, string>
const COLOURS = { ok: 'green', warning: 'yellow', bad: 'red' } as const satisfies Record<Level, Colour>

/** One line of `doctor --format json`; `ok` is false where the exit code reports a failure too. */
export interface DoctorLine {
  readonly check: Check
  readonly ok: boolean
  readonly level: Level
  readonly text: string
  readonly cure: string | null
}

function sentenceOf(finding: Finding, lang: Lang): Sentence {
  if (finding.code === 'fault') {
    const { message, next, shell } = errorParts(finding.facts, lang)
    return [message, next, shell]
  }
  // The table's own type states that each sentence takes the facts of its code; the compiler loses the pair here.
  const sentence = DOCTOR_TEXTS[lang].sentences[finding.code] as (facts: Finding['facts']) => Sentence
  return sentence(finding.facts)
}

/** The environment, which every result names first; null while it is not known. */
export const doctorHead = (environment: string | null, screen: Screen): string =>
  environment === null
    ? underProfile(fitText(DOCTOR_TEXTS[screen.lang].uncertain, screen), screen)
    : environmentLine(environment, screen)

/** Wider than any mark, in either width of ambiguous characters. */
const MARK_WIDTH = 3

/** One finding as lines: mark, name and finding; then the cure. Fitted to the screen, but for a command to paste. */
export function findingText(finding: Finding, screen: Screen): string {
  const { check, level } = finding
  const { checks } = DOCTOR_TEXTS[screen.lang]
  const [text, cure, shell = ''] = sentenceOf(finding, screen.lang)
  const names = Object.values(checks).map((name) => displayWidth(name, screen))
  const nameWidth = Math.max(...names) + 1
  const indent = MARK_WIDTH + nameWidth
  const arrow = screen.ascii ? '-> ' : '→ '
  const lines = [
    ...fitted(pastedIn(text, screen), indent, screen),
    ...(cure === null
      ? []
      : fitted(pastedIn(cure, screen), indent + 3, screen).map((line, at) => `${at === 0 ? arrow : '   '}${line}`)),
  ]
  const mark = pad(marksOf(screen)[level], MARK_WIDTH, 'left', screen)
  const first = `${paint(mark, COLOURS[level], screen)}${pad(checks[check], nameWidth, 'left', screen)}`
  const shown = lines.map((line, at) => (at === 0 ? first : ' '.repeat(indent)) + line)
  return [...shown, ...(shell === '' ? [] : [shell])].join('\n')
}

const marksOf = ({ ascii }: Screen): Record<Level, string> => (ascii ? ASCII_MARKS : MARKS)

const fitted = (text: string, indent: number, screen: Screen): string[] =>
  screen.width === null ? text.split('\n') : wrap(text, screen.width - indent, screen)

/** The last line: the number of findings of each level. */
export function doctorSum(counts: Record<Level, number>, screen: Screen): string {
  const { sum } = DOCTOR_TEXTS[screen.lang]
  return (['ok', 'warning', 'bad'] as const).map((level) => sum(marksOf(screen)[level], counts[level])).join('  ')
}

export const doctorJson = (findings: readonly Finding[], lang: Lang): DoctorLine[] =>
  findings.map((finding) => {
    const [text, next, shell = ''] = sentenceOf(finding, lang)
    const cure = next === null ? null : wholeNext({ next, shell }, lang)
    return { check: finding.check, ok: finding.level !== 'bad', level: finding.level, text, cure }
  })

export const doctorCsv = (findings: readonly Finding[], lang: Lang): string =>
  csvText(['check', 'ok', 'level', 'text', 'cure'], doctorJson(findings, lang))
