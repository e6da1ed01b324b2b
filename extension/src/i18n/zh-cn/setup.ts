import type { SETUP as ENGLISH } from '../en/setup.js';
import type { Translation } from '../translation.js';

export const SETUP: Translation<typeof ENGLISH> = {
  helper: '辅助程序',
  helperMissing: '未安装辅助程序',
  helperMissingText:
    'Chrome 自身无法连接其他用户：由一个小型辅助程序完成。在终端中运行一次以下命令。你的下载会保留，并在它就绪后自动继续。',
  helperOld: '辅助程序版本过旧',
  helperOldText: '此版本的 JSTorrent 需要更新的辅助程序。在终端中运行以下命令；之后下载会自动继续。',
  extensionOld: 'JSTorrent 版本过旧',
  extensionOldText: '辅助程序比此扩展更新。打开 chrome://extensions 并点击“更新”；之后下载会自动继续。',
  helperLooking: '正在查找辅助程序…',
  helperRunning: '辅助程序正在运行（版本 {version}）。',
  helperWaiting: '{problem}。正在等待…',
  checkAgain: '再次检查',
  stepByStep: '分步指引',
  copied: '已复制',
  copyCommand: '复制命令',
  setupTitle: '设置 JSTorrent',
  setupLead: '两个小步骤，即可直接在 Chrome 中下载。',
  stepDone: '（已完成）',
  stepHelper: '安装辅助程序',
  stepLinks: '用 JSTorrent 打开磁力链接',
  stepLinksText: '之后在任意网页点击磁力链接即可。Chrome 会询问一次：请选择“允许”。',
  stepLinksAsked: 'Chrome 会在此窗口顶部询问。选择“允许”即完成此步；Chrome 不会通知我们，所以不会显示对勾。',
  askAgain: '再次询问',
  openMagnetLinks: '打开磁力链接',
  stepDownload: '下载点什么',
  allReady: '一切就绪。',
  notReady: '现在就可以添加下载；辅助程序就绪后开始。',
  openJsTorrent: '打开 JSTorrent',
};
