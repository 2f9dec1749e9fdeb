// Orders the test files for a mutant, which is finished at the first failing test. The files that failed last come
// first, because neighbouring mutants are mostly detected by the same file; of those that never failed the quick ones
// come first.
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

export class LikelyFirst extends BaseSequencer {
  #redLast: string[] = []

  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const red = files.map(({ moduleId }) => moduleId).filter((file) => this.#result(file)?.failed)
    this.#redLast = [...red, ...this.#redLast.filter((file) => !red.includes(file))]
    return [...files].sort((a, b) => this.#rank(a) - this.#rank(b) || this.#duration(a) - this.#duration(b))
  }

  #rank({ moduleId }: TestSpecification): number {
    const at = this.#redLast.indexOf(moduleId)
    return at === -1 ? this.#redLast.length : at
  }

  #duration({ moduleId }: TestSpecification): number {
    return this.#result(moduleId)?.duration ?? 0
  }

  #result(file: string): { failed: boolean; duration: number } | undefined {
    return this.ctx.cache.getFileTestResults(`:${relative(this.ctx.config.root, file)}`)
  }
}
