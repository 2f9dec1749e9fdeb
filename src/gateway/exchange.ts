// Reads one answer off the wire, completely or not at all.
import type { IncomingMessage } from 'node:http'
import type { Request } from 'got'
import { refuseInterim } from '../deadline.js'
import { AnswerTooLarge, SurplusAnswer } from './faults.js'
import type { RawAnswer } from './frame.js'
import type { Progress } from './progress.js'

/** Receives the head of an answer and its connection before the body is read. */
export type Observer = (response: IncomingMessage) => void

/** The most bytes of an answer that are read. */
export const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Uses a stream and not the library's promise, since the promise reads without a limit.
 * @throws the error that broke the exchange off; `AnswerTooLarge`, `InterimAnswer`, `SurplusAnswer`
 */
export function receive(stream: Request, progress: Progress, observe: Observer = () => {}): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    let response: IncomingMessage | null = null
    stream.on('request', (request) => {
      progress.watch(request)
      refuseInterim(request, reject)
    })
    stream.on('response', (message: IncomingMessage) => {
      response = message
      observe(message)
    })
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > MAX_ANSWER_BYTES) {
        reject(new AnswerTooLarge())
        stream.destroy()
      } else chunks.push(chunk)
    })
    // The listener stays for good: an error after the end must not crash the program.
    stream.on('error', reject)
    stream.on('close', () => reject(new Error('closed before the end')))
    stream.on('end', () => {
      if (response === null) reject(new Error('ended without an answer'))
      else if (progress.surplus) reject(new SurplusAnswer())
      else resolve(rawAnswer(response, Buffer.concat(chunks)))
    })
  })
}

function rawAnswer(response: IncomingMessage, body: Buffer): RawAnswer {
  const coding = response.headers['content-encoding'] ?? ''
  return {
    httpStatus: response.statusCode ?? 0,
    body,
    complete: response.complete,
    framing: framingOf(response),
    compressed: coding !== '' && coding.toLowerCase() !== 'identity',
  }
}

function framingOf({ headers }: IncomingMessage): RawAnswer['framing'] {
  const coding = headers['transfer-encoding']
  if (coding !== undefined) return coding.trim().toLowerCase() === 'chunked' ? 'chunked' : 'other'
  return headers['content-length'] === undefined ? 'until-close' : 'length'
}
