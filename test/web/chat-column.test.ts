import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Event, Gift } from '../../src/protocol/event.ts';
import { ChatColumn } from '../../src/web/chat-column.ts';

/** As much of an element as the column uses. */
class FakeElement {
  readonly dataset: Record<string, string> = {};
  readonly classList = { toggle: vi.fn() };
  readonly style = { setProperty: vi.fn() };
  readonly addEventListener = vi.fn();
  children: (FakeElement | string)[] = [];
  parent: FakeElement | undefined;
  className = '';
  hidden = false;
  scrollTop = 0;
  scrollHeight = 100;
  readonly clientHeight = 100;
  #text = '';

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

  replaceWith(node: FakeElement): void {
    const { parent } = this;
    if (!parent) return;
    parent.children = parent.children.map((child) => (child === this ? node : child));
    node.parent = parent;
    this.parent = undefined;
  }

  remove(): void {
    if (this.parent) this.parent.children = this.parent.children.filter((child) => child !== this);
    this.parent = undefined;
  }
}

const user = { id: 'u1', name: 'Ann' };
const comment = (text: string, more = {}): Event => ({
  at: 0,
  comment: { user, text, mode: 'scroll', color: 0, size: 25, repeat: 1, ...more },
});
const rocket = (more: Partial<Gift> = {}): Event => ({
  at: 0,
  gift: { user, giftId: 'rocket', name: 'Rocket', count: 3, value: 990, ...more },
});

function startColumn() {
  const [list, newButton, empty] = [new FakeElement(), new FakeElement(), new FakeElement()];
  const column = new ChatColumn({ list, newButton, empty } as unknown as ConstructorParameters<typeof ChatColumn>[0]);
  const add = (ref: string, text: string) => column.add({ event: comment(text), ref });
  const tell = (event: Event, ref = 'p1') => column.add({ event, ref });
  const nodes = () => list.children.filter((child) => typeof child !== 'string');
  return { column, add, tell, nodes, empty, newButton, list, lines: () => nodes().map((node) => node.textContent) };
}

