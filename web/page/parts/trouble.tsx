// Errors: what happened, what it means for the money, what to do.

import { errorText, texts, type ErrorText } from "../texts";
import type { CoreError } from "../../core/link";
import { Icon } from "./icon";
import { Outside } from "./text";
import { entry, lengths, tame } from "../outside";
import { safe } from "../texts/errors";
import { wallet } from "../wallet";

interface Props {
  error: CoreError;
  /** What is said instead of what is always said about such an error. */
  text?: ErrorText;
  again?: (() => void) | undefined;
}

export function Trouble({ error, text = errorText(error.code), again }: Props) {
  const stranger = wallet.value?.federations.length === 0; // who has no money anywhere
  return (
    <section class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p class="strong">{text.what}</p>
        <p>{stranger && text.money === safe ? texts.common.unchanged : text.money}</p>
        <p>{text.do}</p>
        <Technical error={error} />
        <Again again={again} />
      </div>
    </section>
  );
}

interface RefusalProps {
  error: CoreError;
  /** What is said about errors that are nothing to worry about, in one sentence, by code. */
  sentences: Record<string, string>;
  again?: (() => void) | undefined;
}

/** Says calmly why something cannot be done, if that is calm. */
export function Refusal({ error, sentences, again }: RefusalProps) {
  const sentence = entry(sentences, error.code);
  if (!sentence) return <Trouble error={error} again={again} />;
  return (
    <section class="notice" role="alert">
      <div>
        <p>{sentence}</p>
        <Technical error={error} />
        <Again again={again} />
      </div>
    </section>
  );
}

function Technical({ error }: { error: CoreError }) {
  return (
    <details class="technical">
      <summary>{texts.common.details}</summary>
      <p>
        <code>{tame(error.code, lengths.name)}</code>: <Outside text={error.message} max={lengths.technical * 2} />
      </p>
    </details>
  );
}

function Again({ again }: { again: (() => void) | undefined }) {
  if (!again) return null;
  return (
    <button type="button" class="quiet" onClick={again}>
      {texts.common.retry}
    </button>
  );
}
