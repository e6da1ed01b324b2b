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

  linkWaits: 'A link waits for your answer',
  downloadThis: 'Download this?',
  dismiss: 'Dismiss',
  linkRefusedLabel: 'A link that cannot be added',
  linkRefused: 'This link cannot be added',
  noLinkWaits: 'No link waits for you.',
  showDownloads: 'Show downloads',

  chosenOf_one: '{chosen} of {count} file, {size}',
  chosenOf_other: '{chosen} of {count} files, {size}',
  allFiles: 'All files',
} as const;
