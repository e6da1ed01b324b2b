import { runEngineHost } from './engine-host.js';

runEngineHost();
