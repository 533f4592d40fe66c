// Everything that the page says, in one place. To translate the page, translate
// this file and those in the folder of its name. {Names} in braces are filled in
// where the text is shown.

import { entry } from "./outside";
import { count } from "./texts/count";
import { errors, type ErrorText } from "./texts/errors";
import { ask, gateways, invoice, pay } from "./texts/lightning";
import { diagram, operation, receive, send, sent, sums } from "./texts/payments";
import { backup, elsewhere, file, move, restore } from "./texts/restore";

export type { ErrorText };

export const texts = {
  locale: "en-GB",
  app: "Satchel",
  unit: "sat",

  age: {
    seconds: (n: number) => `${n}\u00a0s`,
    minutes: (n: number) => `${n}\u00a0min`,
    hours: (n: number) => `${n}\u00a0h`,
    days: (n: number) => count(n, "day", "days"),
  },
  day: { today: "Today", yesterday: "Yesterday" },

  common: {
    back: "Back",
    close: "Close",
    done: "Done",
    copy: "Copy",
    copied: "Copied",
    copyText: "Copy text",
    copyLink: "Copy link",
    share: "Share",
    retry: "Try again",
    reload: "Reload",
    more: "Show more",
    details: "Details",
    means: "How",
    ecash: "E-cash",
    lightning: "Lightning",
    unnamed: "Unnamed federation",
    unchanged: "Nothing was changed.",
    notCopied: "The browser does not let Satchel copy. The text is selected: copy it yourself.",
  },

  banner: {
    offline: "Offline",
    outdated: "Another tab runs a different version of Satchel. Reload this one.",
    update: "Update",
    starting: "Satchel takes long to start. What is stored on this device stays there.",
    dead: "Satchel cannot run in this browser. Nothing was changed.",
  },

  welcome: {
    title: "Cash for the internet",
    lead: "Money in your pocket, not in an account. It stays on this device, even when you close the tab.",
    figures: [
      { number: "0", what: "accounts" },
      { number: "0", what: "trackers" },
      { number: "12", what: "words to keep" },
    ],
    hint: "An invitation comes from a friend, or from the people who keep the money.",
    demo: "Try the demo",
  },

  anything: {
    label: "Open an invitation, e-cash or an invoice",
    placeholder: "Paste it here",
    paste: "Paste",
    scan: "Scan",
    picture: "Picture",
    go: "Continue",
    drop: "Drop it here",
    unknown: "This is neither an invitation nor e-cash nor an invoice.",
    foreign: {
      invoice: "This invoice is damaged or cut off.",
      lightning: "Satchel cannot use Lightning codes of this kind yet.",
      bitcoin: "This is a Bitcoin address. Satchel cannot use it yet.",
      cashu: "This is a Cashu token. Satchel cannot use it yet.",
      ecash: "This e-cash is damaged or cut off.",
    },
    words: {
      what: "These look like the words of a wallet.",
      yet: "To bring that wallet back here, use them as its words.",
      never: "Do not paste them anywhere else: whoever has them can take the money. Satchel has stored nothing of them.",
      use: "Bring the wallet back",
    },
    unknownHint: "Check that all of it was copied, from the first to the last character.",
    damaged: "This invitation is damaged.",
    noCode: "There is no QR code in this picture that can be read. Try a sharper or a larger one.",
    noClipboard: "The browser does not let Satchel read the clipboard. Paste into the field instead.",
    empty: "The clipboard has no text.",
  },

  scan: {
    title: "Scan",
    hint: "Hold the QR code inside the frame.",
    denied: "The browser does not let Satchel use the camera. Allow it in the browser's settings for this site, or use a picture.",
    none: "No camera was found. Use a picture instead.",
    view: "Picture of the camera",
  },

  open: {
    title: "Open",
    reading: "Reading it",
  },

  preview: {
    title: "Invitation",
    asking: "Asking the guardians who they are, {age}",
    join: "Join",
    joinAndReceive: "Join and receive",
    joining: "Joining",
    openIt: "Open",
    already: "You have joined it already.",
    guardians: "Run by",
    answering: (up: number, all: number) => `${up} of ${all} answer now`,
    needed: (n: number) => `${count(n, "guardian has", "guardians have")} to agree on everything.`,
    alone: "One guardian decides alone.",
    can: "Works with",
    canNot: "Has, but not usable here",
    fees: "Fees",
    noFees: "None",
    fee: "{base} sat for each note",
    feePart: "{base} sat for each note, and {part} % of its amount",
    expires: "Closes",
    expired: "This federation says that it closed on {date}.",
    unusable: "This wallet cannot use this federation: it has no e-cash of a kind that is known here.",
    trust: "Its guardians hold the bitcoin behind the e-cash. Keep here only what you would trust them with.",
    joined: "Joined {name}",
    unreachable: {
      what: "Too few guardians answer.",
      money: "Nothing was joined, and no money was moved.",
      do: "Satchel tries again by itself for as long as you stay here.",
    },
    offline: {
      what: "You are offline.",
      money: "Nothing was joined, and no money was moved.",
      do: "Satchel goes on here as soon as you are online.",
    },
  },

  home: {
    balance: "Balance",
    receive: "Receive",
    send: "Send",
    settings: "Settings",
    all: "All",
    latest: "Latest",
    nothing: "Nothing yet",
    nothingHint: "What you receive and send will be listed here.",
    addFederation: "Join another federation",
  },

  state: {
    all: (n: number) => (n === 1 ? "Its guardian answers" : `All ${n} guardians answer`),
    enough: (up: number, n: number) => `${up} of ${n} guardians answer`,
    few: (up: number, n: number) => `${up} of ${n} answer: too few`,
    wrong: (answering: string, wrong: number, n: number) => `${answering}; ${n === 1 ? "it" : wrong} gave wrong answers`,
    connecting: "Connecting",
    offline: "Offline",
    lost: "Can be brought back",
    elsewhere: "Another wallet has the same words",
    onItsWay: (n: number) => count(n, "payment on its way", "payments on their way"),
    broken: "Cannot be used now",
    stuck: (n: number) => count(n, "payment is stuck", "payments are stuck"),
    stuckHint: "Nothing of it is lost. A newer version of Satchel may be needed.",
  },

  faucet: {
    title: "This is a demo",
    text: "Get some e-cash to play with. It is worth nothing.",
    button: "Get e-cash for free",
    working: "Asking the faucet",
    failed: "The faucet gave nothing: {reason}",
    unreachable: "The faucet cannot be reached. Are you online?",
  },

  keep: {
    title: "Write down your twelve words",
    promised: "If this device is lost, they and the federation's invitation bring your e-cash back.",
    notPromised: "The browser may delete this wallet. They and the federation's invitation bring its e-cash back.",
  },

  damaged: {
    what: (n: number) => (n === 1 ? "A federation that you joined cannot be read." : `${n} federations that you joined cannot be read.`),
    next: (n: number) => (n === 1 ? "Join it again with its invitation: your money in it comes back." : "Join them again with their invitations: your money in them comes back."),
  },

  gone: {
    what: "The wallet that was stored here is gone.",
    words: "Its data was deleted in this browser. If you have written its twelve words down, they bring its e-cash back, together with the federation's invitation.",
    next: "If you join a federation without them, a new wallet with other words begins. Keep the old ones.",
  },

  guardian: {
    states: {
      idle: "not asked yet",
      connecting: "connecting",
      up: "up",
      down: "does not answer",
      unsupported: "has no web address",
    },
    slow: "slow",
    wrong: "gave wrong answers",
    since: "{state}, {age}",
    version: "version {version}",
    latency: (ms: number) => `answers in ${ms}\u00a0ms`,
    unnamed: (n: number) => `Guardian ${n}`,
    asked: "when asked for {method}",
    times: (n: number) => count(n, "time", "times"),
    wrongTimes: (n: number, time: string) => `Gave wrong answers ${count(n, "time", "times")}, last on ${time}.`,
    othersAgreed: "Your money is not affected: the others agreed.",
  },

  history: {
    title: "History",
    filter: "Show",
    filters: { all: "All", received: "Received", sent: "Sent", open: "Open" },
    none: "Nothing here",
    noneHint: "No payment is of this kind yet.",
    searching: "Looking at older payments",
  },

  federation: {
    title: "Federation",
    guardians: "Guardians",
    wake: "Try now",
    notes: "Notes",
    notesHint: "Your e-cash, note by note",
    kinds: { mint: "Older e-cash", mintv2: "Newer e-cash" } as Record<string, string>,
    none: "You have no notes here.",
    aside: "{amount} sat in notes that are worth less than their fee.",
    modules: "Works with",
    usable: "usable",
    notUsable: "not usable here",
    invite: "Invitation",
    inviteHint: "Let a friend scan this to join.",
    inviteQR: "QR code of the invitation",
    id: "Reference",
    unknown: "You have not joined this federation.",
    damaged: (n: number) => `${count(n, "stored entry", "stored entries")} cannot be read and ${n === 1 ? "was" : "were"} left alone. The rest is exact.`,
  },

  modules: {
    mint: "E-cash",
    mintv2: "E-cash",
    ln: "Lightning",
    lnv2: "Lightning",
    wallet: "Bitcoin",
    walletv2: "Bitcoin",
    meta: "Notices",
  } as Record<string, string>,

  settings: {
    title: "Settings",
    words: "Your words",
    wordsText: "Whoever has them can take the money. Keep them on paper.",
    wordsKept: "You have written them down.",
    wordsNone: "They are made when you join your first federation.",
    wordsShow: "Show the words",
    storage: "Storage",
    persistent: "The browser keeps your wallet.",
    volatile: "The browser may delete your wallet when space is short.",
    ask: "Ask the browser to keep it",
    refused: "The browser said no. Installing Satchel often helps.",
    used: "Used",
    files: "A file",
    filesText: "It holds your words, your federations and your history, locked with a passphrase.",
    federations: "Federations",
    about: "About",
    version: "Version",
    size: "Size",
    sizeText: "{page} for the page, {program} for the program, with brotli",
    licenses: "Licences",
    licensesText: "Satchel is free software (MIT). What it is made of",
    not: "What is not guaranteed",
    nots: [
      "The guardians of a federation hold the bitcoin. If enough of them disappear or cheat, its e-cash is worth nothing, and no wallet can change that.",
      "Whoever can use this device, unlocked, can spend the money. The wallet is not locked by a password.",
      "Browsers can delete what sites store. Your words and the federation's invitation bring the e-cash back, for a fee.",
      "E-cash that you hand out belongs to whoever takes it first, and the words bring it back only as long as nobody has.",
      "Nobody outside this project has audited the program.",
    ],
  },

  words: {
    title: "Your words",
    lead: "With these words, in this order, and the federation's invitation, you bring your e-cash back, here or in an official Fedimint client. Take paper and a pen, and make sure that nobody looks on.",
    limits: "Bringing it back costs the federation's fees. What you handed out comes back only if nobody has taken it.",
    never: "Satchel asks for three of them now, to check. Never type them into another website, nor send them to anybody who asks.",
    show: "Show the words",
    list: "Your words",
    written: "I have written them down",
    check: "Check",
    checkLead: "To be sure, type three of them from your paper.",
    word: (n: number) => `Word ${n}`,
    confirm: "Confirm",
    wrong: (numbers: number[]) =>
      numbers.length === 1
        ? `Word ${numbers[0]} is another one. Look at your paper again.`
        : `Words ${numbers.join(", ")} are other ones. Look at your paper again.`,
    again: "Show them again",
    confirmed: "Good. Keep the paper safe.",
    none: "There are no words yet: they are made when you join your first federation.",
  },

  receive,
  send,
  sent,
  sums,
  pay,
  ask,
  invoice,
  gateways,
  operation,
  diagram,
  restore,
  elsewhere,
  backup,
  move,
  file,
  errors,
};

/** The sentences for an error's code. */
export function errorText(code: string): ErrorText {
  return entry(texts.errors, code) ?? texts.errors.Internal!;
}
