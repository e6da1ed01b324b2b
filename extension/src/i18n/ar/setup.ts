import type { SETUP as ENGLISH } from '../en/setup.js';
import type { Translation } from '../translation.js';

export const SETUP: Translation<typeof ENGLISH> = {
  helper: 'البرنامج المساعد',
  helperMissing: 'البرنامج المساعد غير مثبّت',
  helperMissingText:
    'لا يستطيع Chrome الوصول إلى النظراء بنفسه: يفعل ذلك برنامج مساعد صغير. شغّل هذا مرة واحدة في الطرفية. تُحفظ تنزيلاتك وتتابع تلقائيًا حالما يتوفر.',
  helperOld: 'البرنامج المساعد قديم جدًا',
  helperOldText:
    'يحتاج هذا الإصدار من JSTorrent إلى برنامج مساعد أحدث. شغّل هذا في الطرفية؛ ثم تتابع التنزيلات تلقائيًا.',
  extensionOld: 'JSTorrent قديم جدًا',
  extensionOldText:
    'البرنامج المساعد أحدث من هذه الإضافة. افتح chrome://extensions واضغط «تحديث»؛ ثم تتابع التنزيلات تلقائيًا.',
  helperLooking: 'جارٍ البحث عن البرنامج المساعد…',
  helperRunning: 'البرنامج المساعد يعمل (الإصدار {version}).',
  helperWaiting: '{problem}. بانتظاره…',
  checkAgain: 'التحقق من جديد',
  stepByStep: 'خطوة بخطوة',
  copied: 'نُسخ',
  copyCommand: 'نسخ الأمر',
  setupTitle: 'إعداد JSTorrent',
  stepDone: '(تم)',
  stepHelper: 'تثبيت البرنامج المساعد',
  stepLinks: 'فتح روابط الماغنت بواسطة JSTorrent',
  askAgain: 'السؤال من جديد',
  openMagnetLinks: 'فتح روابط الماغنت',
  notReady: 'يمكنك إضافة تنزيلات من الآن؛ تبدأ حالما يتوفر البرنامج المساعد.',
  setupLead: 'ثلاث خطوات يمكن تأجيل كل منها، ثم أول تنزيل.',
  stepHelperGives: 'يتيح لمتصفح Chrome الوصول إلى النظراء. لا يمكن تنزيل شيء من الشبكة دونه.',
  stepLinksText: 'عندها تكفي نقرة على رابط ماغنت في أي صفحة. يسأل Chrome مرة واحدة: اختر «السماح».',
  stepLinksAsked: 'يسأل Chrome أعلى هذه النافذة: اختر «السماح». ولا يخبرنا بما اخترته، فتابع عندما تنتهي.',
  stepFolder: 'اختيار مجلد',
  stepFolderGives: 'تُنقل الملفات المكتملة إليه تلقائيًا. وإلى أن تختار مجلدًا تبقى في المتصفح وتحفظها بنقرة واحدة.',
  stepSkipped: '(تم تخطيها)',
  skip: 'تخطٍّ',
  goOn: 'متابعة',
  doItNow: 'نفّذها الآن',
  stepOf: 'الخطوة {number} من {total}: {title}',
  firstDownload: 'أول تنزيل لك',
  firstDownloadText:
    'الصق رابطًا أو جرّب العرض: دقيقة من الموسيقى تُنزَّل قطعة قطعة من داخل JSTorrent. لا يحتاج إلى شبكة ويمكنك إزالته متى شئت.',
  tryDemo: 'جرّب العرض',
  demoLabel: 'عرض',
  openJsTorrent: 'فتح JSTorrent',
};
