import type { User } from '../protocol/event.ts';
import { badgeNodes } from './badges.ts';
import { create } from './dom.ts';
import { formatAmount, formatWhole } from './format.ts';
import { oneLine } from './one-line.ts';

/** What something is worth, behind a coin: in which currency, only the platform knows. */
export function valueNode(value: number): HTMLElement {
  const node = create('span', 'value', formatAmount(value));
  node.title = `worth ${formatWhole(value)}`;
  return node;
}

/** Who gives: badges and name on one line. */
export function giverNode(user: User, className: string): HTMLElement {
  const node = create('span', className);
  node.append(...badgeNodes(user), create('bdi', 'giver-name', oneLine(user.name)));
  return node;
}

/** A disc with the first letter of a name, in the viewer's colour. */
export function discNode({ id, name }: User): HTMLElement {
  const [first = ''] = oneLine(name);
  const node = create('span', 'disc', first.toUpperCase());
  node.ariaHidden = 'true';
  node.style.setProperty('--hue', String(hueOf(id)));
  return node;
}

/** A viewer's colour: the same at every visit. FNV-1a. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % 360;
}
