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
  alreadyListedTrackers_other: '已在列表中。已从此链接添加 {count} 个 Tracker。',
  linkWaits: '有链接等待你的确认',
  downloadThis: '下载这个？',
  addItsTrackers: '添加其 Tracker',
  dismiss: '忽略',
  linkRefusedLabel: '无法添加的链接',
  linkRefused: '无法添加此链接',
  noLinkWaits: '没有等待的链接。',
  showDownloads: '显示下载',
  chosenOf_other: '{count} 个文件中的 {chosen} 个，{size}',
  roomInBrowser:
    '这需要 {needed}，而磁盘可用空间为 {free}。请少选一些文件，或选择一个文件夹：文件会逐个存入那里，也可以更大。',
  roomFileAfterFile: '浏览器所在磁盘的可用空间为 {free}。因此文件会逐个下载：每个文件存入您的文件夹后就会腾出空间。',
  roomInParts:
    '浏览器所在磁盘的可用空间为 {free}。因此文件会逐个下载，最大的文件会分成几部分，最后在您的文件夹中合并；合并时该文件夹所在磁盘需要两倍于该文件的空间。',
  roomPick: '下载到文件夹…',
  allFiles: '所有文件',
  allMatching_other: '全部 {count} 个匹配项',
  filterFiles: '查找文件',
  noFileMatches: '没有匹配的文件。',
  addMore: '新下载的更多选项',
  addStart: '立即开始',
  addStopped: '添加，稍后开始',
  addFirst: '排在队列最前',
  addTitle: '添加下载',
};
