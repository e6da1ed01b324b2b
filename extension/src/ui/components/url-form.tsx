import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../i18n/t.js';

interface UrlFormProps {
  readonly label: string;
  readonly value: string;
  readonly submitLabel: string;
  /** True when the text was taken. */
  readonly onSubmit: (text: string) => Promise<boolean>;
  /** A form that is only open for a while: it takes the focus, and Escape or Cancel end it. */
  readonly onCancel?: () => void;
}

/** One URL to type or to change. */
export function UrlForm({ label, value, submitLabel, onSubmit, onCancel }: UrlFormProps): JSX.Element {
  const text = useSignal(value);
  const field = useRef<HTMLInputElement>(null);
  const takesFocus = onCancel !== undefined;
  useEffect(() => {
    if (takesFocus) field.current?.focus();
  }, [takesFocus]);

  async function submit(): Promise<void> {
    if (await onSubmit(text.value)) text.value = value;
  }

  return (
    <form
      class="url-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !onCancel) return;
        event.stopPropagation();
        onCancel();
      }}
    >
      <input
        ref={field}
        class="field"
        type="text"
        inputMode="url"
        aria-label={label}
        placeholder={label}
        autocomplete="off"
        spellcheck={false}
        value={text.value}
        onInput={({ currentTarget }) => (text.value = currentTarget.value)}
      />
      <button type="submit" class="button" disabled={text.value.trim() === ''}>
        {submitLabel}
      </button>
      {onCancel && (
        <button type="button" class="button" data-kind="quiet" onClick={onCancel}>
          {t('cancel')}
        </button>
      )}
    </form>
  );
}
