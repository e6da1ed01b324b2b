/** The helper, and what is done once. */
export const SETUP = {
  helper: 'Helper',
  helperMissing: 'The helper is not installed',
  helperMissingText:
    'Chrome cannot reach other peers by itself: a small helper program does that. Run this once in a terminal. Your downloads are kept and go on by themselves as soon as it is there.',
  helperOld: 'The helper is too old',
  helperOldText:
    'This version of JSTorrent needs a newer helper. Run this in a terminal; downloads go on by themselves afterwards.',
  extensionOld: 'JSTorrent is too old',
  extensionOldText:
    'The helper is newer than this extension. Open chrome://extensions and press “Update”; downloads go on by themselves afterwards.',
  helperLooking: 'Looking for the helper…',
  helperRunning: 'The helper is running (version {version}).',
  helperWaiting: '{problem}. Waiting for it…',
  checkAgain: 'Check again',
  stepByStep: 'Step by step',
  copied: 'Copied',
  copyCommand: 'Copy the command',

  setupTitle: 'Set up JSTorrent',
  setupLead: 'Two small things, and downloads run right inside Chrome.',
  stepDone: '(done)',
  stepHelper: 'Install the helper',
  stepLinks: 'Open magnet links with JSTorrent',
  stepLinksText: 'Then a click on a magnet link on any web page is all it takes. Chrome asks once: choose “Allow”.',
  stepLinksAsked:
    'Chrome asks at the top of this window. With “Allow” this step is done; Chrome does not tell us, so no tick appears.',
  askAgain: 'Ask again',
  openMagnetLinks: 'Open magnet links',
  stepDownload: 'Download something',
  allReady: 'All is ready.',
  notReady: 'You can add downloads already; they start once the helper is there.',
  openJsTorrent: 'Open JSTorrent',
} as const;
