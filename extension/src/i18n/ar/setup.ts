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
  setupLead: 'أمران صغيران، وتعمل التنزيلات داخل Chrome مباشرة.',
  stepDone: '(تم)',
  stepHelper: 'تثبيت البرنامج المساعد',
  stepLinks: 'فتح روابط الماغنت بواسطة JSTorrent',
  stepLinksText: 'عندها تكفي نقرة على رابط ماغنت في أي صفحة. يسأل Chrome مرة واحدة: اختر «السماح».',
  stepLinksAsked:
    'يسأل Chrome أعلى هذه النافذة. باختيار «السماح» تتم هذه الخطوة؛ ولا يخبرنا Chrome بذلك، فلا تظهر علامة.',
  askAgain: 'السؤال من جديد',
  openMagnetLinks: 'فتح روابط الماغنت',
  stepDownload: 'تنزيل شيء ما',
  allReady: 'كل شيء جاهز.',
  notReady: 'يمكنك إضافة تنزيلات من الآن؛ تبدأ حالما يتوفر البرنامج المساعد.',
  openJsTorrent: 'فتح JSTorrent',
};
