"use strict";

importScripts("wasm_exec.js", "run.js");
run(said => postMessage(said));
