import { render, type ComponentType } from 'preact';
import { setPageLanguage } from '../i18n/t.js';
import { openRpc } from '../rpc/connect.js';
import { createChromeShell } from './state/chrome-shell.js';
import { StoreProvider } from './state/context.js';
import { Store } from './state/store.js';

/** Shows a view in this page and keeps it fed while the page is visible. */
export function mount(View: ComponentType): Store {
  setPageLanguage();
  const store = new Store(openRpc, createChromeShell());
  const followVisibility = (): void => store.rpc.setVisible(document.visibilityState === 'visible');
  document.addEventListener('visibilitychange', followVisibility);
  followVisibility();
  // What nobody else took care of: the user is told all the same.
  addEventListener('unhandledrejection', ({ reason }) => store.failBy(reason));
  render(
    <StoreProvider value={store}>
      <View />
    </StoreProvider>,
    document.body,
  );
  return store;
}
