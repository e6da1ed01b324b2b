import { plainText } from '@jstorrent/engine';
import type { HostNotice } from '../rpc/types.js';

/** Nobody reads more; the oldest goes. */
const MAX_NOTICES = 5;
/** Every view is sent them with every status. */
const MAX_SUBJECT_CHARS = 200;

/** What happened while no view was there to say it: kept until the user closes it, the same thing once. */
export class HostNotices {
  #notices: readonly HostNotice[] = [];
  #nextId = 1;

  /** `onChange` is called after every change. */
  constructor(private readonly onChange: () => void) {}

  /** Oldest first. */
  get list(): readonly HostNotice[] {
    return this.#notices;
  }

  /** `code`: of the error that tells why; `subject`: what it is about, foreign text. */
  add(code: string, subject: string): void {
    const shown = plainText(subject.slice(0, MAX_SUBJECT_CHARS));
    if (this.#notices.some((notice) => notice.code === code && notice.subject === shown)) return;
    const notice = { noticeId: String(this.#nextId++), code, subject: shown };
    this.#notices = [...this.#notices, notice].slice(-MAX_NOTICES);
    this.onChange();
  }

  /** Fine when it is not there any more. */
  dismiss(noticeId: string): void {
    this.#notices = this.#notices.filter((notice) => notice.noticeId !== noticeId);
    this.onChange();
  }
}
