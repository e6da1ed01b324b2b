import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { t } from '../../i18n/t.js';
import { useStore } from '../state/context.js';
import { IconButton } from './icon-button.js';

/** A command to type into a terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }): JSX.Element {
  const { shell } = useStore();
  const isCopied = useSignal(false);
  return (
    <div class="command">
      <code dir="ltr">{command}</code>
      <IconButton
        icon={isCopied.value ? 'check' : 'copy'}
        label={t(isCopied.value ? 'copied' : 'copyCommand')}
        onClick={() => {
          void shell.copyText(command).then(() => (isCopied.value = true));
        }}
      />
    </div>
  );
}
