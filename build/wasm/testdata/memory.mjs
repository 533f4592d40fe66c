// Prints the SHA-256 of the memory of the Go program in argv[2] from the address
// argv[3] on, argv[4] bytes, as it is before the program runs.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [program, first, size] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(program));
const imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  (imports[from] ??= {})[name] = () => {
    throw new Error(`${name} was called`);
  };
}
const { mem } = new WebAssembly.Instance(module, imports).exports;
const held = new Uint8Array(mem.buffer, Number(first), Number(size));
console.log(createHash("sha256").update(held).digest("hex"));
