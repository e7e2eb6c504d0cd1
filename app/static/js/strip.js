// A strip of words that a script puts on the page, as `strip` in templates/components/status.html makes it.

export function strip(kind, words, more = []) {
  const box = document.createElement("div");
  box.className = `strip strip-${kind}`;
  box.setAttribute("role", kind === "red" ? "alert" : "status");
  const text = document.createElement("p");
  text.textContent = words;
  box.append(text, ...more);
  return box;
}
