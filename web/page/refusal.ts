// Which errors say for certain that nothing was done.

/**
 * The codes with which the core refuses to begin something. With any other one it
 * may have been done: its answer was lost, or came too early to know.
 */
const refusals: readonly string[] = [
  "InvalidInput",
  "UnknownVerb",
  "NotSupported",
  "NoWords",
  "NotJoined",
  "Recovering",
  "UnsupportedFederation",
  "FederationUnreachable",
  "Refused",
  "InsufficientBalance",
  "NoExactAmount",
  "QuoteExpired",
  "TooSmall",
  "GatewayUnavailable",
  "GatewayTooExpensive",
  "NetworkMismatch",
  "Expired",
  "StorageFull",
];

export function refuses(code: string): boolean {
  return refusals.includes(code);
}
