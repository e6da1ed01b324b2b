import { SETTINGS_HASH } from '../../rpc/pages.js';
import { Manager } from '../components/manager.js';
import { mount } from '../mount.js';

const store = mount(Manager);
store.areSettingsOpen.value = location.hash === SETTINGS_HASH;
