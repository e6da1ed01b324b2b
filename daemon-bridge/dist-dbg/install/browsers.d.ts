/** A browser that reads native-messaging host manifests. */
export interface Browser {
  /** What `--browser` takes. */
  readonly name: string;
  /** Folder of its user data, below the platform's folder for configurations. The manifests are in `NativeMessagingHosts` in it. */
  readonly linux?: string;
  readonly mac?: string;
  /** Registry key below HKCU that names the hosts. */
  readonly windows?: string;
}
export declare const BROWSERS: readonly Browser[];
/** Where the installer runs; everything it reads from the system, so that tests can stand in for it. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** XDG_CONFIG_HOME, or LOCALAPPDATA on Windows. */
  readonly configHome: string | undefined;
  /** The running Node. */
  readonly node: string;
  /** Absolute path of bin/jstorrent-bridge.js. */
  readonly program: string;
}
/** One place to register the helper in. */
export interface Location {
  /** Browser name, or the folder given by `--manifest-dir`. */
  readonly label: string;
  readonly manifestDir: string;
  /** Folder that exists when the browser has been used; undefined: register without looking. */
  readonly userDataDir?: string;
  /** Registry key that has to point to the manifest, on Windows. */
  readonly registryKey?: string;
}
/** Where `browser` looks for host manifests on `machine`; undefined when it does not exist there. */
export declare function browserLocation(browser: Browser, machine: Machine): Location | undefined;
