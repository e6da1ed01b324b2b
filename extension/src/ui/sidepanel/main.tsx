import { Manager } from '../components/manager.js';
import { mount } from '../mount.js';

mount(Manager);
