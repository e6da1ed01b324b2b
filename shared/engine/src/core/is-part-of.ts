/** Whether `whole` has all that `changes` says already. For plain data: values, lists, maps and objects of them. */
export function isPartOf<Whole extends object>(changes: Partial<Whole>, whole: Whole): boolean {
  return Object.entries(changes).every(([name, value]) => isSame(value, whole[name as keyof Whole]));
}

function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return false;
  if (a instanceof Map) return b instanceof Map && isSame([...a], [...b]);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => isSame(item, b[index]));
  }
  return isSameObject(a as Plain, b as Plain);
}

type Plain = Readonly<Record<string, unknown>>;

function isSameObject(a: Plain, b: Plain): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => isSame(a[name], b[name]));
}
