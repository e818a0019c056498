/** "1 report", "3 reports", "1,204 reports"; `many` where an s does not make it. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? one : many}`;
}
