// What the core tells, as it comes over the link. Package facade defines it;
// amounts are numbers of msat, times are ms since 1970.

export interface WalletView {
  words: boolean;
  balance_msat: number;
  federations: FederationView[];
  damaged?: string[]; // ids of federations whose entry cannot be read
  invited?: FileFederationView[]; // that came with a file and were not joined since
}

export interface FederationView {
  id: string;
  name: string; // from outside, as is everything in meta
  balance_msat: number;
  pending: number; // operations on their way
  guardians: GuardianView[];
  threshold: number;
  modules: ModuleView[];
  notes: NoteView[]; // greatest first
  aside_msat: number;
  meta: unknown; // an object with texts, if it is what it should be
  restoring?: boolean; // money is being looked for with the words
  backup?: BackupView; // missing where the federation cannot be used now
  elsewhere?: ElsewhereView;
  movable_msat?: number; // older e-cash that can be made newer
  stuck?: StuckView[];
  damaged?: number;
  error?: string;
  code?: string;
}

/** What the guardians keep for this wallet. */
export interface BackupView {
  at_ms?: number; // missing if there is none
  current: boolean; // whether nothing has happened since
}

/** Another wallet with the same words. */
export interface ElsewhereView {
  ours: boolean; // of this make
  at_ms?: number; // when it was last seen, by its clock
}

export interface GuardianView {
  peer: number;
  name: string; // from outside
  url: string;
  state: "idle" | "connecting" | "up" | "down" | "unsupported";
  since_ms: number;
  latency_ms?: number;
  version?: string; // from outside
  error?: string;
  misbehaviours?: MisbehaviourView[];
}

export interface MisbehaviourView {
  method: string;
  what: string; // may quote the guardian
  when_ms: number;
  count: number;
}

export interface ModuleView {
  id: number;
  kind: string;
  usable: boolean;
}

/** The two generations of e-cash: the older one and the newer one. */
export type CashKind = "mint" | "mintv2";

export interface NoteView {
  kind: CashKind;
  amount_msat: number;
  count: number;
}

export interface StuckView {
  operation_id: string;
  machine: string;
  step: string;
  error: string;
}

export interface PreviewView {
  federation_id: string;
  name: string;
  meta: unknown;
  guardians: GuardianView[];
  threshold: number;
  modules: ModuleView[];
  usable: boolean;
  fee_base_msat: number;
  fee_ppm: number;
  joined: boolean;
}

export interface Identity {
  kind: "invite" | "ecash" | "invoice" | "unknown";
  invite_code?: string;
  federation_id?: string;
  joined: boolean;
  amount_msat?: number;
  received?: boolean;
  own?: boolean;
  reason?: string;
  invoice?: InvoiceView;
  operation_id?: string; // that pays the invoice, or has paid it
  payers?: string[]; // federations that could
}

/** What an invoice says. */
export interface InvoiceView {
  invoice: string;
  amount_msat: number; // 0 if it names none
  description: string; // from outside
  payee: string;
  network: string;
  expires_ms: number;
}

export interface GatewayView {
  url: string; // from outside
  name?: string; // from outside
  votes: number; // of guardians that recommend it
  answers: boolean;
  terms?: GatewayTerms; // given back as they are when they are agreed to
}

/** What a gateway asks for; there is more in it. */
export interface GatewayTerms {
  lightning_public_key: string;
  send_fee_minimum: FeeView; // for an invoice that the gateway's own node has made
  send_fee_default: FeeView;
  receive_fee: FeeView;
  receive_enabled: boolean;
}

export interface FeeView {
  base: number; // msat
  parts_per_million: number;
}

/** What paying an invoice costs, or that it has begun. */
export interface PayView {
  invoice: InvoiceView;
  federation: string;
  operation_id: string;
  begun: boolean;
  gateway?: GatewayView;
  gateway_fee_msat: number;
  federation_fee_msat: number;
  blocks: number; // until the money comes back by itself
}

/** What asking for a payment comes to. */
export interface AskView {
  operation_id: string;
  invoice?: InvoiceView; // once it was made
  gateway: GatewayView;
  amount_msat: number; // that arrives
  gateway_fee_msat: number;
  federation_fee_msat: number;
}

export interface SendQuote {
  balance_msat: number;
  max_msat: number;
  amount_msat?: number;
  fee_msat?: number;
  reissue?: boolean;
  kind?: CashKind;
}

export interface MoveQuote {
  amount_msat: number;
  fee_msat: number;
}

export interface WordsCheck {
  valid: boolean;
  unknown: number[]; // places, from 0, of words that are in no list
  reason?: string;
}

export interface ReceiveQuote {
  amount_msat: number; // face value of everything
  fee_msat: number;
  aside_msat: number; // face value of what is worth less than its fee
}

export interface SpentCheck {
  spent_msat: number;
}

export type OperationState = "on its way" | "ready" | "done" | "returned" | "refused" | "lapsed";

export interface OperationView {
  federation: string;
  operation_id: string;
  number: number;
  kind?: string; // the module that began it
  title: string; // receive, send, restore, move, pay or invoice
  state: OperationState;
  requested_msat: number; // what it was to be
  amount_msat: number; // what it has come to
  fee_msat: number;
  change_msat: number; // of the balance, in the end
  gone_msat: number; // that somebody else had spent
  aside_msat: number; // that was put aside
  outgoing: boolean;
  in_flight_msat: number;
  coming_back?: boolean; // it is being taken back
  handed_out_msat: number;
  why?: string; // the federation's words
  final: boolean;
  began_ms: number;
  progress?: ProgressView; // of a restore
  details?: LightningDetails; // of a payment by lightning
}

export interface LightningDetails {
  invoice: string;
  gateway: string; // its address, from outside
  preimage?: string; // that proves a payment
  expires?: number; // when an invoice lapses, in seconds since 1970
}

/** How far a restore has come: from where to where it reads, and how far it has. */
export interface ProgressView {
  from: number;
  read: number;
  end: number;
  sessions: boolean; // sessions of the federation are counted, and not entries of its books
}

export interface OperationDetail extends OperationView {
  notes?: string;
  take_back: boolean;
  returns_ms?: number; // when it comes back by itself if nobody takes it; missing if never
  machines: MachineView[];
  guardians: GuardianView[];
  threshold: number;
}

export interface MachineView {
  id: number;
  name: string;
  steps: string[];
  edges: [from: string, event: string, to: string][];
  visited: VisitView[];
  current: string;
  final: boolean;
  waits?: WaitView[];
  stuck?: string;
}

export interface VisitView {
  step: string;
  event?: string;
  at_ms: number;
}

export interface WaitView {
  event: string;
  since_ms: number;
  attempts?: number;
  error?: string;
  next_ms?: number;
}

/** What a wallet's file holds. */
export interface FileView {
  made_ms: number;
  federations: FileFederationView[];
  operations: number;
  omitted?: number; // old operations for which the file had no room
  unread?: number; // federations and operations that cannot be read, or could not when it was made
}

/** A wallet's file that was made. */
export interface SavedView {
  file: string; // base64
  name: string;
  view: FileView;
}

export interface FileFederationView {
  id: string;
  name: string; // from outside
  invite_code: string;
  balance_msat: number; // when the file was made
  unknown?: boolean; // that was not known then, nor everything that was done
}

/** A payment of which a wallet's file tells. */
export interface ArchivedView {
  operation_id: string;
  title: string;
  state: string;
  amount_msat: number;
  fee_msat: number;
  change_msat: number; // of the balance
  outgoing: boolean;
  began_ms: number;
}
