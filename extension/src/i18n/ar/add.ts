import type { ADD as ENGLISH } from '../en/add.js';
import type { Translation } from '../translation.js';

export const ADD: Translation<typeof ENGLISH> = {
  addField: 'رابط ماغنت أو عنوان ملف ‎.torrent',
  addPlaceholder: 'رابط ماغنت أو عنوان ‎.torrent',
  chooseFiles: 'اختيار الملفات',
  chooseFilesHint: 'اختيار الملفات المطلوبة قبل تنزيل أي شيء',
  openTorrent: 'فتح ‎.torrent',
  whereNewGo: 'أين تذهب التنزيلات الجديدة',
  dropToAdd: 'أفلت للإضافة',
  alreadyListed: 'هذا التنزيل في القائمة بالفعل.',
  linkWaits: 'رابط ينتظر جوابك',
  downloadThis: 'تنزيل هذا؟',
  dismiss: 'تجاهل',
  linkRefusedLabel: 'رابط لا يمكن إضافته',
  linkRefused: 'لا يمكن إضافة هذا الرابط',
  noLinkWaits: 'لا رابط ينتظرك.',
  showDownloads: 'إظهار التنزيلات',
  chosenOf_one: '{chosen} من ملف واحد، {size}',
  chosenOf_other: '{chosen} من {count} ملف، {size}',
  chosenOf_zero: '{chosen} من {count} ملف، {size}',
  chosenOf_two: '{chosen} من ملفين، {size}',
  chosenOf_few: '{chosen} من {count} ملفات، {size}',
  chosenOf_many: '{chosen} من {count} ملفًا، {size}',
  roomInBrowser:
    'يحتاج هذا إلى {needed}، وفي القرص متسع لـ {free}. اختر ملفات أقل، أو اختر مجلدًا: هناك تصل الملفات واحدًا تلو الآخر ويمكن أن تكون أكبر.',
  roomFileAfterFile:
    'في قرص المتصفح متسع لـ {free}. لذلك تصل الملفات واحدًا تلو الآخر: كل ملف يفسح المكان عندما يصبح في مجلدك.',
  roomInParts:
    'في قرص المتصفح متسع لـ {free}. لذلك تصل الملفات واحدًا تلو الآخر، وتصل أكبرها على أجزاء تُجمع في مجلدك في النهاية.',
  roomPick: 'التنزيل إلى مجلد…',
  allFiles: 'كل الملفات',
  addMore: 'المزيد للتنزيلات الجديدة',
  addStart: 'البدء فورًا',
  addFirst: 'الأول في الطابور',
};
