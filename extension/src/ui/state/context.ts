import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Store } from './store.js';

const StoreContext = createContext<Store | undefined>(undefined);

export const StoreProvider = StoreContext.Provider;

export function useStore(): Store {
  const store = useContext(StoreContext);
  if (!store) throw new Error('A component was rendered outside of StoreProvider.');
  return store;
}
