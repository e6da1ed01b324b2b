import { Setup } from '../components/setup.js';
import { mount } from '../mount.js';

mount(Setup);
