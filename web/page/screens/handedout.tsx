// E-cash that was handed out and is not known to be taken.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { CoreError } from "../../core/link";
import type { OperationDetail } from "../api";
import { linkTo } from "../incoming";
import { Copy } from "../parts/copy";
import { Icon } from "../parts/icon";
import { QRCode, fitsQR } from "../parts/qrcode";
import { focusHeadingIfLost } from "../parts/screen";
import { Trouble } from "../parts/trouble";
import { alone, untold, useTakenCheck } from "../taken";
import { texts } from "../texts";
import { asCoreError, link } from "../wallet";

interface Props {
  op: OperationDetail;
  notes: string;
}

export function HandedOut({ op, notes }: Props) {
  useTakenCheck([op], alone);
  useEffect(() => focusHeadingIfLost, []);
  const url = linkTo(notes, location);
  return (
    <>
      <section class="card handed">
        <QRCode text={notes} label={texts.sent.qr} tooLong={texts.sent.long} />
        {fitsQR(notes) && <p class="hint">{texts.sent.show}</p>}
        {untold.value.has(op.operation_id) && <p class="hint">{texts.sent.untold}</p>}
        <div class="choices">
          <Copy text={url} label={texts.common.copyLink} />
          {canShare && <Copy text={notes} label={texts.common.copyText} />}
        </div>
        <textarea class="notes" readOnly rows={2} value={notes} aria-label={texts.sent.text} onFocus={(e) => e.currentTarget.select()} />
      </section>
      {op.take_back && <TakeBack op={op} />}
    </>
  );
}

const canShare = "share" in navigator;

interface HandOverProps {
  done: ComponentChildren;
  share: ShareData;
  /** What is copied where the browser does not share, and how that is called. */
  text: string;
  label: string;
}

/** The main thing to do with e-cash or an invoice: to give it to somebody. */
export function HandOver({ done, share: data, text, label }: HandOverProps) {
  const share = () => void navigator.share(data).catch(() => undefined); // or not
  return (
    <div class="pair">
      {done}
      {canShare ? (
        <button type="button" class="main" onClick={share}>
          <Icon name="share" />
          {texts.common.share}
        </button>
      ) : (
        <Copy class="main" text={text} label={label} />
      )}
    </div>
  );
}

/** Takes the e-cash back, after asking once. */
function TakeBack({ op }: { op: OperationDetail }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<CoreError>();
  const question = useRef<HTMLParagraphElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (asking) question.current?.focus(); // before a key can reach anything else
  }, [asking]);
  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => button.current?.focus());
  };
  const take = async () => {
    question.current?.focus(); // the buttons cannot keep the focus meanwhile
    setBusy(true);
    setProblem(undefined);
    try {
      await link.call("take_back", { federation: op.federation, operation_id: op.operation_id });
    } catch (error) {
      setProblem(asCoreError(error));
      setBusy(false);
    }
  };
  return (
    <section
      class="take-back"
      onKeyDown={(e) => {
        if (e.key !== "Escape" || !asking || busy) return;
        e.preventDefault();
        leave();
      }}
    >
      {problem && <Trouble error={problem} />}
      {asking ? (
        <>
          <p ref={question} tabIndex={-1}>
            {texts.sent.confirm}
          </p>
          <div class="pair">
            <button type="button" disabled={busy} onClick={leave}>
              {texts.sent.no}
            </button>
            <button type="button" class="danger" disabled={busy} onClick={() => void take()}>
              {busy ? texts.sent.takingBack : texts.sent.yes}
            </button>
          </div>
        </>
      ) : (
        <button ref={button} type="button" class="wide" onClick={() => setAsking(true)}>
          <Icon name="returned" />
          {texts.sent.takeBack}
        </button>
      )}
    </section>
  );
}
