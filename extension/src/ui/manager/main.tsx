import { SETTINGS_HASH } from '../../rpc/pages.js';
import { Manager } from '../components/manager.js';
import { mount } from '../mount.js';

const store = mount(Manager);

/** The address says it once: whoever closes the settings and loads the page anew wants the list. */
function takeHash(): void {
  if (location.hash !== SETTINGS_HASH) return;
  history.replaceState(null, '', location.pathname);
  store.areSettingsOpen.value = true;
}

takeHash();
addEventListener('hashchange', takeHash);
