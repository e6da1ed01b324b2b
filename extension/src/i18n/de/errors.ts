import type { ERRORS as ENGLISH } from '../en/errors.js';
import type { Translation } from '../translation.js';

export const ERRORS: Translation<typeof ENGLISH> = {
  errNotMagnet: 'Das ist weder ein Magnet-Link („magnet:…“) noch die Web-Adresse einer .torrent-Datei.',
  errUnreadableMagnet: 'JSTorrent kann diesen Magnet-Link nicht lesen.',
  errV2Unsupported: 'Dieser Torrent ist nur von der neuen Art (v2), die JSTorrent noch nicht herunterladen kann.',
  errNotTorrentFile: 'Nur .torrent-Dateien und Magnet-Links können hinzugefügt werden.',
  errOverLimit: 'Diese .torrent-Datei ist zu groß.',
  errUnreadableFile: 'Das ist keine brauchbare .torrent-Datei.',
  errEmpty: 'In dieser .torrent-Datei gibt es nichts herunterzuladen.',
  errDns: 'Einen Server dieses Namens gibt es nicht.',
  errConnect: 'Dieser Server ist nicht erreichbar.',
  errTls: 'Dieser Server kann nicht beweisen, wer er ist (sein Zertifikat ist falsch), darum wurde nichts geholt.',
  errTimeout: 'Der Server hat nicht rechtzeitig geantwortet.',
  errTooLarge: 'Die Datei an dieser Adresse ist zu groß für eine .torrent-Datei.',
  errBlockedAddress: 'Diese Adresse liegt im eigenen Netz, von wo JSTorrent nichts holt.',
  errTooManyRedirects: 'Der Server schickt JSTorrent im Kreis.',
  errBadResponse: 'Die Antwort des Servers ergibt keinen Sinn.',
  errBadUrl: 'Von dieser Adresse kann nichts geholt werden.',
  errBridgeLost: 'Nur das Hilfsprogramm kann das holen, und es ist jetzt nicht da.',
  errHttpNotFound: 'Unter dieser Adresse gibt es nichts.',
  errHttpForbidden: 'Der Server gibt diese Datei nicht jedem. Im Browser speichern, dann hier öffnen.',
  errHttpStatus: 'Der Server hat ein Problem und hat die Datei nicht geschickt.',
  errNotTracker:
    'Das ist keine Adresse eines Trackers. Sie beginnt mit „http://“, „https://“ oder „udp://“ und einem Namen.',
  errKnownTracker: 'Dieser Tracker ist schon in der Liste.',
  errTooManyTrackers: 'Dieser Torrent hat schon so viele Tracker, wie er haben kann.',
  errUnknownTorrent: 'Dieser Download ist nicht mehr in der Liste.',
  errUnknownPending: 'Dieser Link wurde schon beantwortet.',
  errDisconnected: 'Die Verbindung zu JSTorrent ging verloren. Bitte noch einmal versuchen.',
  errNoPermission:
    'Chrome lässt JSTorrent nicht unter Downloads speichern. Jede Datei kann weiterhin einzeln gespeichert werden.',
  errSaveCancelled: 'Das Speichern wurde abgebrochen.',
  errFolderRefused:
    'Chrome lässt JSTorrent dort nicht schreiben. Ein anderer Ordner geht vielleicht: etwa einer in Downloads.',
  errFolderInUse:
    'Einige Downloads kommen in diesen Ordner oder lassen sich noch zurückholen. Erst aus der Liste entfernen; ihre Dateien können bleiben.',
  errRootMissing: 'Diesen Ordner gibt es nicht mehr. Einen anderen wählen.',
  errNoMetadata: 'Die Dateien dieses Downloads sind noch nicht bekannt.',
  errFilesNotFound:
    'Keine seiner Dateien ist in diesem Ordner, nach Name und Größe. Den Ordner wählen, in dem sie sind.',
  errFilesOfAnother:
    'Diese Dateien gehören zu einem anderen Download der Liste. Einen Ordner mit einer anderen Kopie wählen.',
  errFilesLeftBehind:
    'Einige seiner Dateien sind nur im jetzigen Ordner. Alle in den neuen Ordner legen, dann noch einmal versuchen.',
  errFilesChanged:
    'Eine Datei wurde inzwischen geändert, darum bleibt alles, wo es war. Zum Prüfen fortsetzen, dann noch einmal versuchen.',
  errInParts:
    'Eine der Dateien ist so groß, dass sie in Teilen in ihren Ordner kommt. Verschieben geht, sobald sie vollständig ist.',
  errNoRoom: 'Im Browser ist dafür nicht genug Platz, darum bleibt alles, wo es war. Erst Platz schaffen.',
  errPermission: 'Chrome lässt JSTorrent nicht in diesen Ordner. Wieder erlauben, dann noch einmal versuchen.',
  errNotFound:
    'Eine Datei fehlt in ihrem Ordner, darum bleibt alles, wo es war. Zum Prüfen fortsetzen, dann noch einmal versuchen.',
  errNameTaken: 'Dieser Name geht nicht: Etwas hat ihn schon, oder nichts kann so heißen.',
  errExists: 'Etwas mit diesem Namen gibt es dort schon, darum behält alles seinen Namen.',
  errLocked:
    'Ein anderes Programm benutzt eine der Dateien, darum bleibt alles, wo es war. Dort schließen, dann noch einmal versuchen.',
  errOtherDisk: 'Dorthin kann er nicht verschoben werden.',
  errSessionInvalid: 'Diese Datei ist keine exportierte Sitzung von JSTorrent, oder sie ist beschädigt.',
  errSessionNewer: 'Diese Sitzung stammt von einem neueren JSTorrent. Dieses zuerst aktualisieren.',
  errSessionTooLarge: 'Diese Sitzung ist zu groß für eine Datei.',
  errSessionInterrupted: 'Eine andere Ansicht tat gerade dasselbe. Bitte noch einmal versuchen.',
  errFileUnreadable: 'Diese Datei kann nicht gelesen werden.',
  errSaveFailed: 'Die Datei konnte dort nicht gespeichert werden.',
  errOther: 'Das ging nicht. Bitte noch einmal versuchen.',
  errOtherCode: 'Das ging nicht ({code}). Bitte noch einmal versuchen.',
  startProblem:
    'JSTorrent konnte nicht starten und versucht es von selbst wieder. Die Downloads bleiben erhalten. Der Grund: {reason}',
};
