// Decides whether an answer can be trusted at all: whether "the frame holds".
import { ANSWER_MESSAGES, type Fault } from '../domain/answer.js'
import { splitAnswer, type AnswerLine } from './codec.js'

/** An answer as it came off the wire, not yet decoded. */
export interface RawAnswer {
  readonly httpStatus: number
  readonly body: Buffer
  /**
   * True when Content-Length was reached, the last chunk was read, or (with neither) the connection closed without
   * an error.
   */
  readonly complete: boolean
  /** How the end of the body was found; `other` is a transfer coding that is not plain `chunked`. */
  readonly framing: 'length' | 'chunked' | 'until-close' | 'other'
  /** Whether the answer named a Content-Encoding. */
  readonly compressed: boolean
}

/** The fields of an answer whose frame holds. */
export interface Fields {
  /** Returns '' when the field is absent, and null when it occurs with two values. */
  get(name: string): string | null
}

export type Frame = { readonly ok: true; readonly fields: Fields } | { readonly ok: false; readonly fault: Fault }

export type AnswerProblem = keyof typeof ANSWER_MESSAGES

/** The fault for an answer that arrived and was not understood. It holds nothing of the answer's text. */
export const answerFault = (problem: AnswerProblem, detail = ''): Fault => ({
  kind: 'answer',
  code: detail === '' ? problem : `${problem}-${detail}`,
  phase: 'read',
  message: ANSWER_MESSAGES[problem],
})

const CRLF = Buffer.from('\r\n')
const NAME = /^[A-Za-z0-9_]+$/
/** Fields that decide what happened. An answer with two values of one of them is not accepted. */
const ONE_VALUE = ['result', 'response_code', 'payment_id', 'base_payment_id'] as const

/** Reads the frame and nothing of its meaning. Content-Type is not checked, because Paygent sends text/html. */
export function readFrame(raw: RawAnswer): Frame {
  const outside = outsideProblem(raw)
  if (outside) return { ok: false, fault: outside }
  const lines = splitAnswer(raw.body)
  if (lines === null) return { ok: false, fault: answerFault('line-end') }
  const problem = lineProblem(lines)
  if (problem) return { ok: false, fault: answerFault(problem) }
  const fields = fieldsOf(lines)
  if (ONE_VALUE.some((name) => fields.get(name) === null)) return { ok: false, fault: answerFault('contradiction') }
  return { ok: true, fields }
}

function outsideProblem(raw: RawAnswer): Fault | null {
  if (raw.httpStatus !== 200) return answerFault('http-status', String(raw.httpStatus))
  if (!raw.complete) return answerFault('incomplete')
  if (raw.framing === 'other') return answerFault('framing')
  if (raw.compressed) return answerFault('compressed')
  // Only its last line end shows that an answer without a length is complete.
  const ended = raw.body.length >= CRLF.length && raw.body.subarray(-CRLF.length).equals(CRLF)
  if (raw.framing === 'until-close' && !ended) return answerFault('incomplete')
  return null
}

function lineProblem(lines: readonly AnswerLine[]): AnswerProblem | null {
  for (const { name, value } of lines) {
    if (value === null || !NAME.test(name)) return 'line'
    if (name.endsWith('_html') && value !== '') return 'html'
  }
  return null
}

function fieldsOf(lines: readonly AnswerLine[]): Fields {
  const values = new Map<string, string | null>()
  for (const { name, value } of lines) {
    const before = values.get(name)
    values.set(name, before === undefined || before === value ? value : null)
  }
  return {
    get: (name) => {
      const value = values.get(name)
      return value === undefined ? '' : value
    },
  }
}
