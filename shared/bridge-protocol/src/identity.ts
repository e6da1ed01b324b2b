/** Name under which browsers find the helper's host manifest. */
export const NATIVE_HOST_NAME = 'com.jstorrent.bridge';

/** Public key of the extension (DER, base64): `key` in manifest.json, which fixes the id of an unpacked build. */
export const EXTENSION_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEArasL3Emt7U1U6NaNPCyuSDAB4N56hz2Uq7w0C3JDg1/iBVWOuIXoKy7DIluBo2UXcVJpHF8nkna3RlhtNpHtySjGr7NQfsg/uVyZF5Se8JCJaJP6SThbvarJKxYeGs8jL+acEIxzf5IFE7Y7FFb9YW1BeaF+kxv85TEdzOZM8xQGqSy0r7qzcEdOo2qkgme7/FoiY22pIroE55469DJXA6C/uYgxIy4rHsGOSxNvcfg8x7YLIggx8fP8qTBm12sIQe9AB65EiH70F22Wuot5yBCBD0tPMSZ/cxfJ8tZnLFx+A1mEg2eCkquTnVvG9XZ8/UnDdknnTVJe6ia6wZ8d5wIDAQAB';

/** Id that Chrome derives from {@link EXTENSION_KEY}: the first 16 bytes of its SHA-256, with the digits 0-f written as a-p. */
export const EXTENSION_ID = 'dlanjajabjinpnkcpjnniccianibbfbg';
