/** @jsxRuntime classic */
/** @jsx h */
import "../src/complaints";
import { Component, h, render } from "preact";

class Clock extends Component<{ label: string }, { ticks: number }> {
  state = { ticks: 0 };

  componentWillUnmount() {
    (window as unknown as { stopped: boolean }).stopped = true;
  }

  render() {
    return <button id="tick" onClick={() => this.setState({ ticks: this.state.ticks + 1 })}>{this.props.label} {this.state.ticks}</button>;
  }
}

let tree: Element;

export function mount(root: HTMLElement) {
  tree = render(<Clock label="Ticks" />, root);
}

export function unmount(root: HTMLElement) {
  render(null as never, root, tree);
}
