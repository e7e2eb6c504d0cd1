// Ticked rows of a list: the count in the batch bar, and the box for the whole page.

function refresh(scope) {
  const boxes = [...scope.querySelectorAll("[data-tick]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const place of scope.querySelectorAll("[data-batch-count]")) place.textContent = String(chosen);
  const all = scope.querySelector("[data-tick-all]");
  if (!all) return;
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
}

export function startTicks() {
  document.addEventListener("change", (event) => {
    const scope = event.target.closest("form");
    if (!scope || !event.target.matches("[data-tick], [data-tick-all]")) return;
    if (event.target.matches("[data-tick-all]")) {
      for (const box of scope.querySelectorAll("[data-tick]")) box.checked = event.target.checked;
    }
    refresh(scope);
  });
}
