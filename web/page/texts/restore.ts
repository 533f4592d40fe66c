// What the page says about bringing a wallet back, about another one with the same
// words, and about what is kept elsewhere.

import { count } from "./count";

export const restore = {
  title: "Bring a wallet back",
  lead: "Type or paste the words of your wallet, in their order.",
  label: "Your words",
  hint: "12 to 24 words. They stay on this device.",
  read: "The words that were read",
  unread: "Not typed yet",
  notOne: (words: { place: number; word: string }[]) =>
    words.length === 1
      ? `Word ${words[0]!.place}, \u201c${words[0]!.word}\u201d, is not one that wallets use. Look at your paper again.`
      : `Words ${words.map((w) => w.place).join(", ")} are not ones that wallets use. Look at your paper again.`,
  notTogether: "These words do not belong together: one is another one, or the order is. Look at your paper again.",
  few: (n: number) => `These are ${count(n, "word", "words")}. A wallet has 12, 15, 18, 21 or 24.`,
  button: "Use these words",
  checking: "Checking",
  enter: (n: number) => (n === 0 ? "Enter your words" : `${n} of 12 words`),
  file: "I have a file instead",
  has: {
    what: "There is a wallet in this browser already.",
    do: "It has its own words. To bring another wallet back, use another browser or another profile of this one.",
  },

  looking: "Looking for your money",
  lookingAt: "Looking for your money, {percent}\u00a0%",
  percent: "{percent}\u00a0%",
  claiming: "Claiming what was found",
  progress: "How much was looked through",
  more: "You can close this page meanwhile.",
  cost: "What is found is claimed anew, since some of it may have been handed out. That takes the federation's fees. E-cash that you handed out and nobody has taken comes back.",
  /** What came of looking for money, and what it means. */
  hints: {
    found: "It was claimed anew. E-cash that you had handed out and nobody had taken is part of it.",
    foundNothing: "The words have no e-cash of this kind in this federation that is not in your balance already.",
    takenElsewhere: "Another wallet with your words has spent it.",
    matched: "Another wallet with your words had spent some of your e-cash. What it had left was brought here, and is worth nothing there any more.",
  },

  federations: {
    title: "Your federations",
    lead: "Open the invitation of each federation in which you had money.",
    label: "Invitations",
    placeholder: "Paste one or more",
    hint: "The words do not say where they were used. Ask the people of the federation, or somebody who is in it.",
    add: "Add",
    none: "There is no invitation in this.",
    asking: "Asking the guardians",
    ready: (up: number, all: number) => `${up} of ${all} guardians answer`,
    unusable: "This wallet cannot use it",
    unreachable: "Too few guardians answer. Satchel tries again by itself.",
    damaged: "This invitation is damaged.",
    remove: "Remove {name}",
    button: (n: number) => (n === 1 ? "Look for my money" : `Look in ${n} federations`),
    restoring: "Asking the federations",
    enter: "Add an invitation",
    list: "Invitations that were added",
    more: (n: number) => `Show ${n} more`,
    back: (n: number) => `Add the ${count(n, "invitation", "invitations")} of your file again`,
    joined: (n: number) => `Your money is being looked for in ${count(n, "federation", "federations")}.`,
    left: (n: number) => (n === 1 ? "The one below could not be joined yet. It stays here." : "Those below could not be joined yet. They stay here."),
    home: "Go to your wallet",
    waiting: (n: number) => (n === 1 ? "A federation of your file is not here yet" : `${n} federations of your file are not here yet`),
    waitingHint: "Look for your money there",
  },
  here: "Restore here",
  hereHint: "If you had money here with these words before.",
  ready: {
    what: "Your words are in place.",
    do: "Open the invitation of each federation in which you had money.",
    button: "Add invitations",
  },
  words: "I have twelve words",
  open: "Open a file",
  lost: {
    button: "Bring it back with your words",
    busy: "Bringing it back",
  },
};

export const elsewhere = {
  what: "Another wallet has the same words.",
  ours: "Another Satchel with your words was last seen on {time}.",
  other: "A wallet of another make was used with your words.",
  means: "Two wallets with the same words take each other's money. Use only one of them. If the other one is gone, there is nothing to do.",
  known: "I know",
  bring: "Bring its money here",
  bringWhat: "Satchel looks for all e-cash of your words and brings it here. What the other wallet has is worth nothing there afterwards, and what it has spent leaves your balance here.",
  bringCost: "That takes the federation's fees for every note that is brought here. How many there are is not known before.",
  yes: "Bring it here",
  no: "Leave it",
};

export const backup = {
  title: "Backup",
  at: "Backed up with the guardians, {age} ago",
  now: "Backed up with the guardians just now",
  not: "Not backed up with the guardians yet",
  behind: "There have been payments since.",
  hint: "It tells another wallet with your words that they are in use here. Your words bring your money back without it, too; only they open it.",
  button: "Back up now",
  busy: "Backing up",
};

export const move = {
  text: "{amount} sat of it are older e-cash. It can be made newer e-cash, for a fee of the federation.",
  button: "Move it over",
  confirm: "Move {amount} sat over",
  busy: "Moving over",
  no: "Leave it",
};

export const file = {
  save: {
    title: "Save a file",
    lead: "The file holds your words, your federations and your history. Whoever has it and the passphrase has your money.",
    passphrase: "Passphrase",
    again: "The same passphrase again",
    unlike: "The two are not the same.",
    short: (n: number) => `At least ${n} characters.`,
    strength: {
      weak: "Weak: a computer guesses it soon. Four or five words that do not belong together are better.",
      fair: "Fair. Another word makes it good.",
      good: "Good.",
    },
    forget: "Without the passphrase nobody can open the file, and nobody can tell you what it was.",
    make: "Make the file",
    making: "Making the file",
    made: "The file is ready.",
    unknown: "What you have in these federations is not known now, so the file does not say it, and their history may be missing. Their invitations are in it, and with them your words bring the money back.",
    unread: (n: number) => (n === 1 ? "One federation cannot be read. It is not in the file: keep its invitation elsewhere." : `${n} federations cannot be read. They are not in the file: keep their invitations elsewhere.`),
    keep: "Keep it where you find it when this device is gone.",
    download: "Save {name}",
    name: "satchel.age",
  },
  open: {
    title: "Open a file",
    lead: "Choose the file of your wallet, and enter its passphrase.",
    choose: "Choose a file",
    other: "Choose another file",
    chosen: "File",
    passphrase: "Passphrase",
    show: "Show the passphrase",
    read: "Open it",
    reading: "Opening it",
    tooLarge: "This file is too large to be one of a wallet.",
    made: "Made",
    federations: "Federations",
    payments: "Payments",
    none: "None",
    then: "With what was in them when the file was made.",
    unknown: "Not known",
    same: {
      what: "All federations of this file are here already.",
      hint: "Nothing was moved. Payments that were not in your history are at its end now.",
    },
    omitted: (n: number) => `${count(n, "older payment", "older payments")} had no room in the file.`,
    unread: (n: number) => `${count(n, "entry", "entries")} of the file cannot be read and will be left out.`,
    what: "This is what the file holds. Nothing was changed yet.",
    take: "Bring it back",
    taking: "Bringing it back",
    words: {
      what: "There is a wallet with other words in this browser.",
      money: "It was left as it is, and nothing was taken from the file.",
      do: "Open the file in another browser, or in another profile of this one.",
    },
  },
  history: "From your file",
  historyHint: "What happened before, as your file tells it.",
};
