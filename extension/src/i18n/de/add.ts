import type { ADD as ENGLISH } from '../en/add.js';
import type { Translation } from '../translation.js';

export const ADD: Translation<typeof ENGLISH> = {
  addField: 'Magnet-Link oder Adresse einer .torrent-Datei',
  addPlaceholder: 'Magnet-Link oder .torrent-Adresse',
  chooseFiles: 'Dateien auswählen',
  chooseFilesHint: 'Die gewünschten Dateien auswählen, bevor etwas geladen wird',
  openTorrent: '.torrent öffnen',
  whereNewGo: 'Wohin neue Downloads kommen',
  dropToAdd: 'Zum Hinzufügen loslassen',
  alreadyListed: 'Dieser Download ist schon in der Liste.',
  alreadyListedTrackers_one: 'Schon in der Liste. Ein Tracker aus diesem Link kam dazu.',
  alreadyListedTrackers_other: 'Schon in der Liste. {count} Tracker aus diesem Link kamen dazu.',
  linkWaits: 'Ein Link wartet auf Antwort',
  downloadThis: 'Das herunterladen?',
  addItsTrackers: 'Seine Tracker übernehmen',
  dismiss: 'Verwerfen',
  linkRefusedLabel: 'Ein Link, der nicht hinzugefügt werden kann',
  linkRefused: 'Dieser Link kann nicht hinzugefügt werden',
  noLinkWaits: 'Kein Link wartet.',
  showDownloads: 'Downloads zeigen',
  chosenOf_one: '{chosen} von {count} Datei, {size}',
  chosenOf_other: '{chosen} von {count} Dateien, {size}',
  roomInBrowser:
    'Das braucht {needed}, und auf dem Datenträger sind {free} frei. Wähle weniger Dateien oder einen Ordner: Dort kommen sie nacheinander an und dürfen größer sein.',
  roomFileAfterFile:
    'Auf dem Datenträger des Browsers sind {free} frei. Darum kommen die Dateien nacheinander: Jede macht Platz, sobald sie in deinem Ordner ist.',
  roomInParts:
    'Auf dem Datenträger des Browsers sind {free} frei. Darum kommen die Dateien nacheinander, die größten in Teilen, die am Ende in deinem Ordner zusammengefügt werden; dafür braucht dessen Datenträger Platz für zweimal so eine Datei.',
  roomPick: 'In einen Ordner laden…',
  allFiles: 'Alle Dateien',
  allMatching_one: 'Der eine Treffer',
  allMatching_other: 'Alle {count} Treffer',
  filterFiles: 'Dateien suchen',
  noFileMatches: 'Keine Datei heißt so.',
  addMore: 'Mehr für neue Downloads',
  addStart: 'Sofort starten',
  addStopped: 'Hinzufügen, später starten',
  addFirst: 'Zuerst in der Warteschlange',
  addTitle: 'Download hinzufügen',
};
