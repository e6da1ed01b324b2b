import {
  HttpError,
  type HttpErrorCode,
  type HttpRequest,
  type HttpResponse,
  type IHttpClient,
} from '../../src/interfaces/http.js';
import type { FaultInjector } from './fault-injector.js';
import { Faulty } from './faulty.js';

/** Requests that go through a {@link FaultInjector}. */
export class FaultyHttpClient extends Faulty implements IHttpClient {
  constructor(
    private readonly inner: IHttpClient,
    faults: FaultInjector,
  ) {
    super(
      faults,
      (url, code) => new HttpError((code ?? 'other') as HttpErrorCode, `${url}: injected, ${code ?? 'torn'}`),
    );
  }

  get(request: HttpRequest): Promise<HttpResponse> {
    return this.run('http.get', request.url, () => this.inner.get(request));
  }
}
