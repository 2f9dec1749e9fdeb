// Drives a job that reports its progress by events and ends with a result.

/** Calls `listen` for each event. @returns the result of the job @throws what the job or the listener throws */
export async function follow<Event, Result>(
  job: AsyncGenerator<Event, Result>,
  listen: (event: Event) => void,
): Promise<Result> {
  for (;;) {
    const { done, value } = await job.next()
    if (done) return value
    listen(value)
  }
}
