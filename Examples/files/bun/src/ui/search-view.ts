import { type Goal, type Progress, SearchRun } from "../client/search-run.ts";
import { Hits } from "./file-list.ts";
import type { Views } from "./folder-view.ts";

const ROW = 46;

/** What a search finds, in the list, while it is found. */
export class SearchView {
  readonly #views: Views;
  #run: SearchRun | undefined;
  #last: { place: string; goal: Goal; text: string } | undefined;

  constructor(views: Views) {
    this.#views = views;
  }

  /** Searches; a search that still runs is ended, here and in the host. */
  show(place: string, goal: Goal, text: string, showsHidden: boolean): void {
    this.close();
    this.#last = { place, goal, text };
    const { list, status, dates, empty } = this.#views;
    const hits = new Hits();
    let progress: Progress | undefined;
    // What was found before stays until there is something else to see.
    let isShown = false;
    const look = { dates, searched: { goal, text }, showsPlace: true };
    const begin = () => {
      if (!isShown) list.show(hits, look, ROW);
      isShown = true;
    };
    list.order = undefined;
    empty.hidden = true;
    status.search(undefined, false);
    this.#run = new SearchRun(place, goal, text, showsHidden, {
      found: (found, now) => {
        progress = now;
        hits.add(found);
        if (found.length > 0) begin();
        if (isShown) list.refresh();
        status.search(progress, false);
      },
      done: (error) => {
        begin();
        list.refresh();
        status.search(progress, true);
        if (error) status.message(error instanceof Error ? error.message : String(error));
        empty.hidden = hits.count > 0;
        empty.textContent = error ? "The search did not come to its end." : "Nothing was found.";
      },
    });
  }

  /** The same search once more. */
  again(showsHidden: boolean): void {
    if (this.#last) this.show(this.#last.place, this.#last.goal, this.#last.text, showsHidden);
  }

  close(): void {
    this.#run?.close();
    this.#run = undefined;
  }
}
