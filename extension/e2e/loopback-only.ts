/**
 * Keeps a browser on this machine. Chromium asks Safe Browsing about each file that a page writes to a folder of the user's, and the
 * write ends with the answer: where no name server answers, that takes seconds.
 */
export const LOOPBACK_ONLY =
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE [::1], EXCLUDE localhost';
