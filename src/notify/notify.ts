// Telling an address of the shop's own: the report of the night, and a dead man's switch. Whatever becomes of it
// changes nothing: page 3.3. The address may hold a secret and is in no error and no log.

/** The whole exchange, from the look-up to the answer's end. */
const LIMIT_MS = 5_000

export type Told = { readonly told: true } | { readonly told: false; readonly problem: string }

/** Never throws. @param body sent as JSON; null sends none */
export async function notify(url: string, body: unknown): Promise<Told> {
  const { default: got } = await import('got')
  try {
    const { statusCode } = await got.post(url, {
      ...(body !== null && { json: body }),
      timeout: { request: LIMIT_MS },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
    })
    return statusCode >= 200 && statusCode < 300 ? { told: true } : { told: false, problem: `HTTP ${statusCode}` }
  } catch (error) {
    return { told: false, problem: (error as NodeJS.ErrnoException).code ?? 'failed' }
  }
}

/** The address of the ping with `start` or the exit code at the end of its path. */
export function pingAddress(ping: string, moment: 'start' | number): string {
  const url = new URL(ping)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${moment}`
  return url.href
}
