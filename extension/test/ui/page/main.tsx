import './language.js';
import { render, type ComponentType } from 'preact';
import { setPageLanguage } from '../../../src/i18n/t.js';
import { BrowserClock } from '../../../src/io/browser-clock.js';
import { MagnetIntake } from '../../../src/ui/components/magnet-intake.js';
import { Manager } from '../../../src/ui/components/manager.js';
import { Popup } from '../../../src/ui/components/popup.js';
import { Setup } from '../../../src/ui/components/setup.js';
import { StoreProvider } from '../../../src/ui/state/context.js';
import { Store } from '../../../src/ui/state/store.js';
import { torrentId } from '../../rpc/samples.js';
import { FakeEngine } from '../fake-engine.js';
import { fakeShell } from '../fake-shell.js';
import { SCENES } from './scenes.js';

/* Every view on a fake feed: `?view=manager&scene=busy&open=1`. Never shipped. */

const VIEWS: Readonly<Record<string, ComponentType>> = {
  popup: Popup,
  manager: Manager,
  setup: Setup,
  magnet: MagnetIntake,
};

const query = new URLSearchParams(location.search);
const view = query.get('view') ?? 'manager';
const View = VIEWS[view];
const scene = SCENES[query.get('scene') ?? 'busy'];
if (!View || !scene) throw new Error('No such view or scene');

document.documentElement.dataset['view'] = view;
setPageLanguage();
const engine = new FakeEngine(new BrowserClock());
scene(engine);
const store = new Store(engine.createRpc, fakeShell());
render(
  <StoreProvider value={store}>
    <View />
  </StoreProvider>,
  document.body,
);
const open = query.get('open');
if (open) store.open(torrentId(open));
if (query.has('settings')) store.areSettingsOpen.value = true;
if (query.has('remove')) store.removing.value = [...engine.torrents.values()].slice(0, 1);
