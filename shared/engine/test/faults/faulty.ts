import type { FaultInjector } from './fault-injector.js';
import type { OperationName } from './fault-plan.js';

/** The typed error of an interface, for what was done to `target`. `code` is undefined for a tear. */
export type ErrorOf = (target: string, code: string | undefined) => Error;

/** One interface of the host whose operations go through a {@link FaultInjector}. */
export abstract class Faulty {
  constructor(
    protected readonly faults: FaultInjector,
    private readonly errorOf: ErrorOf,
  ) {}

  /** `part`: what happens of it when it tears or death cuts it short; without it, nothing. */
  protected run<T>(
    name: OperationName,
    target: string,
    whole: () => Promise<T>,
    part?: () => Promise<unknown>,
  ): Promise<T> {
    const error = (code: string | undefined) => this.errorOf(target, code);
    return this.faults.run(name, target, { whole, ...(part && { part }), error });
  }
}
