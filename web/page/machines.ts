// The machines of a payment, by name. Both generations of e-cash have the same ones.

/** The name of a machine without the generation of its e-cash. */
export function plainName(name: string): string {
  return name.replace(/^mintv2\//, "mint/");
}
