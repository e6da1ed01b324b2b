import { type CrashScenes, SHAPES } from '@jstorrent/engine/crashes';
import { bridgedHost } from './bridged-host.js';

/** Two shapes by each lane. */
export const BRIDGE_SCENES: CrashScenes = new Map(
  [...SHAPES]
    .filter(([name]) => name === 'single' || name === 'several')
    .flatMap(([name, sample]) => [
      [`${name} by the native lane`, { sample, openLink: bridgedHost({ isFast: false }) }] as const,
      [`${name} by the fast lane`, { sample, openLink: bridgedHost({ isFast: true }) }] as const,
    ]),
);
