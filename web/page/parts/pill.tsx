// What is to be known on every screen, in its corner, where nothing has to move.

import { texts } from "../texts";
import { update, waiting } from "../update";
import { online } from "../wallet";

/** Whether the browser is offline, or a newer version is ready. */
export function Pill() {
  if (!online.value) {
    return (
      <span class="pill" role="status">
        {texts.banner.offline}
      </span>
    );
  }
  if (!waiting.value) return null;
  return (
    <button type="button" class="small" onClick={update}>
      {texts.banner.update}
    </button>
  );
}
