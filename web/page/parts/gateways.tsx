// The lightning gateways of a federation: all of them, and one to be chosen.

import { useState } from "preact/hooks";
import type { FederationView, FeeView, GatewayTerms, GatewayView } from "../api";
import { feeText, gatewayName, hasLightning } from "../lightning";
import { lengths } from "../outside";
import { remember } from "../route";
import { errorText, texts } from "../texts";
import { useAnswer } from "../wallet";
import { Fill, Outside, fill } from "./text";

interface Props {
  federation: string;
  /** The address of the one that was chosen, undefined if any will do. */
  chosen: string | undefined;
  /** The one that will do it, as far as that is known. */
  current: GatewayView | undefined;
  disabled: boolean;
  /** What one takes for it; undefined if it does not do it. */
  fee(terms: GatewayTerms): FeeView | undefined;
}

/** Says through which gateway it goes, and lets a person choose another one. */
export function ChooseGateway({ federation, chosen, current, disabled, fee }: Props) {
  const [open, setOpen] = useState(false);
  const { data: list, error } = useAnswer<GatewayView[]>("list_gateways", open ? { federation } : undefined);
  const choose = (gateway?: string) => remember({ gateway });
  return (
    <details class="card" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>
        <span class="wrap">{current ? <Fill text={texts.gateways.through} name={<bdi>{gatewayName(current)}</bdi>} /> : texts.gateways.any}</span>
      </summary>
      <fieldset disabled={disabled}>
        <legend class="unseen">{texts.gateways.choose}</legend>
        <Option name={texts.gateways.automatic} about={texts.gateways.automaticHint} checked={chosen === undefined} choose={() => choose()} />
        {list?.map((g) => {
          const takes = g.terms && fee(g.terms);
          const about = takes ? feeText(takes) : g.answers ? texts.gateways.noReceiving : texts.gateways.silent;
          return <Option key={g.url} name={gatewayName(g)} about={about} checked={chosen === g.url} disabled={!takes} choose={() => choose(g.url)} />;
        })}
      </fieldset>
      <Asked list={list} error={error && errorText(error.code).what} />
    </details>
  );
}

interface OptionProps {
  name: string;
  about: string;
  checked: boolean;
  disabled?: boolean;
  choose(): void;
}

function Option({ name, about, checked, disabled = false, choose }: OptionProps) {
  return (
    <label class="check">
      <input type="radio" name="gateway" checked={checked} disabled={disabled} onChange={choose} />
      <span class="grow">
        <bdi>{name}</bdi>
        <span class="sub">{about}</span>
      </span>
    </label>
  );
}

/** What came of asking for the gateways, unless there are some. */
function Asked({ list, error }: { list: GatewayView[] | undefined; error: string | undefined }) {
  const text = error ?? (list ? list.length === 0 && texts.gateways.none : texts.gateways.asking);
  return (
    <p class="hint" role="status">
      {text}
    </p>
  );
}

/** Every gateway that guardians recommend. */
export function Gateways({ f }: { f: FederationView }) {
  const has = hasLightning(f) && !f.error;
  const { data: list, error, again } = useAnswer<GatewayView[]>("list_gateways", has ? { federation: f.id } : undefined);
  if (!has) return null;
  return (
    <section class="card">
      <div class="heading">
        <h2>{texts.gateways.title}</h2>
        <button type="button" class="small" onClick={again}>
          {texts.federation.wake}
        </button>
      </div>
      <p class="hint">{texts.gateways.hint}</p>
      {list && list.length > 0 && (
        <ul class="rows full">
          {list.map((g) => (
            <Gateway key={g.url} g={g} />
          ))}
        </ul>
      )}
      <Asked list={list} error={error && errorText(error.code).what} />
    </section>
  );
}

function Gateway({ g }: { g: GatewayView }) {
  return (
    <li class="row">
      <span class={g.answers ? "dot up" : "dot"} aria-hidden="true" />
      <span class="grow">
        <bdi>{gatewayName(g)}</bdi>
        {g.terms ? <Fees terms={g.terms} /> : <span class="sub">{texts.gateways.silent}</span>}
        <span class="sub">{texts.gateways.votes(g.votes)}</span>
        <span class="sub wrap">
          <Outside text={g.url} max={lengths.technical} />
        </span>
      </span>
    </li>
  );
}

function Fees({ terms }: { terms: GatewayTerms }) {
  return (
    <>
      <span class="sub">{fill(texts.gateways.paying, { fee: feeText(terms.send_fee_default) })}</span>
      <span class="sub">{terms.receive_enabled ? fill(texts.gateways.receiving, { fee: feeText(terms.receive_fee) }) : texts.gateways.noReceiving}</span>
    </>
  );
}
