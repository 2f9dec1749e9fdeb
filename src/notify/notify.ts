// Notifies addresses of the shop's own: sends the nightly report and pings a dead man's switch. The outcome changes
// nothing. The address may hold a secret, so it appears in no error and no log.
import { InterimAnswer, refuseInterim, systemTimer, withDeadline, type Timer } from '../deadline.js'

/** The limit for the whole exchange, from the name look-up to the end of the answer. */
const LIMIT_MS = 5_000

export type NotifyResult = { readonly told: true } | { readonly told: false; readonly problem: string }

/** The body that is sent: a document as JSON, or plain text. */
export type Body = { readonly json: unknown } | { readonly text: string }

export type BodyFormat = 'json' | 'slack' | 'text'

/** Slack reads these three as the begin of a link or a mention. Its manual names them, and no other. */
const SLACK_ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/** The report in the format that the address takes. @param lines the same report for a person */
export function bodyOf(format: BodyFormat, report: object, lines: readonly string[]): Body {
  const text = lines.join('\n')
  switch (format) {
    case 'json':
      return { json: report }
    case 'slack':
      return { json: { text: text.replaceAll(/[&<>]/g, (found) => SLACK_ESCAPES[found] ?? found) } }
    case 'text':
      return { text }
    default:
      return format satisfies never
  }
}

/** The options of the request for a body; null sends none. */
function contentOf(body: Body | null) {
  if (body === null) return {}
  if ('json' in body) return { json: body.json }
  return { body: body.text, headers: { 'content-type': 'text/plain; charset=utf-8' } }
}

/** Never throws, and never takes longer than its limit. */
export async function notify(url: string, body: Body | null, timer: Timer = systemTimer): Promise<NotifyResult> {
  const { default: got } = await import('got')
  const stop = new AbortController()
  const answering = new Promise<number>((resolve, reject) => {
    const posting = got.post(url, {
      ...contentOf(body),
      signal: stop.signal,
      timeout: { request: LIMIT_MS },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
    })
    void posting.on('request', (request) => refuseInterim(request, reject))
    posting.then(({ statusCode }) => resolve(statusCode), reject)
  })
  try {
    const status = await withDeadline(LIMIT_MS + 1_000, answering, () => stop.abort(), timer)
    return status >= 200 && status < 300 ? { told: true } : { told: false, problem: `HTTP ${status}` }
  } catch (error) {
    if (error instanceof InterimAnswer) return { told: false, problem: error.message }
    return { told: false, problem: (error as NodeJS.ErrnoException).code ?? 'failed' }
  }
}

/** Returns the address of the ping with `start` or the exit code appended to its path. */
export function pingAddress(ping: string, moment: 'start' | number): string {
  const url = new URL(ping)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${moment}`
  return url.href
}
