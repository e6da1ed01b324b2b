import type { IClock } from '../interfaces/clock.js';
import type { ClientSettings } from './settings.js';
import { RateLimiters } from './transfer-rates.js';
import { Turtle } from './turtle.js';

/** How much may pass between a client and its peers: the limits of all torrents together, the usual or the slow ones. */
export class Traffic {
  readonly limiters: RateLimiters;
  readonly turtle: Turtle;

  constructor(options: {
    readonly clock: IClock;
    readonly settings: () => ClientSettings;
    /** The schedule has changed the limits. */
    readonly onChange: () => void;
  }) {
    this.limiters = new RateLimiters(options);
    this.turtle = new Turtle({
      ...options,
      onChange: () => {
        this.follow();
        options.onChange();
      },
    });
  }

  /** The settings are others now, or here for the first time. */
  follow(): void {
    this.turtle.follow();
    this.limiters.setLimits(this.turtle.limits);
  }

  close(): void {
    this.turtle.close();
    this.limiters.close();
  }
}
