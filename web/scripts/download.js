// Downloads a file that the page has made.

import { make } from "./page";

/** Downloads a file to the user's device. */
export function download(file, name) {
  const link = make("a", { href: URL.createObjectURL(file), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}
