// The official client as an application uses it, for Go tests to call.
import { WalletDirector } from "@fedimint/core";
import { WasmWorkerTransport } from "@fedimint/transport-web";

const director = new WalletDirector(new WasmWorkerTransport(), undefined, true);
let wallet;

// reached resolves when the reissuance is in a state.
const reached = (operation, wanted) => new Promise((resolve, reject) => {
	wallet.mint.subscribeReissueExternalNotes(operation, (state) => {
		if (state === wanted) resolve();
		else if (state.Failed !== undefined) reject(new Error(state.Failed));
	}, reject);
});

// A recovered wallet has its modules only when it has been opened anew. The
// packages have no function that closes one.
const reopen = async () => {
	await director._client.sendSingleMessage("close_client", { client_name: wallet._clientName });
	wallet = await director.createWallet();
	await wallet.open();
};

const has = (amount) => new Promise((resolve, reject) => {
	wallet.balance.subscribeBalance((balance) => { if (balance === amount) resolve(); }, reject);
});

let restoration;

globalThis.client = {
	start: () => director.initialize(),
	makeWords: () => director.generateMnemonic(),
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
		await reached(await wallet.mint.reissueExternalNotes(notes), "Done");
		return performance.now() - begin;
	},
	// issue returns when the federation has accepted a reissuance.
	issue: async (notes) => reached(await wallet.mint.reissueExternalNotes(notes), "Issuing"),
	backUp: () => director._client.rpcSingle("", "backup_to_federation", {}, wallet._clientName),
	// restore begins to join with words that are in use.
	restore(invite, force) {
		const begin = performance.now();
		restoration = (async () => {
			wallet = await director.createWallet();
			if (!await wallet.joinFederation(invite, { forceRecover: force })) throw new Error("did not join");
			if (!await wallet.recovery.hasPendingRecoveries()) throw new Error("does not recover");
			await wallet.recovery.waitForAllRecoveries();
			await reopen();
			return begin;
		})();
		restoration.catch(() => {});
	},
	// restored answers how many milliseconds have passed when the balance is that
	// amount, or null if that takes long.
	restored: (amount) => Promise.race([
		restoration.then(async (begin) => { await has(amount); return performance.now() - begin; }),
		new Promise((resolve) => setTimeout(resolve, 20_000, null)),
	]),
};
