import type { ADD as ENGLISH } from '../en/add.js';
import type { Translation } from '../translation.js';

export const ADD: Translation<typeof ENGLISH> = {
  addField: '磁力链接或 .torrent 文件的网址',
  addPlaceholder: '磁力链接或 .torrent 网址',
  chooseFiles: '选择文件',
  chooseFilesHint: '下载之前先选择想要的文件',
  openTorrent: '打开 .torrent',
  whereNewGo: '新下载的位置',
  dropToAdd: '松开以添加',
  alreadyListed: '此下载已在列表中。',
  linkWaits: '有链接等待你的确认',
  downloadThis: '下载这个？',
  dismiss: '忽略',
  linkRefusedLabel: '无法添加的链接',
  linkRefused: '无法添加此链接',
  noLinkWaits: '没有等待的链接。',
  showDownloads: '显示下载',
  chosenOf_other: '{count} 个文件中的 {chosen} 个，{size}',
  allFiles: '所有文件',
};
