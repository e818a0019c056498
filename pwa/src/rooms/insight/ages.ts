function hoursInWords(hours: number): string {
  if (hours % 168 === 0 && hours >= 168) return `${hours / 168} ${hours === 168 ? "week" : "weeks"}`;
  if (hours % 24 === 0) return `${hours / 24} ${hours === 24 ? "day" : "days"}`;
  return `${hours} h`;
}

/** "24-72" as "1 day to 3 days old". */
export function ageWords(age: string): string {
  const [from, to] = age.split("-");
  if (!to) return `over ${hoursInWords(Number(from))} old`;
  if (Number(from) === 0) return `under ${hoursInWords(Number(to))} old`;
  return `${hoursInWords(Number(from))} to ${hoursInWords(Number(to))} old`;
}
