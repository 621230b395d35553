// The token of a link: it stands behind the #, which no server is sent.

export const token = new URLSearchParams(location.hash.slice(1)).get("token");

/** Takes it out of the address and of this tab's history, now that it is of no use. */
export const used = () => history.replaceState(null, "", location.pathname);
