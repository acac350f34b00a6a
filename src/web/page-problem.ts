import { byId } from './dom.ts';

/** Shows why there is no page, in the place of `main`. */
export function showPageProblem(problem: string, main: HTMLElement): void {
  byId('page-problem-text', HTMLElement).textContent = problem;
  byId('page-problem', HTMLElement).hidden = false;
  main.hidden = true;
  byId('state-pill', HTMLElement).hidden = true;
}
