import { greeting } from "../src/greeting.ts";
import "./swap.css";

export function mount(root: HTMLElement): void {
  root.id = "swap";
  root.textContent = greeting;
}
