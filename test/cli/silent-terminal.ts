// A terminal that shows and asks nothing, for tests that only inspect the command tree.
import type { Terminal } from '../../src/cli/terminal.js'

export const silentTerminal: Terminal = {
  canAsk: false,
  width: null,
  errorWidth: null,
  out: () => undefined,
  err: () => undefined,
  interrupted: new AbortController().signal,
  onEnter: () => () => undefined,
  showsRun: () => undefined,
  onLost: () => undefined,
  lost: () => Promise.resolve(null),
  prompting: (_redraw, ask) => ask(),
  waitForEnter: async () => true,
  async *lines() {
    yield ''
  },
}
