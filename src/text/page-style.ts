// Holds the style of all pages, the report and the simulator: light and dark, a phone, A4 on paper. Nothing in it refers
// to a file or an address.

/** Below this width a row of a table is a card. On A4 the text is 703 pixels wide, so that paper has tables. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c1c1e; --faint: #5a5a60; --page: #ffffff; --panel: #f5f5f7; --line: #c9c9cf;
  --red: #b3261e; --green: #1b6e35; --yellow: #7a5200; --grey: #5a5a60;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #ececf0; --faint: #a9a9b2; --page: #17171a; --panel: #232327; --line: #4a4a52;
    --red: #ff8a80; --green: #79d88f; --yellow: #f2c14e; --grey: #a9a9b2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--page); color: var(--text);
  font-family: "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", Meiryo, system-ui, sans-serif;
  font-size: 1rem; line-height: 1.6; overflow-wrap: anywhere;
}
h1 { font-size: 1.35rem; line-height: 1.35; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 1.75rem 0 .5rem; border-bottom: 1px solid var(--line); }
p { margin: .25rem 0; }
main ul { margin: .25rem 0; padding-inline-start: 1.4rem; }
.below { margin-inline-start: 1.25rem; }
.command {
  margin: .25rem 0 .5rem; padding: .4rem .6rem; background: var(--panel); border-radius: .3rem;
  font-family: ui-monospace, Menlo, Consolas, "Noto Sans Mono CJK JP", monospace; font-size: .9rem; white-space: pre-wrap;
}
table.rows { width: 100%; border-collapse: collapse; margin: .5rem 0; font-size: .92rem; line-height: 1.45; }
.rows th, .rows td { padding: .3rem .5rem; border: 1px solid var(--line); text-align: start; vertical-align: top; }
.rows thead th { background: var(--panel); font-weight: 600; }
.rows tbody th { font-weight: 600; }
.rows thead th, .rows .red, .rows .green, .rows .yellow, .rows .grey { overflow-wrap: break-word; word-break: keep-all; }
.rows .number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.red { color: var(--red); } .green { color: var(--green); } .yellow { color: var(--yellow); } .grey { color: var(--grey); }
footer p { margin: 0; }
.note { padding: .4rem .6rem; border-inline-start: .3rem solid var(--yellow); background: var(--panel); }
footer { margin-top: 2rem; padding-top: .5rem; border-top: 1px solid var(--line); color: var(--faint); font-size: .85rem; }
@media screen and (max-width: 640px) {
  .rows, .rows tbody, .rows tr, .rows th, .rows td { display: block; }
  .rows thead {
    position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
  }
  .rows tr { border: 1px solid var(--line); border-radius: .4rem; margin: 0 0 .75rem; padding: .4rem .6rem; }
  .rows tbody th, .rows td { display: flex; gap: .75rem; border: 0; padding: .1rem 0; text-align: start; }
  .rows tbody th::before, .rows td::before { content: attr(data-label); flex: 0 0 7.5rem; color: var(--faint); font-weight: 400; }
  .rows .number { text-align: start; white-space: normal; }
}
@page { size: A4; margin: 12mm; }
@media print {
  :root {
    color-scheme: light;
    --text: #000000; --faint: #444444; --page: #ffffff; --panel: #eeeeee; --line: #888888;
    --red: #8c1d18; --green: #14532d; --yellow: #5c3d00; --grey: #444444;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  h2 { break-after: avoid; }
  .rows { font-size: 9pt; }
  .rows thead { display: table-header-group; }
  .rows tr, .command { break-inside: avoid; }
}
`
