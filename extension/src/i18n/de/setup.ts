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
  stepDone: '(erledigt)',
  stepHelper: 'Das Hilfsprogramm installieren',
  stepLinks: 'Magnet-Links mit JSTorrent öffnen',
  askAgain: 'Noch einmal fragen',
  openMagnetLinks: 'Magnet-Links öffnen',
  notReady: 'Downloads lassen sich schon hinzufügen; sie beginnen, sobald das Hilfsprogramm da ist.',
  setupLead: 'Drei Schritte, von denen jeder warten kann, und ein erster Download.',
  stepHelperGives: 'Damit erreicht Chrome andere Teilnehmer. Ohne kann nichts aus dem Netz geladen werden.',
  stepLinksText:
    'Dann genügt ein Klick auf einen Magnet-Link auf irgendeiner Webseite. Chrome fragt einmal: „Zulassen“ wählen.',
  stepLinksAsked:
    'Chrome fragt am oberen Rand dieses Fensters: „Zulassen“ wählen. Was gewählt wurde, sagt es uns nicht; danach also auf „Weiter“.',
  stepFolder: 'Einen Ordner wählen',
  stepFolderGives:
    'Fertige Dateien kommen dann von selbst dorthin. Ohne Ordner bleiben sie im Browser und werden mit einem Klick gespeichert.',
  stepSkipped: '(übersprungen)',
  skip: 'Überspringen',
  goOn: 'Weiter',
  doItNow: 'Jetzt erledigen',
  stepOf: 'Schritt {number} von {total}: {title}',
  firstDownload: 'Der erste Download',
  firstDownloadText:
    'Einen Link einfügen oder die Demo ausprobieren: eine Minute Musik, Stück für Stück aus JSTorrent selbst geladen. Sie braucht kein Netz und lässt sich jederzeit entfernen.',
  tryDemo: 'Demo ausprobieren',
  demoLabel: 'Demo',
  openJsTorrent: 'JSTorrent öffnen',
};
