import { Popup } from '../components/popup.js';
import { mount } from '../mount.js';

mount(Popup);
