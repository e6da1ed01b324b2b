/** Adding downloads. */
export const ADD = {
  addField: 'Magnet link or address of a .torrent file',
  addPlaceholder: 'Magnet link or .torrent address',
  chooseFiles: 'Choose files',
  chooseFilesHint: 'Choose the files you want before anything is downloaded',
  openTorrent: 'Open .torrent',
  whereNewGo: 'Where new downloads go',
  dropToAdd: 'Drop to add',
  alreadyListed: 'This download is already in the list.',
  alreadyListedTrackers_one: 'Already in the list. It gained one tracker of this link.',
  alreadyListedTrackers_other: 'Already in the list. It gained {count} trackers of this link.',

  linkWaits: 'A link waits for your answer',
  downloadThis: 'Download this?',
  addItsTrackers: 'Add its trackers',
  dismiss: 'Dismiss',
  linkRefusedLabel: 'A link that cannot be added',
  linkRefused: 'This link cannot be added',
  noLinkWaits: 'No link waits for you.',
  showDownloads: 'Show downloads',

  roomInBrowser:
    'This needs {needed}, and the disk has room for {free}. Choose fewer files, or pick a folder: there they come one after the other, and may be bigger.',
  roomFileAfterFile:
    'The disk beside the browser has room for {free}. So the files come one after the other: each makes room when it is in your folder.',
  roomInParts:
    'The disk beside the browser has room for {free}. So the files come one after the other, and the biggest in parts, which are put together in your folder at the end; for that, its disk needs room for such a file twice.',
  roomPick: 'Download to a folder…',
  chosenOf_one: '{chosen} of {count} file, {size}',
  chosenOf_other: '{chosen} of {count} files, {size}',
  allFiles: 'All files',
  allMatching_one: 'The one that matches',
  allMatching_other: 'All {count} that match',
  filterFiles: 'Find files',
  noFileMatches: 'No file has that in its name.',
  addMore: 'More for new downloads',
  addStart: 'Start at once',
  addStopped: 'Add, start later',
  addFirst: 'First in the queue',
  addTitle: 'Add a download',
} as const;
