import { beforeEach, describe, expect, test, vi } from 'vitest';
import { ChatColumn } from '../../src/web/chat-column.ts';

/** As much of an element as the column uses. */
class FakeElement {
  readonly dataset: Record<string, string> = {};
  readonly classList = { toggle: vi.fn() };
  readonly style = { setProperty: vi.fn() };
  readonly addEventListener = vi.fn();
  children: (FakeElement | string)[] = [];
  parent: FakeElement | undefined;
  hidden = false;
  #text = '';

  get childElementCount(): number {
    return this.children.length;
  }

  get isConnected(): boolean {
    return this.parent !== undefined;
  }

  get textContent(): string {
    return this.#text + this.children.map((child) => (typeof child === 'string' ? child : child.textContent)).join('');
  }

  set textContent(text: string) {
    this.#text = text;
  }

  append(...nodes: (FakeElement | string)[]): void {
    for (const node of nodes) if (typeof node !== 'string') node.parent = this;
    this.children.push(...nodes);
  }

  remove(): void {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = undefined;
  }
}

const user = { id: 'u1', name: 'Ann' };

function startColumn() {
  const [list, newButton, empty] = [new FakeElement(), new FakeElement(), new FakeElement()];
  const column = new ChatColumn({ list, newButton, empty } as unknown as ConstructorParameters<typeof ChatColumn>[0]);
  const add = (ref: string, text: string) =>
    column.add({ event: { at: 0, comment: { user, text, mode: 'scroll', color: 0, size: 25, repeat: 1 } }, ref });
  const lines = () => list.children.map((line) => (typeof line === 'string' ? line : line.textContent));
  return { column, add, lines };
}

describe('ChatColumn', () => {
  let frames: (() => void)[] = [];
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
  };

  beforeEach(() => {
    frames = [];
    vi.stubGlobal('HTMLElement', FakeElement);
    vi.stubGlobal('document', { createElement: () => new FakeElement() });
    vi.stubGlobal(
      'ResizeObserver',
      class {
        readonly observe = vi.fn();
      },
    );
    vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame));
    return () => vi.unstubAllGlobals();
  });

  test('a retract takes its line out, written or not', () => {
    const { column, add, lines } = startColumn();
    add('c1', 'kept');
    add('c2', 'written');
    draw();
    add('c3', 'to be written');
    column.retract(new Set(['c2', 'c3']));
    draw();
    expect(lines()).toEqual(['Ann kept']);
  });

  test('a retract of another epoch takes out the line of that epoch only', () => {
    const { column, add, lines } = startColumn();
    add('c2', 'written before');
    draw();
    add('c2', 'to be written before');
    column.forgetRefs();
    add('c2', 'of the new epoch');
    draw();
    column.retract(new Set(['c2']));
    expect(lines()).toEqual(['Ann written before', 'Ann to be written before']);
  });
});
