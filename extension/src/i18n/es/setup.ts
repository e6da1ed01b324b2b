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
  stepDone: '(hecho)',
  stepHelper: 'Instala el programa auxiliar',
  stepLinks: 'Abre los enlaces magnet con JSTorrent',
  askAgain: 'Preguntar de nuevo',
  openMagnetLinks: 'Abrir enlaces magnet',
  notReady: 'Ya puedes añadir descargas; empiezan cuando esté el auxiliar.',
  setupLead: 'Tres pasos, que pueden esperar, y una primera descarga.',
  stepHelperGives: 'Permite que Chrome llegue a otros pares. Sin él no se puede descargar nada de la red.',
  stepLinksText: 'Así basta un clic en un enlace magnet de cualquier web. Chrome pregunta una vez: elige «Permitir».',
  stepLinksAsked:
    'Chrome pregunta en la parte superior de esta ventana: elige «Permitir». No nos dice qué elegiste, así que continúa cuando termines.',
  stepFolder: 'Elige una carpeta',
  stepFolderGives:
    'Los archivos completos irán allí solos. Sin carpeta se quedan en el navegador y los guardas con un clic.',
  stepSkipped: '(omitido)',
  skip: 'Omitir',
  goOn: 'Continuar',
  doItNow: 'Hacerlo ahora',
  stepOf: 'Paso {number} de {total}: {title}',
  firstDownload: 'Tu primera descarga',
  firstDownloadText:
    'Pega un enlace o prueba la demo: un minuto de música que se descarga pieza a pieza desde dentro de JSTorrent. No necesita red y puedes quitarla cuando quieras.',
  tryDemo: 'Probar la demo',
  demoLabel: 'Demo',
  openJsTorrent: 'Abrir JSTorrent',
};
