import { byId } from '../dom.ts';
import type { ModerationPanels } from './moderation-panels.ts';
import type { Tabs } from './tabs.ts';

/** What is typed in goes to it, and to nothing else. */
const TYPED_IN = 'input, textarea, select, [contenteditable]';

/** The keys that lead to a list from anywhere on the page. Those of a comment are heard in its row only. */
export function startStudioKeys({ tabs, panels }: { readonly tabs: Tabs; readonly panels: ModerationPanels }): void {
  const keys: Record<string, () => void> = {
    c: () => {
      tabs.show('comments');
      panels.comments.focus();
    },
    h: () => {
      tabs.show('held');
      panels.held.focus();
    },
    '?': () => {
      tabs.show('comments');
      const help = byId('keys-help', HTMLDetailsElement);
      help.open = !help.open;
    },
  };
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, altKey, metaKey } = event;
    if (event.defaultPrevented || ctrlKey || altKey || metaKey) return;
    if (target instanceof Element && target.matches(TYPED_IN)) return;
    const act = keys[key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
