/** Sets the default value of a key below HKCU, creating the key. Windows only. */
export declare function addRegistryValue(key: string, value: string): Promise<void>;
/** Deletes a key below HKCU with all that is in it. Windows only. */
export declare function deleteRegistryKey(key: string): Promise<void>;
