// The invitation of a federation that was joined already: nobody has to be asked.

import type { FederationView } from "../api";
import { Dots } from "../parts/guardians";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { FederationName } from "../parts/text";
import { summaryOf } from "../health";
import { format, go } from "../route";
import { texts } from "../texts";
import { online } from "../wallet";

export function Joined({ federation: f }: { federation: FederationView }) {
  return (
    <Screen
      title={texts.preview.title}
      key="joined"
      actions={
        <button type="button" class="main wide" onClick={() => go({ screen: "home" }, {}, true)}>
          {texts.preview.openIt}
        </button>
      }
    >
      <p class="lead">{texts.preview.already}</p>
      <ul class="card rows">
        <li>
          <a class="row" href={format({ screen: "federation", id: f.id })}>
            <Dots guardians={f.guardians} />
            <span class="grow">
              <span class="name">
                <FederationName name={f.name} />
              </span>
              <span class="sub">{summaryOf(f.guardians, f.threshold, online.value)}</span>
            </span>
            <Icon name="forward" />
          </a>
        </li>
      </ul>
    </Screen>
  );
}
