import { describeTransfers } from './transfer-matrix.js';
import { memoryFolderWorld, memoryWorld, nodeWorld } from './transfer-worlds.js';

describeTransfers('memory', memoryWorld);
describeTransfers('a folder in memory', memoryFolderWorld);
describeTransfers('Node', nodeWorld);
