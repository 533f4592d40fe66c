// What a bundler makes of the package @fedimint/fedimint-client-wasm-bundler,
// which imports its program as if it were a module.
import * as glue from "/node_modules/@fedimint/fedimint-client-wasm-bundler/fedimint_client_wasm_bg.js";

const program = fetch("/node_modules/@fedimint/fedimint-client-wasm-bundler/fedimint_client_wasm_bg.wasm");
const { instance } = await WebAssembly.instantiateStreaming(program, { "./fedimint_client_wasm_bg.js": glue });
glue.__wbg_set_wasm(instance.exports);
instance.exports.__wbindgen_start();

export const { RpcHandler } = glue;
