import type { ComponentChildren, JSX } from 'preact';

interface FieldFrameProps {
  /** Of the control inside; that of its description is `${id}-hint`. */
  readonly id: string;
  readonly label: string;
  readonly hint: ComponentChildren;
  /** The hint says what is wrong with what was typed. */
  readonly isProblem?: boolean;
  /** What is inside are several buttons, which the label names together. */
  readonly isGroup?: boolean;
  readonly children: ComponentChildren;
}

/** One setting: its name, what it does, and on the other side the control for it. */
export function FieldFrame({ id, label, hint, isProblem, isGroup, children }: FieldFrameProps): JSX.Element {
  const hintLine = (
    <span id={`${id}-hint`} class="setting-hint" data-tone={isProblem ? 'problem' : undefined} aria-live="polite">
      {hint}
    </span>
  );
  if (isGroup) {
    return (
      <div class="setting" role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-hint`}>
        <span id={`${id}-label`} class="setting-label">
          {label}
        </span>
        {hintLine}
        {children}
      </div>
    );
  }
  return (
    <div class="setting">
      <label class="setting-label" for={id}>
        {label}
      </label>
      {hintLine}
      {children}
    </div>
  );
}
