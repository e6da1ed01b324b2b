import { describe, expect, it } from 'vitest';
import { parseOne } from '../../src/cli/arguments.js';
import { RATE_OPTIONS, rateSettings } from '../../src/cli/rate-options.js';

const settingsOf = (...args: string[]) => rateSettings(parseOne([...args, 'x'], RATE_OPTIONS, 'thing').values);

describe('limits on the command line', () => {
  it('are none unless they are given, in KiB/s, the ratio as a fraction', () => {
    expect(settingsOf()).toEqual({
      downloadLimitBytesPerSecond: 0,
      uploadLimitBytesPerSecond: 0,
      ratioLimitPercent: 0,
    });
    expect(settingsOf('--download-limit', '500', '--upload-limit', '20', '--ratio', '1.5')).toEqual({
      downloadLimitBytesPerSecond: 512_000,
      uploadLimitBytesPerSecond: 20_480,
      ratioLimitPercent: 150,
    });
  });

  it.each([
    ['--download-limit', 'fast'],
    ['--upload-limit', '1.5'],
    ['--upload-limit', ''],
    ['--ratio', '.5'],
    ['--ratio', '1e3'],
  ])('%s %j is refused by its value', (option, value) => {
    expect(() => settingsOf(option, value)).toThrow(`${value} is no`);
  });
});
