// Starts the small behaviours of a page. Every page works without them.
import { enlivenBoards } from "./board.js";
import { enlivenFields, startForms } from "./forms.js";
import { startLeaving } from "./leaving.js";
import { enlivenMaps } from "./maps.js";
import { enlivenPeople } from "./people.js";
import { startSending } from "./sending.js";
import { startShell } from "./shell.js";
import { enlivenSuggestions } from "./suggest.js";
import { startTicks } from "./ticks.js";
import { enlivenToasts } from "./toasts.js";

function enliven(root) {
  enlivenSuggestions(root);
  enlivenPeople(root);
  enlivenFields(root);
  enlivenToasts(root);
  enlivenBoards(root);
  enlivenMaps(root);
}

document.documentElement.classList.add("js");
startShell();
startForms();
startLeaving();
startSending(enliven);
startTicks();
enliven(document);
document.addEventListener("htmx:load", (event) => enliven(event.detail.elt ?? document));
