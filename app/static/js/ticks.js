// Ticked rows of a list: the count in the batch bar, the box for the whole page, the box for all that were found.

function refresh(scope) {
  const boxes = [...scope.querySelectorAll("[data-tick]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const found = scope.querySelector("[data-tick-found]");
  const count = found?.checked ? found.dataset.tickFound : String(chosen);
  for (const place of scope.querySelectorAll("[data-batch-count]")) place.textContent = count;
  const all = scope.querySelector("[data-tick-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

export function startTicks() {
  document.addEventListener("change", (event) => {
    const scope = event.target.closest("form");
    if (!scope || !event.target.matches("[data-tick], [data-tick-all], [data-tick-found]")) return;
    if (event.target.matches("[data-tick-all]")) {
      for (const box of scope.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
    }
    refresh(scope);
  });
  // A browser that comes back to a page has kept its boxes.
  window.addEventListener("pageshow", () => {
    const scopes = [...document.querySelectorAll("[data-batch-count]")].map((place) => place.closest("form"));
    for (const scope of new Set(scopes)) if (scope) refresh(scope);
  });
}
