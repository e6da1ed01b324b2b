import type { IClock, ITimer } from '../interfaces/clock.js';
import type { ClientSettings } from './settings.js';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WEEK_DAYS = 7;
/** 1 January 1970 was a Thursday; Sunday is 0. */
const FIRST_WEEKDAY = 4;

type Schedule = Pick<ClientSettings, 'turtleScheduleDays' | 'turtleScheduleFromMinute' | 'turtleScheduleToMinute'>;

type TurtleSettings = Schedule &
  Pick<
    ClientSettings,
    | 'enableTurtle'
    | 'enableTurtleSchedule'
    | 'turtleExceptionUntil'
    | 'turtleDownloadLimitBytesPerSecond'
    | 'turtleUploadLimitBytesPerSecond'
    | 'downloadLimitBytesPerSecond'
    | 'uploadLimitBytesPerSecond'
  >;

/** Whether a schedule names this minute, counted from 1 January 1970 in local time. */
export function isScheduled(schedule: Schedule, localMinute: number): boolean {
  const { turtleScheduleDays: days, turtleScheduleFromMinute: from, turtleScheduleToMinute: to } = schedule;
  const length = (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const day = Math.floor(localMinute / DAY_MINUTES);
  const minute = localMinute - day * DAY_MINUTES;
  const isChosen = (someDay: number) => (days & (1 << ((someDay + FIRST_WEEKDAY) % WEEK_DAYS))) !== 0;
  const beganToday = isChosen(day) && minute >= from && minute < from + length;
  return beganToday || (isChosen(day - 1) && minute + DAY_MINUTES < from + length);
}

/** The first minute after `localMinute` at which a schedule says the contrary; undefined when it always says the same. */
export function nextChange(schedule: Schedule, localMinute: number): number | undefined {
  const now = isScheduled(schedule, localMinute);
  const today = Math.floor(localMinute / DAY_MINUTES) * DAY_MINUTES;
  const edges = [schedule.turtleScheduleFromMinute, schedule.turtleScheduleToMinute].sort((a, b) => a - b);
  for (let day = 0; day <= WEEK_DAYS; day++) {
    for (const edge of edges) {
      const candidate = today + day * DAY_MINUTES + edge;
      if (candidate > localMinute && isScheduled(schedule, candidate) !== now) return candidate;
    }
  }
  return undefined;
}

const SCHEDULE_SETTINGS = [
  'enableTurtleSchedule',
  'turtleScheduleDays',
  'turtleScheduleFromMinute',
  'turtleScheduleToMinute',
] as const;

/** Changes of settings with what follows from them: another schedule knows no exceptions of the one before. */
export function withFreshSchedule(changes: Partial<ClientSettings>): Partial<ClientSettings> {
  const isOther = SCHEDULE_SETTINGS.some((name) => changes[name] !== undefined);
  return isOther ? { turtleExceptionUntil: 0, ...changes } : changes;
}

/** Says when the slow limits hold: by hand, or by the clock of the place where it runs. */
export class Turtle {
  readonly #clock: IClock;
  readonly #settings: () => TurtleSettings;
  readonly #onChange: () => void;
  #wasOn = false;
  #timer: ITimer | undefined;

  /** `onChange`: the limits are others now, by the schedule. */
  constructor(options: {
    readonly clock: IClock;
    readonly settings: () => TurtleSettings;
    readonly onChange: () => void;
  }) {
    this.#clock = options.clock;
    this.#settings = options.settings;
    this.#onChange = options.onChange;
  }

  get isOn(): boolean {
    const settings = this.#settings();
    if (!settings.enableTurtleSchedule) return settings.enableTurtle;
    const isException = this.#clock.wallTime() < settings.turtleExceptionUntil;
    return isScheduled(settings, this.#localMinute()) !== isException;
  }

  /** Those that hold now. */
  get limits(): Pick<ClientSettings, 'downloadLimitBytesPerSecond' | 'uploadLimitBytesPerSecond'> {
    const settings = this.#settings();
    if (!this.isOn) return settings;
    return {
      downloadLimitBytesPerSecond: settings.turtleDownloadLimitBytesPerSecond,
      uploadLimitBytesPerSecond: settings.turtleUploadLimitBytesPerSecond,
    };
  }

  /** The settings that switch it by hand. Against a schedule that holds until the schedule changes its mind, also after a restart. */
  switched({ isOn }: { readonly isOn: boolean }): Partial<ClientSettings> {
    const settings = this.#settings();
    if (!settings.enableTurtleSchedule) return { enableTurtle: isOn };
    const minute = this.#localMinute();
    if (isScheduled(settings, minute) === isOn) return { turtleExceptionUntil: 0 };
    const until = nextChange(settings, minute) ?? minute + WEEK_DAYS * DAY_MINUTES;
    return { turtleExceptionUntil: (until - this.#clock.utcOffsetMinutes()) * MINUTE_MS };
  }

  /** Looks at the clock, and again every minute while there is a schedule: clocks jump. Called when settings change. */
  follow(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#wasOn = this.isOn;
    if (!this.#settings().enableTurtleSchedule) return;
    const toNextMinuteMs = MINUTE_MS - (this.#clock.wallTime() % MINUTE_MS);
    this.#timer = this.#clock.setTimer(toNextMinuteMs, () => {
      const wasOn = this.#wasOn;
      this.follow();
      if (this.#wasOn !== wasOn) this.#onChange();
    });
  }

  close(): void {
    this.#timer?.cancel();
  }

  #localMinute(): number {
    return Math.floor(this.#clock.wallTime() / MINUTE_MS) + this.#clock.utcOffsetMinutes();
  }
}
