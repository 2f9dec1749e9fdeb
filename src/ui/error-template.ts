// The form of an error's text in every language.

/** Templates; how they are filled stands at the top of errors-ja.ts. */
export interface ErrorTemplate {
  readonly message: string
  readonly next: string
}
