// Errors: what happened, what it means for the money, what to do.

import { errorText, texts } from "../texts";
import type { CoreError } from "../../core/link";
import { Icon } from "./icon";
import { Outside } from "./text";
import { lengths } from "../outside";

export function Trouble({ error, again }: { error: CoreError; again?: () => void }) {
  const text = errorText(error.code);
  return (
    <section class="notice bad" role="alert">
      <Icon name="warning" />
      <div>
        <p class="strong">{text.what}</p>
        <p>{text.money}</p>
        <p>{text.do}</p>
        <details class="technical">
          <summary>{texts.common.details}</summary>
          <p>
            <code>{error.code}</code>: <Outside text={error.message} max={lengths.technical * 2} />
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
