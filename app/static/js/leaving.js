// A warning before leaving what is not saved: armed by the first letter, and by an answer that took nothing.

let unsaved = false;

export function setUnsaved(value) {
  unsaved = value;
}

export function startLeaving() {
  unsaved = Boolean(document.querySelector("main[data-unsaved]"));
  document.addEventListener("input", (event) => {
    if (event.target.form?.matches("[data-guard]")) unsaved = true;
  });
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
}
