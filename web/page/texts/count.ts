/** Says how many there are: "1 guardian", "2 guardians". */
export function count(n: number, one: string, other: string): string {
  return `${n}\u00a0${n === 1 ? one : other}`;
}
