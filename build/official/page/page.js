// The official client as an application uses it, for Go tests to call.
import { WalletDirector } from "@fedimint/core";
import { WasmWorkerTransport } from "@fedimint/transport-web";

const director = new WalletDirector(new WasmWorkerTransport(), undefined, true);
let wallet;

// done resolves when the reissuance has ended well.
const done = (operation) => new Promise((resolve, reject) => {
	wallet.mint.subscribeReissueExternalNotes(operation, (state) => {
		if (state === "Done") resolve();
		else if (state.Failed !== undefined) reject(new Error(state.Failed));
	}, reject);
});

globalThis.client = {
	start: () => director.initialize(),
	setWords: (words) => director.setMnemonic(words),
	async join(invite) {
		wallet = await director.createWallet();
		return wallet.joinFederation(invite);
	},
	balance: () => wallet.balance.getBalance(),
	worth: async (notes) => (await director.parseOobNotes(notes)).total_amount,
	spend: async (amount) => (await wallet.mint.spendNotes(amount)).notes,
	counts: () => wallet.mint.getNotesByDenomination(),
	// reissue answers how many milliseconds it took.
	async reissue(notes) {
		const begin = performance.now();
		await done(await wallet.mint.reissueExternalNotes(notes));
		return performance.now() - begin;
	},
};
