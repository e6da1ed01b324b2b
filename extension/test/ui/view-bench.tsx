import { render, type ComponentType } from 'preact';
import { VirtualClock } from '../../../shared/engine/test/mocks/virtual-clock.js';
import { StoreProvider } from '../../src/ui/state/context.js';
import type { Shell } from '../../src/ui/state/shell.js';
import { Store } from '../../src/ui/state/store.js';
import { sampleTorrent } from '../rpc/samples.js';
import { FakeEngine } from './fake-engine.js';
import { fakeShell } from './fake-shell.js';

/** Where the view of the test before is; unmounted, so that it hears nothing any more. */
let mounted: HTMLElement | undefined;

/** A view in a document of its own on a fake engine. */
export class ViewBench {
  /** What a torrent is like of which nothing else is said. */
  readonly sample = sampleTorrent();
  readonly clock = new VirtualClock();
  readonly engine = new FakeEngine(this.clock);
  readonly shell: ReturnType<typeof fakeShell>;
  readonly store: Store;

  constructor(shell: Partial<Shell> = {}) {
    if (mounted) render(null, mounted);
    document.body.replaceChildren();
    localStorage.clear();
    this.shell = fakeShell(shell);
    this.store = new Store(this.engine.createRpc, this.shell);
  }

  async show(View: ComponentType): Promise<void> {
    mounted = document.createElement('div');
    document.body.append(mounted);
    render(
      <StoreProvider value={this.store}>
        <View />
      </StoreProvider>,
      mounted,
    );
    await this.settle();
  }

  /** Lets messages arrive, deltas fall due and the page follow. */
  async settle(): Promise<void> {
    await this.clock.advance(1000);
    // Preact draws on the page's own timers.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** The only element that `selector` finds, or throws. */
  get(selector: string): HTMLElement {
    const [found, ...others] = document.querySelectorAll<HTMLElement>(selector);
    if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} of ${selector}`);
    return found;
  }

  /** The button with exactly this text or label. */
  button(name: string): HTMLButtonElement {
    const named = [...document.querySelectorAll('button')].filter(
      (button) => (button.getAttribute('aria-label') ?? button.textContent).trim() === name,
    );
    const [button] = named;
    if (!button) throw new Error(`no button ${name}`);
    return button;
  }

  async click(name: string): Promise<void> {
    this.button(name).click();
    await this.settle();
  }

  /** Types into the field of this name. */
  async type(label: string, text: string): Promise<void> {
    const field = this.get(`input[aria-label="${label}"]`) as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await this.settle();
  }

  async press(element: HTMLElement, key: string): Promise<void> {
    element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await this.settle();
  }

  row(torrentId: string): HTMLElement {
    return this.get(`[data-torrent="${torrentId}"]`);
  }

  get text(): string {
    return document.body.textContent;
  }
}
