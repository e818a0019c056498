import { type JobView, jobs } from "../../sync";

/** The job as this phone knows it, or undefined when it isn't here. */
export function useJob(id: string): JobView | undefined {
  return jobs.value.find((job) => job.id === id);
}

/** A short tick under the thumb, where the phone has one. */
export function tick(): void {
  navigator.vibrate?.(12);
}

/** Now, as the phone's own record of when something was done. */
export function at(): string {
  return new Date().toISOString();
}
