/** The page is wide: comments stand beside what else is shown. */
const WIDE = '(min-width: 1000px)';
const COMMENTS = 'comments';

/**
 * The tabs of the studio: buttons `#tab-NAME` over elements `#panel-NAME`. Where there is room the comments are always there, and their tab
 * is not; on a phone they are a tab like any.
 */
export class Tabs {
  readonly #tabs: readonly HTMLElement[];
  readonly #wide = matchMedia(WIDE);
  readonly #onShow: (name: string) => void;
  #shown = COMMENTS;
  /** Beside the comments. */
  #beside: string;

  constructor(list: HTMLElement, onShow: (name: string) => void) {
    this.#tabs = [...list.querySelectorAll<HTMLElement>('[role="tab"]')];
    this.#onShow = onShow;
    this.#beside = this.#names.find((name) => name !== COMMENTS) ?? COMMENTS;
    list.addEventListener('click', ({ target }) => {
      const tab = target instanceof Element ? target.closest<HTMLElement>('[role="tab"]') : null;
      if (tab) this.show(nameOf(tab));
    });
    list.addEventListener('keydown', (event) => this.#onKey(event));
    this.#wide.addEventListener('change', () => this.#update());
    this.#update();
  }

  show(name: string): void {
    this.#shown = name;
    if (name !== COMMENTS) this.#beside = name;
    this.#update();
  }

  get #names(): string[] {
    return this.#tabs.map(nameOf);
  }

  #update(): void {
    if (this.#wide.matches) this.#shown = this.#beside;
    for (const tab of this.#tabs) {
      const name = nameOf(tab);
      const isShown = name === this.#shown;
      tab.hidden = name === COMMENTS && this.#wide.matches;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      const panel = document.getElementById(`panel-${name}`);
      if (panel) panel.hidden = !isShown && !(name === COMMENTS && this.#wide.matches);
    }
    this.#onShow(this.#shown);
  }

  #onKey(event: KeyboardEvent): void {
    const tabs = this.#tabs.filter(({ hidden }) => !hidden);
    const index = tabs.findIndex((tab) => nameOf(tab) === this.#shown);
    const moves: Record<string, number> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 };
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs[(next + tabs.length) % tabs.length];
    if (!tab) return;
    this.show(nameOf(tab));
    tab.focus();
  }
}

function nameOf({ id }: HTMLElement): string {
  return id.slice('tab-'.length);
}
