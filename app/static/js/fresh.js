// Elements not seen before: a page is enlivened once at the start and again for every piece htmx brings.

const seen = new Map();

export function fresh(root, selector) {
  if (!seen.has(selector)) seen.set(selector, new WeakSet());
  const known = seen.get(selector);
  const found = [...root.querySelectorAll(selector)];
  if (root.matches?.(selector)) found.unshift(root);
  return found.filter((element) => !known.has(element) && known.add(element));
}
