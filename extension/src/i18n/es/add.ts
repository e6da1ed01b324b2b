import type { ADD as ENGLISH } from '../en/add.js';
import type { Translation } from '../translation.js';

export const ADD: Translation<typeof ENGLISH> = {
  addField: 'Enlace magnet o dirección de un archivo .torrent',
  addPlaceholder: 'Enlace magnet o dirección .torrent',
  chooseFiles: 'Elegir archivos',
  chooseFilesHint: 'Elegir los archivos que quieres antes de descargar nada',
  openTorrent: 'Abrir .torrent',
  whereNewGo: 'Adónde van las descargas nuevas',
  dropToAdd: 'Suelta para añadir',
  alreadyListed: 'Esta descarga ya está en la lista.',
  alreadyListedTrackers_one: 'Ya está en la lista. Ha ganado un tracker de este enlace.',
  alreadyListedTrackers_other: 'Ya está en la lista. Ha ganado {count} trackers de este enlace.',
  linkWaits: 'Un enlace espera tu respuesta',
  downloadThis: '¿Descargar esto?',
  addItsTrackers: 'Añadir sus trackers',
  dismiss: 'Descartar',
  linkRefusedLabel: 'Un enlace que no se puede añadir',
  linkRefused: 'Este enlace no se puede añadir',
  noLinkWaits: 'No hay enlaces en espera.',
  showDownloads: 'Mostrar las descargas',
  chosenOf_one: '{chosen} de {count} archivo, {size}',
  chosenOf_other: '{chosen} de {count} archivos, {size}',
  roomInBrowser:
    'Esto necesita {needed}, y en el disco hay sitio para {free}. Elige menos archivos o una carpeta: allí llegan uno tras otro y pueden ser más grandes.',
  roomFileAfterFile:
    'En el disco del navegador hay sitio para {free}. Por eso los archivos llegan uno tras otro: cada uno deja sitio cuando está en tu carpeta.',
  roomInParts:
    'En el disco del navegador hay sitio para {free}. Por eso los archivos llegan uno tras otro, y los más grandes en partes que al final se unen en tu carpeta; para ello su disco necesita sitio para dos veces un archivo así.',
  roomPick: 'Descargar en una carpeta…',
  allFiles: 'Todos los archivos',
  allMatching_one: 'El único resultado',
  allMatching_other: 'Los {count} resultados',
  filterFiles: 'Buscar archivos',
  noFileMatches: 'Ningún archivo se llama así.',
  addMore: 'Más para las descargas nuevas',
  addStart: 'Iniciar enseguida',
  addStopped: 'Añadir e iniciar más tarde',
  addFirst: 'Primera en la cola',
  addTitle: 'Añadir una descarga',
};
