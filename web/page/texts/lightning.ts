// What the page says about lightning: invoices, gateways and their fees.

import { count } from "./count";

/** Paying an invoice. */
export const pay = {
  title: "Pay",
  lead: "Paste or scan the invoice that you want to pay.",
  nameless: "The invoice does not say what it is for.",
  to: "To {payee}",
  from: "From",
  button: "Pay {amount} sat",
  asking: "Asking gateways what it costs, {age}",
  paying: "Paying",
  back: "If it cannot be paid, the money comes back by itself, less a small fee.",
  noAmount: "This invoice names no amount: ask for one that does.",
  noFederation: "To pay this invoice, join a federation and receive some e-cash first.",
  noLightning: "None of your federations can pay invoices.",
  /** One sentence for what stands in the way, by the code of the error. */
  refusals: {
    Expired: "This invoice has expired: ask for a new one.",
    NetworkMismatch: "This invoice is of another Bitcoin network than your money.",
    GatewayUnavailable: "No gateway can pay this now. Nothing was paid, and you can try again later.",
    GatewayTooExpensive: "This gateway asks for more than Satchel accepts: choose another one.",
    InsufficientBalance: "You do not have enough here for this and its fees.",
    QuoteExpired: "The fees have changed, and nothing was paid. Look at the new total.",
  } as Record<string, string>,
  unsure: {
    what: "Satchel is not sure yet whether this payment was made.",
    money: "If it was, the history shows it.",
    do: "Trying again is safe: an invoice is paid only once.",
  },
};

/** Asking for a payment. */
export const ask = {
  to: "To",
  note: "Note",
  notePlace: "What it is for (they can read it)",
  button: "Create invoice",
  creating: "Creating the invoice",
  asking: "Asking gateways what it costs, {age}",
  refusals: {
    GatewayUnavailable: "No gateway can make an invoice now: try again later.",
    GatewayTooExpensive: "This gateway asks for more than Satchel accepts: choose another one.",
    TooSmall: "That is too little: fees would take all of it.",
    QuoteExpired: "The fees have changed, and no invoice was made. Look at what you get now.",
  } as Record<string, string>,
};

/** An invoice that somebody is to pay. */
export const invoice = {
  qr: "QR code of the invoice",
  show: "Let them scan this, or send them the invoice. You can close Satchel meanwhile.",
  text: "Invoice as text",
  copy: "Copy invoice",
  until: "Good until {time}",
  over: "Its time is over. The guardians still have to say whether somebody paid.",
  for: "For",
  payee: "To",
  gateway: "Gateway",
  receipt: "Receipt",
  receiptHint: "Only whoever was paid could tell this number: it proves that you paid.",
};

export const gateways = {
  title: "Lightning gateways",
  hint: "They pay invoices for you, and get your money only once they have paid. Others pay you through them.",
  asking: "Asking the gateways",
  none: "The guardians recommend no gateway that can be reached from here.",
  unnamed: "A gateway",
  through: "Through {name}",
  any: "Through a gateway",
  choose: "Gateway",
  automatic: "Automatic",
  automaticHint: "The one that costs least",
  silent: "does not answer",
  noReceiving: "makes no invoices",
  paying: "Paying: {fee}",
  receiving: "Receiving: {fee}",
  base: "{base}\u00a0sat",
  part: "{part}\u00a0%",
  both: "{base}\u00a0sat and {part}\u00a0%",
  free: "no fee",
  votes: (n: number) => `${count(n, "guardian recommends", "guardians recommend")} it`,
};
