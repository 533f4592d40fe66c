// The page starts here.

import { render } from "preact";
import { App } from "./app";
import { followHistory } from "./route";
import { readSite } from "./site";
import { lookAtStorage } from "./storage";
import { followUpdates } from "./update";
import { start } from "./wallet";
import "./style/base.css";
import "./style/frame.css";
import "./style/controls.css";
import "./style/parts.css";
import "./style/screens.css";
import "./style/restore.css";
import "./style/diagrams.css";

history.scrollRestoration = "manual";
start();
followHistory();
render(<App />, document.getElementById("page")!);
void readSite();
void lookAtStorage();
void followUpdates();
