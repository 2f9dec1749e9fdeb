// Notifies addresses of the shop's own: sends the nightly report and pings a dead man's switch. The outcome changes
// nothing. The address may hold a secret, so it appears in no error and no log.
import { InterimAnswer, refuseInterim, systemTimer, withDeadline, type Timer } from '../deadline.js'

/** The limit for the whole exchange, from the name look-up to the end of the answer. */
const LIMIT_MS = 5_000

export type NotifyResult = { readonly told: true } | { readonly told: false; readonly problem: string }

/** Never throws, and never takes longer than its limit. @param body sent as JSON; null sends none */
export async function notify(url: string, body: unknown, timer: Timer = systemTimer): Promise<NotifyResult> {
  const { default: got } = await import('got')
  const stop = new AbortController()
  const answering = new Promise<number>((resolve, reject) => {
    const posting = got.post(url, {
      ...(body !== null && { json: body }),
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
