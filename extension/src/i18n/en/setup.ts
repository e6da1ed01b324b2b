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
  stepDone: '(done)',
  stepHelper: 'Install the helper',
  stepLinks: 'Open magnet links with JSTorrent',
  askAgain: 'Ask again',
  openMagnetLinks: 'Open magnet links',
  notReady: 'You can add downloads already; they start once the helper is there.',
  setupLead: 'Three steps, each of which can wait, and a first download.',
  stepHelperGives: 'Lets Chrome reach other peers. Nothing from the network can be downloaded without it.',
  stepLinksText: 'Then a click on a magnet link on any web page is all it takes. Chrome asks once: choose “Allow”.',
  stepLinksAsked:
    'Chrome asks at the top of this window: choose “Allow”. It does not tell us what you chose, so go on when you are done.',
  stepFolder: 'Choose a folder',
  stepFolderGives:
    'Complete files then go there by themselves. Until you choose one, they are kept in the browser, and you save them with one click.',
  stepSkipped: '(skipped)',
  skip: 'Skip',
  goOn: 'Go on',
  doItNow: 'Do it now',
  stepOf: 'Step {number} of {total}: {title}',
  firstDownload: 'Your first download',
  firstDownloadText:
    'Paste a link, or try the demo: a minute of music, downloaded piece by piece from inside JSTorrent. It needs no network, and you can remove it at any time.',
  tryDemo: 'Try the demo',
  demoLabel: 'Demo',
  openJsTorrent: 'Open JSTorrent',
} as const;
