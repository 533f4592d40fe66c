// Errors: what happened, what it means for the money, what to do.

import { errorText, texts, type ErrorText } from "../texts";
import type { CoreError } from "../../core/link";
import { Icon } from "./icon";
import { Outside } from "./text";
import { lengths, tame } from "../outside";
import { safe } from "../texts/errors";
import { wallet } from "../wallet";

interface Props {
  error: CoreError;
  /** What is said instead of what is always said about such an error. */
  text?: ErrorText;
  again?: () => void;
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
        <details class="technical">
          <summary>{texts.common.details}</summary>
          <p>
            <code>{tame(error.code, lengths.name)}</code>: <Outside text={error.message} max={lengths.technical * 2} />
          </p>
        </details>
        {again && (
          <button type="button" class="quiet" onClick={again}>
            {texts.common.retry}
          </button>
        )}
      </div>
    </section>
  );
}
