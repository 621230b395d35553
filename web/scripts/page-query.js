// The query of this page's own address.

export const asked = new URLSearchParams(location.search);

/** An identifier that it names, or null; nothing else may get into a path. */
export function idFromQuery(name) {
  const given = asked.get(name) ?? "";
  return /^[\w-]{1,64}$/.test(given) ? given : null;
}
