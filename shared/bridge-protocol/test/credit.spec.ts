import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CreditBudget,
  CreditReceiver,
  CreditSender,
  decodeCredit,
  encodeCredit,
  INITIAL_CREDIT_BYTES,
  MAX_CREDIT_BYTES,
  MAX_TCP_SOCKETS,
  MINIMUM_CREDIT_BYTES,
  TOTAL_CREDIT_BYTES,
  UDP_CREDIT_BYTES,
} from '@jstorrent/bridge-protocol';

describe('credit', () => {
  it('never runs dry for a consumer that keeps up, and never exceeds the window', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 64 * 1024 }), { minLength: 1, maxLength: 300 }), (reads) => {
        const sender = new CreditSender();
        const receiver = CreditReceiver.forTcp(new CreditBudget());
        sender.grant(receiver.start());
        expect(sender.available).toBe(INITIAL_CREDIT_BYTES);
        for (const bytes of reads) {
          expect(sender.available).toBeGreaterThanOrEqual(bytes);
          sender.spend(bytes);
          receiver.received(bytes);
          const granted = receiver.consumed(bytes);
          if (granted > 0) sender.grant(granted);
          expect(sender.available).toBeLessThanOrEqual(MAX_CREDIT_BYTES);
        }
      }),
    );
  });

  it('doubles with use to 4 MiB', () => {
    const receiver = CreditReceiver.forTcp(new CreditBudget());
    let outstanding = receiver.start();
    let most = outstanding;
    for (let read = 0; read < 1000; read++) {
      receiver.received(32 * 1024);
      outstanding += receiver.consumed(32 * 1024) - 32 * 1024;
      most = Math.max(most, outstanding);
    }
    expect(most).toBeGreaterThan(MAX_CREDIT_BYTES - 32 * 1024);
    expect(most).toBeLessThanOrEqual(MAX_CREDIT_BYTES);
  });

  it('is not granted for bytes that nobody has used up', () => {
    const receiver = CreditReceiver.forTcp(new CreditBudget());
    receiver.received(receiver.start());
    expect(() => receiver.received(1)).toThrow(expect.objectContaining({ code: 'credit-overflow' }));
    expect(receiver.consumed(1000)).toBe(0);
    expect(receiver.consumed(INITIAL_CREDIT_BYTES / 4)).toBe(INITIAL_CREDIT_BYTES / 4 + 1000);
  });

  it('stays within the budget over all sockets but for the minimum, and comes back on close', () => {
    const budget = new CreditBudget();
    const receivers = Array.from({ length: MAX_TCP_SOCKETS }, () => CreditReceiver.forTcp(budget));
    const grants = receivers.map((receiver) => receiver.start());
    expect(Math.min(...grants)).toBe(MINIMUM_CREDIT_BYTES);
    const total = grants.reduce((sum, bytes) => sum + bytes, 0);
    expect(total).toBeLessThanOrEqual(TOTAL_CREDIT_BYTES + MAX_TCP_SOCKETS * MINIMUM_CREDIT_BYTES);
    for (const receiver of receivers) {
      receiver.close();
      receiver.close();
    }
    expect(CreditReceiver.forTcp(budget).start()).toBe(INITIAL_CREDIT_BYTES);
  });

  it('of a UDP socket has a fixed window', () => {
    const receiver = CreditReceiver.forUdp();
    let outstanding = receiver.start();
    for (let datagram = 0; datagram < 1000; datagram++) {
      receiver.received(1500);
      outstanding += receiver.consumed(1500) - 1500;
      expect(outstanding).toBeLessThanOrEqual(UDP_CREDIT_BYTES);
    }
    expect(outstanding).toBeGreaterThan(UDP_CREDIT_BYTES / 2);
  });

  it('hostile 54: 1 GiB, nothing, a fraction of a u32, or too much in all is refused', () => {
    expect(() => decodeCredit(encodeCredit(2 ** 30))).toThrow(expect.objectContaining({ code: 'credit-too-large' }));
    expect(() => decodeCredit(encodeCredit(0))).toThrow(expect.objectContaining({ code: 'bad-payload' }));
    expect(() => decodeCredit(Uint8Array.of(0, 1, 0))).toThrow(expect.objectContaining({ code: 'bad-payload' }));
    const sender = new CreditSender();
    sender.grant(decodeCredit(encodeCredit(MAX_CREDIT_BYTES)));
    expect(() => sender.grant(1)).toThrow(expect.objectContaining({ code: 'credit-too-large' }));
    expect(sender.available).toBe(MAX_CREDIT_BYTES);
  });
});
