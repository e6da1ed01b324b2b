import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';

interface TabsProps<Name extends string> {
  /** Unique on the page. */
  readonly name: string;
  readonly tabs: readonly { readonly name: Name; readonly label: string }[];
  readonly selected: Name;
  readonly children: ComponentChildren;
  readonly onSelect: (name: Name) => void;
}

/** Tabs as the ARIA practices describe them: arrows move and select. */
export function Tabs<Name extends string>({ name, tabs, selected, children, onSelect }: TabsProps<Name>): JSX.Element {
  function onKeyDown(event: TargetedKeyboardEvent<HTMLElement>): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const position = tabs.findIndex((tab) => tab.name === selected);
    const nextPosition = (position + step + tabs.length) % tabs.length;
    const next = tabs[nextPosition];
    if (!next) return;
    event.preventDefault();
    onSelect(next.name);
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[nextPosition]?.focus();
  }

  return (
    <div class="tabs">
      <div class="tab-list" role="tablist" onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            key={tab.name}
            type="button"
            id={`${name}-tab-${tab.name}`}
            class="tab"
            role="tab"
            aria-selected={tab.name === selected}
            aria-controls={`${name}-panel`}
            tabIndex={tab.name === selected ? 0 : -1}
            onClick={() => onSelect(tab.name)}
          >
            {tab.label}
          </button>
        ))}
      </div>
      <div id={`${name}-panel`} class="tab-panel" role="tabpanel" aria-labelledby={`${name}-tab-${selected}`}>
        {children}
      </div>
    </div>
  );
}