describe('ChatColumn', () => {
  let frames: (() => void)[] = [];
  const draw = () => {
    for (const frame of frames.splice(0)) frame();
  };

  beforeEach(() => {
    frames = [];
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

  test('holds two hundred lines, and writes none that two hundred follow', () => {
    const { add, lines, nodes } = startColumn();
    add('c0', 'first');
    draw();
    for (let index = 1; index <= 5000; index++) add(`c${index}`, `${index}`);
    expect(frames).toHaveLength(1);
    expect(nodes()).toHaveLength(0);
    draw();
    expect([lines().length, lines()[0], lines().at(-1)]).toEqual([200, 'Ann 4801', 'Ann 5000']);
  });

  test('an echo is written once: its event, or nothing, takes its place', () => {
    const { column, add, lines } = startColumn();
    const own = { at: 0, comment: { user, text: 'mine', mode: 'scroll', color: 0, size: 25, repeat: 1 } } as const;
    column.echo({ key: 'e1', ...own });
    column.echo({ key: 'e2', ...own });
    draw();
    add('c1', 'other');
    column.add({ event: { ...own, offset: 2, echoKey: 'e1' }, ref: 'c2' });
    column.settle({ key: 'e2', ref: 'c3' });
    draw();
    expect(lines()).toEqual(['Ann mine', 'Ann mine', 'Ann other']);
    column.retract(new Set(['c2']));
    column.removeEcho('e2');
    draw();
    expect(lines()).toEqual(['Ann other']);
  });

  test('a folded comment says how many it stands for, and is larger', () => {
    const { tell, lines, nodes } = startColumn();
    tell(comment('666', { repeat: 1320 }), 'c1');
    draw();
    expect(lines()).toEqual(['Ann 666 ×1,320']);
    const words = nodes()[0]?.children.find((child) => typeof child !== 'string' && child.className === 'line-text');
    expect(typeof words === 'object' && words.style.setProperty.mock.calls).toEqual([['font-size', '1.37em']]);
  });

  test('badges stand before the name, the known ones first, three at the most', () => {
    const { tell, nodes } = startColumn();
    const badges = ['fan 21', 'VIP', 'founder', 'moderator', 'patron'];
    tell(comment('hi', { user: { ...user, badges } }), 'c1');
    draw();
    const marks = nodes()[0]?.children.filter((child) => typeof child !== 'string' && child.className === 'badge') as FakeElement[];
    expect(marks.map((mark) => mark.dataset['badge'] ?? mark.textContent)).toEqual(['moderator', 'vip', 'fan 21']);
  });

  test('gifts of a row grow in one line, where it stands', () => {
    const { add, tell, lines, nodes } = startColumn();
    tell(rocket(), 'p1');
    draw();
    add('c1', 'wow');
    tell(rocket({ combo: 2 }), 'p2');
    tell(rocket({ combo: 3, user: { ...user, badges: ['moderator'] } }), 'p3');
    tell(rocket({ giftId: 'rose', name: 'Rose', count: 1, value: 100 }), 'p4');
    draw();
    expect(lines()).toEqual(['Ann sent Rocket ×9 2,970 combo 3', 'Ann wow', 'Ann sent Rose 100']);
    expect(nodes()[0]?.dataset['tier']).toBe('2');
  });

  test('a row that begins anew begins a line', () => {
    const { tell, lines } = startColumn();
    for (const combo of [1, 2, 1]) tell(rocket({ combo }));
    draw();
    expect(lines()).toEqual(['Ann sent Rocket ×6 1,980 combo 2', 'Ann sent Rocket ×3 990']);
  });

  test('a step that is taken back no longer counts, and with the last one the line goes', () => {
    const { column, tell, lines } = startColumn();
    tell(rocket(), 'p1');
    tell(rocket({ combo: 2 }), 'p2');
    draw();
    column.retract(new Set(['p1']));
    draw();
    expect(lines()).toEqual(['Ann sent Rocket ×3 990 combo 2']);
    column.retract(new Set(['p2']));
    expect(lines()).toEqual([]);
  });

  test('superchats and notices have lines of their own kind; who entered has none', () => {
    const { tell, lines, nodes, newButton } = startColumn();
    tell({ at: 0, superchat: { user, text: 'a\nlong  one', value: 123_456, pinMs: 0 } });
    tell({ at: 0, notice: { text: 'back in five' } });
    tell({ at: 0, enter: { user } });
    draw();
    expect(lines()).toEqual(['Ann123.5Ka long one', 'back in five']);
    expect(nodes()[0]?.dataset['tier']).toBe('4');
    expect(newButton.hidden).toBe(false); // never touched: the reader is at the end
  });

  test('what is left out is told in one line that grows, until many others stand after it', () => {
    const { column, add, lines } = startColumn();
    column.skip(1000);
    for (let batch = 0; batch < 5; batch++) {
      add(`c${batch}`, `${batch}`);
      column.skip(234);
      draw();
    }
    expect(lines()).toEqual(['+2,170 more', 'Ann 0', 'Ann 1', 'Ann 2', 'Ann 3', 'Ann 4']);
    for (let index = 5; index < 30; index++) add(`c${index}`, `${index}`);
    column.skip(7);
    draw();
    expect([lines()[0], lines().at(-1)]).toEqual(['+2,170 more', '+7 more']);
  });

  test('a long storm keeps the column bounded', () => {
    const { column, add, nodes } = startColumn();
    for (let flush = 0; flush < 1500; flush++) {
      column.skip(960);
      for (let index = 0; index < 4; index++) add(`c${flush}-${index}`, 'hi');
      if (flush % 3 === 0) draw();
    }
    expect(nodes().length).toBeLessThanOrEqual(200);
    const told = nodes().filter(({ className }) => className.includes('line-skipped'));
    expect(told.length).toBeGreaterThan(0);
    expect(told.length).toBeLessThan(20);
  });
});
