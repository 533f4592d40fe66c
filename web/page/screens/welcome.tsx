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
import { trouble, wallet } from "../wallet";

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
      <Before />
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

/** For somebody who had a wallet before. */
function Before() {
  if (wallet.value?.words) {
    return (
      <section class="notice">
        <Icon name="words" />
        <div>
          <p class="strong">{texts.restore.ready.what}</p>
          <p>{texts.restore.ready.do}</p>
          <button type="button" class="small" onClick={() => go({ screen: "federations" })}>
            {texts.restore.ready.button}
          </button>
        </div>
      </section>
    );
  }
  return (
    <div class="choices">
      <button type="button" onClick={() => go({ screen: "restore" })}>
        <Icon name="words" />
        {texts.restore.words}
      </button>
      <button type="button" onClick={() => go({ screen: "file" })}>
        <Icon name="file" />
        {texts.restore.open}
      </button>
    </div>
  );
}
