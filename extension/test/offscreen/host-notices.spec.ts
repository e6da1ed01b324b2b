import { beforeEach, describe, expect, it } from 'vitest';
import { HostNotices } from '../../src/offscreen/host-notices.js';

let changes: number;
let notices: HostNotices;

beforeEach(() => {
  changes = 0;
  notices = new HostNotices(() => changes++);
});

describe('notices of the host', () => {
  it('stay until they are closed', () => {
    notices.add('v2-unsupported', 'New');
    notices.add('no-info-hash', 'Broken');
    expect(notices.list).toMatchObject([
      { code: 'v2-unsupported', subject: 'New' },
      { code: 'no-info-hash', subject: 'Broken' },
    ]);
    notices.dismiss(notices.list[0]?.noticeId ?? '');
    expect(notices.list.map(({ subject }) => subject)).toEqual(['Broken']);
    expect(changes).toBe(3);
  });

  it('hostile 46: a thousand bad links are a few, one of them clicked a thousand times is one', () => {
    for (let click = 0; click < 1000; click++) notices.add('v2-unsupported', 'same');
    expect(changes).toBe(1);
    for (let index = 0; index < 1000; index++) notices.add('v2-unsupported', `${index} ${'x'.repeat(1000)}`);
    expect(notices.list.map(({ subject }) => subject.slice(0, 3))).toEqual(['995', '996', '997', '998', '999']);
    expect(new Set(notices.list.map(({ noticeId }) => noticeId)).size).toBe(5);
    expect(notices.list[0]?.subject).toHaveLength(200);
  });

  it('hostile 45: have no controls and no marks that turn text around', () => {
    notices.add('no-info-hash', 'a\u202eb\u0007');
    expect(notices.list[0]?.subject).toBe('a\ufffdb\ufffd');
  });
});
