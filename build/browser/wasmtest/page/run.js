// Runs the test program and tells what it writes, byte by byte, and how it ends.
"use strict";

async function run(tell) {
	const missing = () => Object.assign(new Error("no files here"), {code: "ENOENT"});
	fs.constants = {...fs.constants, O_DIRECTORY: 0o200000}; // -1 would mean Windows
	for (const call of ["open", "stat", "lstat", "readdir"]) {
		fs[call] = (...args) => args.at(-1)(missing());
	}
	fs.writeSync = (fd, bytes) => {
		let text = "";
		for (const byte of bytes) {
			text += String.fromCharCode(byte);
		}
		tell({fd, text});
		return bytes.length;
	};
	try {
		const go = new Go();
		Object.assign(go, await (await fetch("start.json")).json());
		go.exit = code => tell({exit: code});
		const {instance} = await WebAssembly.instantiateStreaming(fetch("test.wasm"), go.importObject);
		await go.run(instance);
	} catch (error) {
		tell({failure: String(error.stack ?? error)});
	}
}
