// wasm_exec.js of the Go that builds the program; the bundler knows where it is.
declare module "wasm_exec";
