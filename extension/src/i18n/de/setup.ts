import type { SETUP as ENGLISH } from '../en/setup.js';
import type { Translation } from '../translation.js';

export const SETUP: Translation<typeof ENGLISH> = {
  helper: 'Hilfsprogramm',
  helperMissing: 'Das Hilfsprogramm ist nicht installiert',
  helperMissingText:
    'Chrome kann andere Teilnehmer nicht selbst erreichen: Das macht ein kleines Hilfsprogramm. Dies einmal in einem Terminal ausführen. Die Downloads bleiben erhalten und gehen von selbst weiter, sobald es da ist.',
  helperOld: 'Das Hilfsprogramm ist zu alt',
  helperOldText:
    'Diese Version von JSTorrent braucht ein neueres Hilfsprogramm. Dies in einem Terminal ausführen; die Downloads gehen danach von selbst weiter.',
  extensionOld: 'JSTorrent ist zu alt',
  extensionOldText:
    'Das Hilfsprogramm ist neuer als diese Erweiterung. chrome://extensions öffnen und „Aktualisieren“ drücken; die Downloads gehen danach von selbst weiter.',
  helperLooking: 'Hilfsprogramm wird gesucht…',
  helperRunning: 'Das Hilfsprogramm läuft (Version {version}).',
  helperWaiting: '{problem}. Es wird darauf gewartet…',
  checkAgain: 'Noch einmal prüfen',
  stepByStep: 'Schritt für Schritt',
  copied: 'Kopiert',
  copyCommand: 'Befehl kopieren',
  setupTitle: 'JSTorrent einrichten',
  setupLead: 'Zwei Kleinigkeiten, und Downloads laufen direkt in Chrome.',
  stepDone: '(erledigt)',
  stepHelper: 'Das Hilfsprogramm installieren',
  stepLinks: 'Magnet-Links mit JSTorrent öffnen',
  stepLinksText:
    'Dann genügt ein Klick auf einen Magnet-Link auf irgendeiner Webseite. Chrome fragt einmal: „Zulassen“ wählen.',
  stepLinksAsked:
    'Chrome fragt am oberen Rand dieses Fensters. Mit „Zulassen“ ist dieser Schritt erledigt; Chrome sagt es uns nicht, darum erscheint kein Haken.',
  askAgain: 'Noch einmal fragen',
  openMagnetLinks: 'Magnet-Links öffnen',
  stepDownload: 'Etwas herunterladen',
  allReady: 'Alles ist bereit.',
  notReady: 'Downloads lassen sich schon hinzufügen; sie beginnen, sobald das Hilfsprogramm da ist.',
  openJsTorrent: 'JSTorrent öffnen',
};
