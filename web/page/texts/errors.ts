// What the page says when the core refuses something, by code.

/** What a person is told when the core refuses something. */
export interface ErrorText {
  /** What happened. */
  what: string;
  /** What it means for the money. */
  money: string;
  /** What to do. */
  do: string;
}

export const safe = "Your money is where it was.";

export const errors = {
  InvalidInput: { what: "Satchel could not read this.", money: safe, do: "Check that all of it was copied." },
  UnknownVerb: { what: "The page and the program are of different versions.", money: safe, do: "Reload the page." },
  NotSupported: { what: "This wallet cannot do that.", money: safe, do: "A newer version may be able to." },
  NoWords: { what: "This wallet has no words yet.", money: "There is no money in it.", do: "Join a federation first." },
  HasWords: { what: "This wallet has its words already.", money: safe, do: "There is nothing to do." },
  AlreadyJoined: { what: "You have joined this federation already.", money: safe, do: "You find it under Home." },
  NotJoined: { what: "You have not joined this federation yet.", money: safe, do: "Open an invitation of the federation first." },
  Recovering: { what: "Your money in this federation is still being looked for.", money: "What is found is added to your balance by itself.", do: "Try again when that is done. Home shows how far it is." },
  WrongPassphrase: { what: "This is not the passphrase of the file.", money: "Nothing was changed.", do: "Try another one. Capital letters and spaces count." },
  DamagedFile: { what: "This is not the file of a wallet, or it is damaged.", money: "Nothing was changed.", do: "Choose another file, or another copy of it." },
  SeedMismatch: { what: "What is stored here belongs to other words.", money: "It was left as it is.", do: "Open the wallet that these words belong to." },
  UnsupportedFederation: { what: "This federation works in a way that Satchel does not know.", money: safe, do: "Ask the people who run it, or try a newer version of Satchel." },
  FederationUnreachable: { what: "Too few guardians answer.", money: safe, do: "Check that you are online, and try again later. What is on its way goes on by itself." },
  Refused: { what: "The guardians refuse this.", money: safe, do: "Check that the date and the time of this device are right, and try again later. Their words are under Details." },
  InsufficientBalance: { what: "You do not have that much.", money: safe, do: "Choose a smaller amount." },
  NoExactAmount: { what: "Your notes do not add up to this amount.", money: safe, do: "Choose another amount, or wait until the guardians answer." },
  QuoteExpired: { what: "It would cost more by now.", money: "Nothing was sent.", do: "Look at the new fee and send again." },
  GatewayUnavailable: { what: "No lightning gateway can do this now.", money: safe, do: "Try again later, or choose another gateway." },
  GatewayTooExpensive: { what: "The gateway asks for more than Satchel accepts.", money: safe, do: "Choose another gateway." },
  NetworkMismatch: { what: "This invoice is of another Bitcoin network than the federation.", money: safe, do: "Ask for one of the right network." },
  ServiceUnavailable: { what: "The service does not answer as it should.", money: safe, do: "Try again later, or ask whoever runs it." },
  ServiceRefused: { what: "The service refused it.", money: safe, do: "Look at what it says under Details." },
  Expired: { what: "This invoice has expired.", money: safe, do: "Ask for a new one." },
  WrongFederation: { what: "This e-cash is of another federation.", money: safe, do: "Join the federation that it is of." },
  ForgedEcash: { what: "This e-cash is not genuine: the federation has not signed it.", money: "It is worth nothing. What you have was not touched.", do: "Ask whoever sent it." },
  TooSmall: { what: "This e-cash is worth less than the fee for receiving it.", money: "It was left as it is.", do: "Ask for a larger amount." },
  AlreadyReceived: { what: "You have received this e-cash already.", money: "It was added to your balance then.", do: "You find it in the history." },
  AlreadyTaken: { what: "Somebody has taken this e-cash.", money: "It belongs to them now.", do: "There is nothing to take back." },
  UnknownOperation: { what: "This payment is not known here.", money: safe, do: "Look for it in the history." },
  StorageUnavailable: { what: "The browser does not let Satchel store anything.", money: "No money is moved while nothing can be stored.", do: "Leave private browsing, or allow this site to store data, and reload." },
  StorageFull: { what: "There is no space left on this device.", money: "No money is moved until there is.", do: "Free some space. Satchel goes on by itself." },
  StorageInUse: { what: "Another tab has taken the wallet over.", money: safe, do: "Go on there, or reload this tab." },
  StorageLost: { what: "What was stored here of this federation is gone.", money: "Your words bring the e-cash back.", do: "Bring it back on the screen of the federation." },
  OutcomeUnknown: { what: "Satchel does not know yet whether this was done.", money: "If it was, the history shows it.", do: "Trying again is safe: nothing is done twice." },
  Internal: { what: "Satchel made a mistake.", money: "What was stored is still there, and nothing is done by halves.", do: "Reload the page. If it happens again, report it." },
  Aborted: { what: "This was cancelled.", money: safe, do: "Try again if you want it." },
  Interrupted: { what: "Satchel was interrupted before it got an answer.", money: "If it was done, the history shows it.", do: "Look at the history before you try again." },
} satisfies Record<string, ErrorText> as Record<string, ErrorText>;
