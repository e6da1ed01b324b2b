import type { SETUP as ENGLISH } from '../en/setup.js';
import type { Translation } from '../translation.js';

export const SETUP: Translation<typeof ENGLISH> = {
  helper: 'Programa auxiliar',
  helperMissing: 'El programa auxiliar no está instalado',
  helperMissingText:
    'Chrome no puede llegar por sí solo a otros pares: lo hace un pequeño programa auxiliar. Ejecuta esto una vez en un terminal. Tus descargas se conservan y siguen solas en cuanto esté.',
  helperOld: 'El programa auxiliar es demasiado antiguo',
  helperOldText:
    'Esta versión de JSTorrent necesita un auxiliar más nuevo. Ejecuta esto en un terminal; después las descargas siguen solas.',
  extensionOld: 'JSTorrent es demasiado antiguo',
  extensionOldText:
    'El auxiliar es más nuevo que esta extensión. Abre chrome://extensions y pulsa «Actualizar»; después las descargas siguen solas.',
  helperLooking: 'Buscando el programa auxiliar…',
  helperRunning: 'El programa auxiliar está en marcha (versión {version}).',
  helperWaiting: '{problem}. Esperándolo…',
  checkAgain: 'Comprobar de nuevo',
  stepByStep: 'Paso a paso',
  copied: 'Copiado',
  copyCommand: 'Copiar el comando',
  setupTitle: 'Configurar JSTorrent',
  setupLead: 'Dos cosas sencillas y las descargas funcionan dentro de Chrome.',
  stepDone: '(hecho)',
  stepHelper: 'Instala el programa auxiliar',
  stepLinks: 'Abre los enlaces magnet con JSTorrent',
  stepLinksText: 'Así basta un clic en un enlace magnet de cualquier web. Chrome pregunta una vez: elige «Permitir».',
  stepLinksAsked:
    'Chrome pregunta en la parte superior de esta ventana. Con «Permitir» este paso queda hecho; Chrome no nos lo dice, así que no aparece ninguna marca.',
  askAgain: 'Preguntar de nuevo',
  openMagnetLinks: 'Abrir enlaces magnet',
  stepDownload: 'Descarga algo',
  allReady: 'Todo está listo.',
  notReady: 'Ya puedes añadir descargas; empiezan cuando esté el auxiliar.',
  openJsTorrent: 'Abrir JSTorrent',
};
