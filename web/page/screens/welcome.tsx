// What somebody sees who has no wallet here yet.

import { Damaged } from "../parts/damaged";
import { Gone } from "../parts/gone";
import { Screen } from "../parts/screen";
import { Brand, Icon } from "../parts/icon";
import { Trouble } from "../parts/trouble";
import { go } from "../route";
import { Anything } from "../scan/anything";
import { open } from "../scan/accept";
import { site } from "../site";
import { texts } from "../texts";
import { trouble } from "../wallet";

export function Welcome() {
  const invite = site.value.invite_code;
  const header = (
    <>
      <Brand />
      <span class="grow brand-name">{texts.app}</span>
      <button type="button" class="round" aria-label={texts.home.settings} onClick={() => go({ screen: "settings" })}>
        <Icon name="settings" />
      </button>
    </>
  );
  return (
    <Screen title={texts.app} header={header} class="welcome">
      <p class="display">{texts.welcome.title}</p>
      <p class="lead">{texts.welcome.lead}</p>
      <Gone />
      <Damaged />
      {trouble.value && <Trouble error={trouble.value} />}
      <section class="card">
        <Anything hint={texts.welcome.hint} />
        {invite && (
          <button type="button" class="main wide" onClick={() => open(invite)}>
            <Icon name="gift" />
            {texts.welcome.demo}
          </button>
        )}
      </section>
      <dl class="figures">
        {texts.welcome.figures.map(({ number, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{number}</dd>
          </div>
        ))}
      </dl>
    </Screen>
  );
}
